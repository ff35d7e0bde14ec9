"""Jobs that other versions of the plugin wrote: older ones are read, newer ones are told of."""

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from layer_edit.backends.base import Prediction
from layer_edit.editing.anchor import Anchor
from layer_edit.editing.geometry import Rect, Size
from layer_edit.jobs import job
from layer_edit.jobs.formats import NewerFormatError, upgraded
from layer_edit.jobs.job import JobState
from layer_edit.jobs.journal import Journal, JournalError, NewerJobError, newer_words
from layer_edit.session import chains

VERSION_1 = Path(__file__).parent / "data" / "job-version-1.json"
"""A job of version 1 as it was written then: accepted, paid for, not collected. Never changed."""


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path)


def store(journal: Journal, name: str, text: str, *, is_open: bool = True) -> None:
    """A job's folder as some version of the plugin has left it."""
    folder = journal.folder(name)
    folder.write("job.json", text.encode())
    if is_open:
        folder.write("open", b"")


def of_version(version: object) -> str:
    """The stored job, as if that version had written it."""
    return json.dumps({**json.loads(VERSION_1.read_text("utf-8")), "version": version})


def test_a_paid_job_of_version_1_is_read_whole(journal):
    """All that its result needs: where it goes, what it cost, and what the service calls it."""
    store(journal, "old", VERSION_1.read_text("utf-8"))
    (record,) = journal.open_records()
    assert (record.state, record.price) == (JobState.INTERRUPTED, 0.04)
    assert (record.sent_at, record.finished) == (1795403566.316084, 1795403568.3184702)
    notes = ("'Keep the sky' was sent as it is.",)
    prediction = Prediction("p3946ca64ff78d93ca61090a437cbb6", notes=notes, inference_seconds=11.5)
    assert record.prediction == prediction
    assert record.target == record.placement.target == Rect(12, -3, 80, 60)
    assert record.placement.sent == record.wish.size == Size(2304, 1728)
    layer = "{5b0c6f0e-8a4f-4a5e-9f0e-1c2d3e4f5a6b}"
    assert record.layer_id == layer
    assert record.anchor == Anchor(Size(400, 300), record.target, ((layer, 12, -3),))
    assert (record.document_path, record.label) == ("/home/mira/flower.kra", "red, variant 2")
    wish = record.wish
    assert (wish.instruction, wish.seed, wish.model) == ("make it old", 654588539, "draft")
    assert (wish.grow, wish.feather, wish.protect) == (4, 8, "soft")


@pytest.mark.parametrize("module", [job, chains])
def test_every_earlier_version_has_its_step(module):
    """Whoever raises the version says how the one before becomes it."""
    assert set(module.UPGRADES) == set(range(1, module.FORMAT_VERSION))


def test_a_version_is_raised_without_losing_open_jobs(journal, monkeypatch):
    """Each step is taken once, in order, up to the version of today."""
    store(journal, "old", VERSION_1.read_text("utf-8"))
    latest = job.FORMAT_VERSION + 2
    monkeypatch.setattr(job, "FORMAT_VERSION", latest)
    steps = {
        **job.UPGRADES,
        latest - 2: lambda data: {**data, "label": data["label"] + ", one"},
        latest - 1: lambda data: {**data, "label": data["label"] + ", two"},
    }
    monkeypatch.setattr(job, "UPGRADES", steps)
    (record,) = journal.open_records()
    assert record.label == "red, variant 2, one, two"
    journal.folder("old").save(record)
    assert json.loads(journal.folder("old").read("job.json"))["version"] == latest
    assert journal.open_records() == [record]


def test_open_jobs_of_a_newer_version_are_counted_and_left_as_they_are(journal):
    """Those that are closed need nobody, and damaged ones are another matter."""
    newer = of_version(job.FORMAT_VERSION + 1)
    store(journal, "newer", newer)
    store(journal, "closed", newer, is_open=False)
    store(journal, "damaged", "{")
    store(journal, "old", VERSION_1.read_text("utf-8"))
    assert journal.newer_open() == 1
    assert journal.prune(days=0, size=0) == 1, "the closed one"
    assert journal.folder("newer").read("job.json").decode() == newer
    with pytest.raises(NewerJobError, match="install the newer version"):
        journal.folder("newer").load()


@pytest.mark.parametrize("version", [0, -1, "1", None, 1.5])
def test_a_version_that_never_was_is_damage(journal, version):
    """It is no newer one, and installing another plugin would not help."""
    store(journal, "odd", of_version(version))
    with pytest.raises(JournalError, match="cannot be understood"):
        journal.folder("odd").load()
    assert journal.newer_open() == 0


def test_upgrading_leaves_what_it_was_given():
    """The caller's JSON stays, and a newer one is refused."""
    data = {"version": 1, "a": 1}
    assert upgraded(data, 2, {1: lambda one: {**one, "b": 2}}) == {"version": 2, "a": 1, "b": 2}
    assert data == {"version": 1, "a": 1}
    with pytest.raises(NewerFormatError):
        upgraded(data, 0, {})


class Signal:
    """Of a Qt signal what is used of it."""

    def __init__(self, _type):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)

    def emit(self, value):
        for receiver in self.receivers:
            receiver(value)


@pytest.mark.parametrize(("number", "words"), [(0, ""), (1, "began an edit"), (3, "began 3 edits")])
def test_the_docker_is_told_of_jobs_of_a_newer_version(journal, monkeypatch, number, words):
    """Once they are counted, and whenever a docker is opened later."""
    for index in range(number):
        store(journal, f"newer{index}", of_version(99))
    qtcore = SimpleNamespace(QObject=type("QObject", (), {"__init__": lambda *_: None}))
    monkeypatch.setitem(sys.modules, "layer_edit.qt", SimpleNamespace(QtCore=qtcore, Signal=Signal))
    monkeypatch.delitem(sys.modules, "layer_edit.session.newer_jobs", raising=False)
    module = importlib.import_module("layer_edit.session.newer_jobs")
    monkeypatch.delitem(sys.modules, "layer_edit.session.newer_jobs")
    work, told = [], []
    desk = module.NewerJobs(journal, work.append, None)
    desk.found.connect(told.append)
    assert desk.sentence == ""
    work[0]()
    assert desk.sentence == newer_words(number)
    assert told == [desk.sentence] * bool(number)
    assert words in desk.sentence
