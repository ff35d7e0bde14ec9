"""Jobs on threads: order, slots, cancelling, faults."""

import time
from dataclasses import replace

import pytest
from PIL import Image

from layer_edit.backends.base import (
    BusyError,
    DeclinedError,
    NetworkError,
    Prediction,
    PredictionState,
    UncertainError,
)
from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.editing.source import Source
from layer_edit.jobs import pace, sending, spread, waiting, work
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import RESULT, SOURCE, JobFolder, Journal
from layer_edit.jobs.news import Newest
from layer_edit.jobs.pace import Pace
from layer_edit.jobs.runner import JobUpdate, Runner
from tests.fake_backend import EchoBackend, Heard

TARGET = Rect(2, 3, 32, 16)
IMAGE = Image.effect_noise((32, 16), 80).convert("RGBA")


class Listener(Heard):
    """Waits for states."""

    def states(self, job_id: str) -> list[JobState]:
        states = [u.record.state for u in self.updates if u.record.id == job_id]
        return [s for i, s in enumerate(states) if i == 0 or states[i - 1] is not s]

    def until(self, job_id: str, *states: JobState) -> JobUpdate:
        def found() -> JobUpdate | None:
            wanted = (u for u in self.updates if u.record.id == job_id and u.record.state in states)
            return next(wanted, None)

        with self.changed:
            assert self.changed.wait_for(found, 10), self.states(job_id)
            update = found()
        assert update is not None
        return update


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A runner over an echo backend, with pauses of nothing."""
    monkeypatch.setattr(spread, "SPARSE", 0.01)
    monkeypatch.setattr(spread, "FASTEST", 0.01)
    monkeypatch.setattr(pace, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(sending, "LOOKS", (0.001,))
    backend, listener = EchoBackend(), Listener()
    runner = Runner(Journal(tmp_path), lambda _key: backend, listener)
    yield runner, backend, listener
    backend.gate.set()
    runner.close()


def start(runner: Runner) -> str:
    record = JobRecord.new(Wish("x", "echo", seed=1), "Layer", TARGET)
    runner.start(record, lambda: Source(IMAGE, TARGET))
    return record.id


def test_a_job_goes_from_queued_to_ready_with_its_pixels(bench, tmp_path):
    """The echo arrives as Krita's bytes at the target, and the journal has it too."""
    runner, backend, listener = bench
    backend.polls = 3
    job = start(runner)
    update = listener.until(job, JobState.READY)
    assert listener.states(job) == [JobState.QUEUED, JobState.RUNNING, JobState.READY]
    assert update.layer.bounds == TARGET
    assert update.layer.data == IMAGE.tobytes("raw", "BGRA")
    assert backend.calls == ["validate", "submit", "poll", "poll", "poll", "fetch"]
    assert Journal(tmp_path).records()[0].state is JobState.READY


def test_jobs_share_the_slots_in_order(bench):
    """With one slot the second job is sent when the first is done, and all end."""
    runner, _backend, listener = bench
    jobs = [start(runner) for _ in range(4)]
    for job in jobs:
        listener.until(job, JobState.READY)
    ends = [u.record.id for u in listener.updates if u.record.state is JobState.READY]
    assert ends == jobs


def test_two_slots_run_two_jobs_at_once(bench):
    """A backend's concurrency is used."""
    runner, backend, _listener = bench
    backend.concurrency = 2
    backend.gate.clear()
    for _ in range(3):
        start(runner)
    deadline = time.monotonic() + 5
    while backend.calls.count("validate") < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert backend.calls.count("validate") == 2


def test_more_slots_are_filled_at_once(bench):
    """Those that wait already begin when the number is raised, not only those that come later."""
    runner, backend, listener = bench
    backend.gate.clear()
    jobs = [start(runner) for _ in range(4)]
    assert _settled(backend, "validate") == 1
    backend.concurrency = 3
    runner.fill_slots()
    assert _settled(backend, "validate") == 3
    backend.gate.set()
    for job in jobs:
        listener.until(job, JobState.READY)


