"""What is cancelled is written down before Krita can end, and never paid for at the next start."""

import threading
import time
from dataclasses import replace

import pytest
from PIL import Image

from layer_edit.backends.base import Prediction
from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.editing.source import Source
from layer_edit.jobs import spread
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import RESULT, Journal
from layer_edit.jobs.runner import Runner
from tests.fake_backend import EchoBackend, Heard

TARGET = Rect(2, 3, 32, 16)
IMAGE = Image.effect_noise((32, 16), 80).convert("RGBA")


class Uploading(EchoBackend):
    """Its `submit` uploads for as long as `uploaded` is not set, before it sends the request."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        self.uploads = threading.Event()
        self.uploaded = threading.Event()

    def submit(self, request, watch):
        self.uploads.set()
        self.uploaded.wait(10)
        return super().submit(request, watch)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(spread, "SPARSE", 0.01)
    monkeypatch.setattr(spread, "FASTEST", 0.01)


@pytest.fixture
def krita(tmp_path):
    """Starts Krita's runner over a backend; all are ended with the test."""
    runners = []

    def begin(backend: EchoBackend, *, resume: bool = True) -> tuple[Runner, Heard]:
        heard = Heard()
        runner = Runner(Journal(tmp_path), lambda _key: backend, heard)
        runners.append((runner, backend))
        if resume:
            runner.resume(lambda _records: None)
        return runner, heard

    yield begin
    for runner, backend in runners:
        backend.gate.set()
        if isinstance(backend, Uploading):
            backend.uploaded.set()
        runner.close()


