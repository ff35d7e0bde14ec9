"""'layer_edit resume' with several jobs in the journal, and with one that is not to be resumed."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace

import pytest

from layer_edit.jobs.job import JobState
from tests.contract.cli_kit import CommandLine, ended
from tests.contract.comfyui_kit import until
from tests.double import Call, Fault, SimulatedModel, WaveSpeedDouble

SMALL = SimulatedModel(scale=1 / 32)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as POSIX's SIGINT")


@pytest.fixture
def line(tmp_path):
    return CommandLine(tmp_path)


def leave_paid(line: CommandLine, double: WaveSpeedDouble, output: str) -> str:
    """An edit that was accepted and paid for and not collected; its id."""
    known = {record.id for record in line.records}
    process, accepted = line.start_edit(double, output), double.accepted
    until(lambda: double.accepted > accepted, "accepted")
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 130
    (new,) = {record.id for record in line.records} - known
    return new


def test_a_job_that_fails_does_not_keep_the_others_from_being_collected(line):
    """The paid one behind it is, and the exit code is the worst one."""
    with WaveSpeedDouble(duration=1, model=SMALL) as double:
        first, second = (leave_paid(line, double, name) for name in ("a.png", "b.png"))
        damaged = line.journal.folder(first)
        damaged.write("source.png", b"not a picture")
        code, output, said = line.run(double, "resume")
        assert code == 2, said
        assert f"{first}: " in said and f"{second}: " not in said
        assert (line.folder / "b.png").exists() and "b.png: done" in output
        assert {record.id: record.state for record in line.records} == {
            first: JobState.INTERRUPTED,
            second: JobState.PLACED,
        }
        told = [json.loads(one) for one in line.run(double, "resume", "--json")[1].splitlines()]
        assert "error" in told[0]
        assert double.spent == pytest.approx(2 * double.price)


def test_several_jobs_do_not_go_into_one_file(line):
    """They would overwrite each other: nothing is done, and the sentence says what to name."""
    with WaveSpeedDouble(duration=1, model=SMALL) as double:
        for name in ("a.png", "b.png"):
            leave_paid(line, double, name)
        code, _, said = line.run(double, "resume", "-o", line.folder / "c.png")
        assert code == 2 and "2 jobs are unfinished" in said
        assert not (line.folder / "c.png").exists()


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_ended_unsent_is_not_sent_by_resume(line, state):
    """'resume' collects, it does not buy; named by its id neither."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.CREDIT_400, Call.SUBMIT)
        line.edit(double)
        double.clear_faults()
        (record,) = line.records
        line.journal.folder(record.id).save(replace(record, state=state))
        code, _, said = line.run(double, "resume", record.id)
        assert code == 2 and state.value in said
        assert double.spent == 0.0


def test_an_open_job_of_a_newer_version_is_told_of(line):
    """It may be paid for: there is something to resume; the others are collected all the same."""
    with WaveSpeedDouble(duration=1, model=SMALL) as double:
        paid = leave_paid(line, double, "a.png")
        newer = line.journal.folder("newer")
        newer.write("job.json", b'{"version": 99}')
        newer.write("open", b"")
        code, output, said = line.run(double, "resume")
        assert code == 1 and "a.png: done" in output
        assert "install the newer version" in said
        code, output, said = line.run(double, "resume")
        assert code == 1 and "nothing to resume" not in output
        _, output, said = line.run(double, "jobs")
        assert paid in output and "install the newer version" in said