def _settled(backend: EchoBackend, method: str) -> int:
    """How often it was called once no more calls come."""
    time.sleep(0.2)
    return backend.calls.count(method)


def test_a_queued_job_is_cancelled_without_being_sent(bench):
    """It never reaches the backend, and the sentence says that nothing was spent."""
    runner, backend, listener = bench
    backend.gate.clear()
    first = start(runner)
    second = start(runner)
    runner.cancel(second)
    assert "nothing was spent" in listener.until(second, JobState.CANCELLED).record.message
    backend.gate.set()
    listener.until(first, JobState.READY)
    time.sleep(0.1)
    assert backend.calls.count("submit") == 1


@pytest.mark.parametrize("stage", ["validate", "submit", "poll", "fetch"])
def test_cancel_is_heard_at_once_at_every_stage(bench, stage):
    """Even while the backend's call blocks; what was paid for by then is fetched and kept."""
    runner, backend, listener = bench
    backend.polls = 1
    backend.gate.clear()
    job = start(runner)
    _let_through_until(backend, stage)
    runner.cancel(job)
    message = listener.until(job, JobState.CANCELLED).record.message
    backend.gate.set()
    sent = stage in ("submit", "poll", "fetch")
    assert ("charge" in message) is sent, message
    again = start(runner)
    listener.until(again, JobState.READY)
    assert listener.states(job)[-1] is (JobState.READY if sent else JobState.CANCELLED)
    assert all(update.layer is None for update in listener.updates if update.record.id == job)


def test_what_was_told_before_a_cancel_is_old(bench):
    """A worker's news wait in a queue while the main thread hears the cancel at once."""
    runner, backend, listener = bench
    backend.polls = 10**6
    job = start(runner)
    listener.until(job, JobState.RUNNING)
    runner.cancel(job)
    told = [update for update in listener.updates if update.record.id == job]
    (cancel,) = (update for update in told if update.record.state is JobState.CANCELLED)
    newest = Newest()
    assert not newest.is_old(cancel)
    assert all(newest.is_old(update) for update in told if update is not cancel)
    assert not newest.is_old(JobUpdate(cancel.record)), "what others tell has no number"


def test_news_of_one_job_do_not_age_another(bench):
    """In the order in which they are told, nothing is old."""
    runner, backend, listener = bench
    backend.polls = 3
    jobs = [start(runner) for _ in range(2)]
    for job in jobs:
        listener.until(job, JobState.READY)
    newest = Newest()
    assert not any(newest.is_old(update) for update in listener.updates)


@pytest.mark.parametrize(
    ("method", "error", "state"),
    [
        ("submit", UncertainError("Lost."), JobState.UNCERTAIN),
        ("submit", DeclinedError("No credit."), JobState.FAILED),
        ("poll", DeclinedError("Wrong key."), JobState.INTERRUPTED),
        ("fetch", DeclinedError("Wrong key."), JobState.INTERRUPTED),
    ],
)
def test_a_cancelled_job_that_was_sent_tells_how_it_ends(bench, method, error, state):
    """It was said that it may be charged for: whatever becomes of it is said too."""
    runner, backend, listener = bench
    backend.polls = 1
    backend.gate.clear()
    job = start(runner)
    _let_through_until(backend, "submit")
    runner.cancel(job)
    if method == "submit":
        backend.fails_late = error
    else:
        backend.faults[method] = [error]
    backend.gate.set()
    told = listener.until(job, state)
    assert told.error is not None and told.record.message == told.error.message
    assert listener.states(job)[-2:] == [JobState.CANCELLED, state]


def test_a_cancelled_job_that_turns_out_unsent_says_that_nothing_was_spent(bench):
    """While it was being sent it might have been charged for; the service had no place for it."""
    runner, backend, listener = bench
    backend.gate.clear()
    job = start(runner)
    _let_through_until(backend, "submit")
    runner.cancel(job)
    backend.fails_late = BusyError("Full.")
    backend.gate.set()
    _until(lambda: not runner._tasks)
    first, last = (
        update.record
        for update in listener.updates
        if update.record.state is JobState.CANCELLED and update.record.id == job
    )
    assert "charge" in first.message and "nothing was spent" in last.message
    assert last.sent_at is None