def until(condition) -> None:
    """Wait for something the runner's threads do."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def prepared(krita, tmp_path, count: int, **options) -> list[str]:
    """Jobs of an earlier Krita that were prepared and not sent; their ids."""
    backend = Uploading(concurrency=count, **options)
    runner, _ = krita(backend, resume=False)
    ids = []
    for _ in range(count):
        record = JobRecord.new(Wish("x", "echo", seed=1), "Layer", TARGET)
        runner.start(record, lambda: Source(IMAGE, TARGET))
        ids.append(record.id)
    until(lambda: len(Journal(tmp_path).open_records()) == count)
    runner.close()
    backend.uploaded.set()
    until(lambda: not runner._tasks)
    return ids


def states(tmp_path) -> dict[str, JobState]:
    """By job, as they are on disk."""
    return {record.id: record.state for record in Journal(tmp_path).records()}


def test_a_job_cancelled_while_it_waits_for_a_slot_is_not_sent_at_the_next_start(krita, tmp_path):
    """Its folder says so, and the next Krita sends only what was not cancelled."""
    ids = prepared(krita, tmp_path, 3)
    backend = Uploading()
    runner, heard = krita(backend)
    assert backend.uploads.wait(5)
    (running,) = {one for one in ids if one not in {t.record.id for t in runner._waiting["echo"]}}
    for job in ids:
        if job != running:
            runner.cancel(job)
    said = [update.record for update in heard.updates if update.record.state.value == "cancelled"]
    assert ["nothing was spent" in one.message for one in said] == [True, True]
    runner.close()
    assert sorted(state.value for state in states(tmp_path).values()) == [
        "cancelled",
        "cancelled",
        "running",
    ]
    backend.uploaded.set()
    until(lambda: not runner._tasks)
    later = EchoBackend(concurrency=3)
    _, heard = krita(later)
    until(lambda: states(tmp_path)[running] is JobState.READY)
    assert later.calls.count("submit") == 1


def test_a_job_cancelled_during_an_upload_is_not_sent_even_if_krita_ends_at_once(krita, tmp_path):
    """The worker is still busy when Krita is gone; what it does later changes nothing."""
    backend = Uploading()
    runner, _ = krita(backend)
    record = JobRecord.new(Wish("x", "echo", seed=1), "Layer", TARGET)
    runner.start(record, lambda: Source(IMAGE, TARGET))
    assert backend.uploads.wait(5)
    runner.cancel(record.id)
    runner.close()
    assert states(tmp_path) == {record.id: JobState.CANCELLED}
    backend.uploaded.set()
    until(lambda: not runner._tasks)
    assert "submit" not in backend.calls
    assert states(tmp_path) == {record.id: JobState.CANCELLED}
    assert Journal(tmp_path).open_records() == []


def test_a_paid_job_cancelled_while_it_waits_is_collected_when_its_turn_comes(krita, tmp_path):
    """As the sentence promises: the result is then kept in the list."""
    first, second = prepared(krita, tmp_path, 2)
    journal = Journal(tmp_path)
    backend = EchoBackend()
    for job, prediction in ((first, "p0"), (second, "p1")):
        record = journal.folder(job).load()
        backend._sent[prediction] = journal.folder(job).read("source.png")
        sent = replace(record, sent_at=time.time(), prediction=Prediction(prediction))
        journal.folder(job).save(sent)
    backend.gate.clear()
    runner, heard = krita(backend)
    assert backend.at_gate.wait(5)
    (waiting,) = {task.record.id for task in runner._waiting["echo"]}
    runner.cancel(waiting)
    assert "the result is then kept" in heard.updates[-1].record.message
    backend.gate.set()
    until(lambda: set(states(tmp_path).values()) == {JobState.READY})
    until(lambda: not runner._tasks)
    last = [update for update in heard.updates if update.record.id == waiting][-1]
    assert (last.record.state, last.layer) == (JobState.READY, None)
    assert "has arrived and is kept" in last.record.message
    assert "submit" not in backend.calls


def test_a_job_cancelled_while_it_waits_is_stopped_on_a_server_of_ones_own(krita, tmp_path):
    """What was accepted there would go on for nobody."""
    ids = prepared(krita, tmp_path, 2, cost=0.0)
    journal = Journal(tmp_path)
    for job in ids:
        sent = replace(journal.folder(job).load(), sent_at=time.time(), prediction=Prediction(job))
        journal.folder(job).save(sent)
    backend = EchoBackend(cost=0.0, polls=10**6)
    backend.gate.clear()
    runner, _ = krita(backend)
    assert backend.at_gate.wait(5)
    (waiting,) = {task.record.id for task in runner._waiting["echo"]}
    runner.cancel(waiting)
    until(lambda: "cancel" in backend.calls)
    until(lambda: states(tmp_path)[waiting] is JobState.CANCELLED)


@pytest.mark.parametrize("cost", [0.04, None])
@pytest.mark.parametrize("waits", [False, True])
def test_a_kept_result_that_is_not_to_be_inserted_after_all_stays_kept(
    krita, tmp_path, cost, waits
):
    """Whether it waited for a slot or was under way, and whatever it cost."""
    backend = EchoBackend(cost=cost)
    runner, heard = krita(backend)
    record = JobRecord.new(Wish("x", "echo", seed=1), "Layer", TARGET)
    runner.start(record, lambda: Source(IMAGE, TARGET))
    until(lambda: states(tmp_path).get(record.id) is JobState.READY and not runner._tasks)
    folder = Journal(tmp_path).folder(record.id)
    (folder.path / RESULT).rename(folder.path / "elsewhere")
    backend.gate.clear()
    if waits:
        busy = JobRecord.new(Wish("x", "echo", seed=1), "Layer", TARGET)
        runner.start(busy, lambda: Source(IMAGE, TARGET))
    backend.at_gate.clear()
    runner.start(folder.load())
    assert backend.at_gate.wait(5) or waits
    runner.cancel(record.id)
    told = [update.record for update in heard.updates if update.record.id == record.id][-1]
    assert told.state is JobState.READY and "the result is kept" in told.message
    backend.gate.set()
    until(lambda: not runner._tasks)
    runner.close()
    assert states(tmp_path)[record.id] is JobState.READY
