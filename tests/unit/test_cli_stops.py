"""What the command line writes down of a job that stops, in this process, by a backend at hand."""

from __future__ import annotations

import pytest
from PIL import Image

from layer_edit import cli
from layer_edit.backends.base import DeclinedError
from layer_edit.cli import commands
from layer_edit.jobs.job import JobState
from layer_edit.jobs.journal import RESULT, Journal
from tests.fake_backend import EchoBackend


@pytest.fixture
def backend(monkeypatch):
    echo = EchoBackend()
    monkeypatch.setattr(commands, "make_backend", lambda *_: echo)
    return echo


@pytest.fixture
def journal(tmp_path, monkeypatch):
    """That of the command line, which is to find its data here."""
    monkeypatch.setenv("LAYER_EDIT_DATA", str(tmp_path / "data"))
    return Journal(tmp_path / "data" / "jobs")


def edit(tmp_path, output: str = "out.png") -> int:
    """Run an edit of a small picture; its exit code."""
    Image.effect_noise((32, 16), 80).convert("RGB").save(tmp_path / "in.png")
    given = ("edit", str(tmp_path / "in.png"), "x", "-o", str(tmp_path / output))
    return cli.main([*given, "--backend", "wavespeed"])


@pytest.mark.parametrize(
    ("method", "state"),
    [
        ("validate", None),
        ("submit", JobState.UNCERTAIN),
        ("poll", JobState.INTERRUPTED),
        ("fetch", JobState.INTERRUPTED),
    ],
)
def test_a_bug_leaves_no_job_that_is_sent_by_itself(
    backend, journal, tmp_path, capsys, method, state
):
    """One sentence, and the state from which it can be gone on with."""
    backend.polls = 1
    backend.faults[method] = [ValueError("a bug")]
    assert edit(tmp_path) == 1
    assert "Something unexpected" in capsys.readouterr().err
    assert [record.state for record in journal.records()] == [one for one in [state] if one]


def test_a_result_that_is_kept_stays_so_when_writing_it_again_fails(backend, journal, tmp_path):
    """It was paid for and has arrived: no later failure makes it an interrupted or failed one."""
    assert edit(tmp_path) == 0
    (record,) = journal.records()
    assert record.state is JobState.PLACED
    folder = journal.folder(record.id)
    (folder.path / RESULT).unlink()
    backend.faults["fetch"] = [DeclinedError("Gone.")]
    assert cli.main(["resume", record.id]) == 3
    assert folder.load().state is JobState.READY
    assert cli.main(["resume"]) == 0
    assert folder.load().state is JobState.PLACED
    assert backend.calls.count("submit") == 1


def test_a_locked_job_is_left_as_it_is(backend, journal, tmp_path, capsys):
    """Another process works on it: its record is not this one's to write."""
    backend.faults["fetch"] = [DeclinedError("No.")]
    assert edit(tmp_path) == 3
    (record,) = journal.records()
    with journal.folder(record.id).locked():
        assert cli.main(["resume"]) == 1
    assert "Another Krita" in capsys.readouterr().err
    assert journal.records() == [record]