def _until(condition) -> None:
    """Wait for something the runner's threads do."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _let_through_until(backend: EchoBackend, stage: str) -> None:
    """Open the gate call by call until the backend stands in `stage`."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert backend.at_gate.wait(5)
        if backend.calls[-1] == stage:
            return
        backend.at_gate.clear()
        backend.gate.set()
        backend.gate.clear()
        if not backend.at_gate.wait(0.05) and backend.calls[-1] != stage:
            backend.at_gate.set()
    raise AssertionError(backend.calls)


@pytest.mark.parametrize(
    ("method", "error", "state"),
    [
        ("validate", DeclinedError("No."), JobState.FAILED),
        ("submit", DeclinedError("No."), JobState.FAILED),
        ("submit", UncertainError("Lost."), JobState.UNCERTAIN),
        ("poll", DeclinedError("No."), JobState.INTERRUPTED),
        ("fetch", DeclinedError("No."), JobState.INTERRUPTED),
        ("validate", ValueError("a bug"), JobState.FAILED),
        ("submit", ValueError("a bug"), JobState.UNCERTAIN),
        ("poll", ValueError("a bug"), JobState.INTERRUPTED),
    ],
)
def test_faults_end_in_the_right_state(bench, method, error, state):
    """What a backend raises becomes a state and a sentence; the next job runs all the same."""
    runner, backend, listener = bench
    backend.polls = 1
    backend.faults[method] = [error]
    job = start(runner)
    ends = (JobState.FAILED, JobState.UNCERTAIN, JobState.INTERRUPTED)
    assert listener.until(job, *ends).record.state is state
    listener.until(start(runner), JobState.READY)


class Clocks:
    """Stands in for the time module, with both clocks ahead by what is set."""

    def __init__(self) -> None:
        self.set_ahead = 0.0
        self.away = 0.0

    def time(self) -> float:
        return time.time() + self.set_ahead + self.away

    def monotonic(self) -> float:
        return time.monotonic() + self.away


@pytest.mark.parametrize("clock", ["set_ahead", "away"])
def test_a_duration_is_learned_from_no_clock_that_was_set_and_no_sleep(
    tmp_path, monkeypatch, clock
):
    """An hour that the job did not take would keep the next one from being asked for."""
    clocks, backend, listener, known = Clocks(), EchoBackend(polls=2), Listener(), Pace()
    for module in (waiting, work, pace):
        monkeypatch.setattr(module, "time", clocks)
    monkeypatch.setattr(spread, "SPARSE", 0.01)
    poll = backend.poll

    def later(prediction, watch):
        asked = poll(prediction, watch)
        if asked.state is not PredictionState.RUNNING:
            setattr(clocks, clock, 3600.0)
        return asked

    monkeypatch.setattr(backend, "poll", later)
    runner = Runner(Journal(tmp_path), lambda _key: backend, listener, known)
    listener.until(start(runner), JobState.READY)
    assert (known.typical(Wish("x", "echo")) or 0.0) < 600
    runner.close()


@pytest.mark.parametrize("polls", [0, 2])
def test_durations_are_learned(tmp_path, monkeypatch, polls):
    """Of a job that was watched to its end."""
    monkeypatch.setattr(spread, "SPARSE", 0.01)
    backend, listener, known = EchoBackend(polls=polls), Listener(), Pace()
    runner = Runner(Journal(tmp_path), lambda _key: backend, listener, known)
    listener.until(start(runner), JobState.READY)
    assert known.typical(Wish("x", "echo")) is not None
    runner.close()


@pytest.mark.parametrize("method", ["poll", "fetch"])
def test_free_calls_are_repeated_and_submit_is_not(bench, method):
    """Polls and downloads survive a few network faults; the request is sent once."""
    runner, backend, listener = bench
    backend.polls = 1
    backend.faults[method] = [NetworkError("Down."), BusyError("Full.", retry_after=0.01)]
    listener.until(start(runner), JobState.READY)
    assert backend.calls.count("submit") == 1
    assert backend.calls.count(method) == 3


def test_a_disk_that_cannot_be_written_is_reported_before_anything_is_sent(bench, tmp_path):
    """A journal that cannot be written stops the job while it is free."""
    runner, backend, listener = bench
    (tmp_path / "blocked").write_text("")
    runner._journal = Journal(tmp_path / "blocked")
    update = listener.until(start(runner), JobState.FAILED)
    assert "cannot be written" in update.record.message
    assert "submit" not in backend.calls


@pytest.mark.parametrize("refused", [False, True])
def test_what_failed_on_a_full_disk_is_not_sent_at_the_next_start(bench, tmp_path, refused):
    """The disk takes neither the last step nor the end: the user was told that it has failed, and
    will have begun it anew."""
    runner, backend, listener = bench
    allowed = {JobState.RUNNING}
    write = JobFolder.save

    def save(folder, record):
        full = record.state not in allowed or (record.sent_at is not None and not refused)
        with pytest.MonkeyPatch.context() as patch:
            if full:
                patch.setattr("layer_edit.jobs.journal.write_atomically", no_space)
            write(folder, record)

    def no_space(_path, _data):
        raise OSError(28, "No space left on device")

    if refused:
        backend.faults["submit"] = [DeclinedError("Not enough credit.")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobFolder, "save", save)
        listener.until(start(runner), JobState.FAILED)
        runner.close()
    sent = backend.calls.count("submit")
    again = Listener()
    anew = Runner(Journal(tmp_path), lambda _key: backend, again)
    anew.resume(lambda _records: None)
    anew.close()
    assert again.updates == []
    assert backend.calls.count("submit") == sent


def test_result_bytes_are_on_disk_as_they_came(bench, tmp_path):
    """The journal keeps the service's own bytes, not a re-encoded picture."""
    runner, backend, listener = bench
    job = start(runner)
    listener.until(job, JobState.READY)
    assert Journal(tmp_path).folder(job).read(RESULT) == next(iter(backend._sent.values()))


def test_a_job_resumes_from_its_folder_at_every_point(bench, tmp_path):
    """Whatever of the folder is there, the job ends READY with one submit."""
    runner, backend, listener = bench
    job = start(runner)
    pixels = listener.until(job, JobState.READY).layer.data
    record = Journal(tmp_path).folder(job).load()
    folder = Journal(tmp_path).folder(job)
    steps = {
        "result on disk": record,
        "completed": replace(record, state=JobState.RUNNING),
        "running": replace(
            record, prediction=replace(record.prediction, state=PredictionState.RUNNING)
        ),
    }
    for name, stored in steps.items():
        if name != "result on disk":
            (folder.path / RESULT).unlink()
        folder.save(stored)
        heard = Listener()
        again = Runner(Journal(tmp_path), lambda _key: backend, heard)
        again.start(folder.load())
        assert heard.until(job, JobState.READY).layer.data == pixels, name
        again.close()
    assert backend.calls.count("submit") == 1


def test_two_processes_do_not_work_on_one_job(bench, tmp_path):
    """The second one leaves it alone, says so, and resumes it from where the first has left it."""
    runner, backend, listener = bench
    backend.gate.clear()
    job = start(runner)
    _let_through_until(backend, "submit")
    heard = Listener()
    other = Runner(Journal(tmp_path), lambda _key: backend, heard)
    other.start(Journal(tmp_path).folder(job).load())
    told = heard.until(job, JobState.INTERRUPTED)
    assert "Another Krita" in told.record.message and told.error is not None
    assert Journal(tmp_path).folder(job).load().state is JobState.RUNNING
    _until(lambda: not other._tasks)
    other.forget(told.record)
    _until(lambda: len(heard.updates) >= 4)
    assert [state.value for state in heard.states(job)][-2:] == ["cancelled", "interrupted"]
    assert Journal(tmp_path).folder(job).load().state is JobState.RUNNING
    backend.gate.set()
    listener.until(job, JobState.READY)
    _until(lambda: not runner._tasks)
    other.start(told.record)
    assert heard.until(job, JobState.READY).layer is None
    other.close()
    assert backend.calls.count("submit") == 1


@pytest.mark.parametrize(
    ("left", "submits"),
    [
        ({"state": JobState.FAILED}, 0),
        ({"state": JobState.CANCELLED}, 0),
        ({"state": JobState.RUNNING, "sent_at": 1.0, "prediction": Prediction("p0")}, 0),
        ({"state": JobState.UNCERTAIN, "sent_at": 1.0}, 0),
        ({"state": JobState.RUNNING, "output": "a command line's.png"}, 0),
        ({"state": JobState.RUNNING}, 1),
    ],
)
def test_a_job_is_resumed_from_what_its_folder_says_by_then(bench, tmp_path, left, submits):
    """Between the reading of all jobs and its turn another process may have sent or ended it."""
    runner, backend, listener = bench
    backend.faults["submit"] = [DeclinedError("No credit.")]
    job = start(runner)
    read = replace(listener.until(job, JobState.FAILED).record, state=JobState.RUNNING)
    backend.calls.clear()
    _until(lambda: not runner._tasks)
    folder = Journal(tmp_path).folder(job)
    backend._sent["p0"] = folder.read(SOURCE)
    folder.save(replace(read, **left))
    before = len(listener.updates)
    runner.start(read)
    _until(lambda: not runner._tasks)
    assert backend.calls.count("submit") == submits
    last = listener.updates[-1].record
    assert len(listener.updates) > before and not last.state.is_active
    assert last.sent_at == left.get("sent_at", last.sent_at)


def test_an_uncertain_job_is_sent_again_only_on_the_users_word(bench, tmp_path):
    """And not where it turns out that it was accepted."""
    runner, backend, listener = bench
    backend.fails_late = UncertainError("Lost.")
    job = start(runner)
    record = listener.until(job, JobState.UNCERTAIN).record
    backend.fails_late = None
    for again, submits in ((False, 1), (True, 2)):
        _until(lambda: not runner._tasks)
        runner.start(record, send_again=again)
        _until(lambda: not runner._tasks)
        assert backend.calls.count("submit") == submits
    _until(lambda: not runner._tasks)
    runner.start(record, send_again=True)
    _until(lambda: not runner._tasks)
    assert backend.calls.count("submit") == 2
    assert Journal(tmp_path).folder(job).load().state is JobState.READY


def test_resume_goes_on_with_what_is_unfinished_and_leaves_the_rest(bench, tmp_path):
    """All are handed over in one list, oldest first; only unfinished ones run."""
    runner, backend, listener = bench
    job = start(runner)
    record = listener.until(job, JobState.READY).record
    folder = Journal(tmp_path).folder
    unfinished = replace(record, id="20260101-000000-a", state=JobState.INTERRUPTED)
    uncertain = replace(record, id="20260101-000000-b", state=JobState.UNCERTAIN, prediction=None)
    placed = replace(record, id="20260101-000000-c", state=JobState.PLACED)
    for one in (unfinished, uncertain, placed):
        folder(one.id).save(one)
        folder(one.id).write(SOURCE, folder(job).read(SOURCE))
    heard = Listener()
    again = Runner(Journal(tmp_path), lambda _key: backend, heard)
    listed = []
    again.resume(listed.extend)
    heard.until(unfinished.id, JobState.READY)
    assert [one.id for one in listed] == [unfinished.id, uncertain.id, placed.id, job]
    assert heard.states(uncertain.id) == heard.states(placed.id) == []
    again.close()
