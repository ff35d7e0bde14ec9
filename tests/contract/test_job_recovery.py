"""A job whose submit answer was lost: what it says, and that it finds its own prediction only."""

from __future__ import annotations

import threading
import time

import pytest

from layer_edit.backends.wavespeed import MemoryUploads
from layer_edit.jobs import sending
from tests.contract.job_matrix import SHORT, Job
from tests.double import Call, Fault, SimulatedModel, WaveSpeedDouble

SMALL = SimulatedModel(scale=1 / 64)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    for module, name, value in SHORT:
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.RESET_BEFORE, "history could not be asked"),
        (Fault.HTTP_503, "history could not be asked"),
        (Fault.HTTP_429, "history could not be asked"),
        (Fault.NOT_JSON, "history could not be asked"),
        (Fault.HTTP_401, "did not accept the key"),
        (Fault.HTTP_403, "refuses this account"),
    ],
)
def test_a_history_that_cannot_be_asked_leaves_it_uncertain(tmp_path, fault, words):
    """The sentence says that it was not asked; later it is, and the paid result arrives."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.RESET_AFTER, Call.SUBMIT, times=1)
        double.set_fault(fault, Call.HISTORY)
        job = Job(double, tmp_path)
        job.start()
        assert job.state == "uncertain"
        costs_nothing = not double.price and "costs nothing" in job.message
        assert costs_nothing or words in job.message
        assert "does not list" not in job.message
        double.clear_faults()
        job.go_on()
        job.close()
        assert (job.state, job.pixels) == ("ready", "right")
        assert (double.submits, double.spent) == (1, double.price)


def test_a_history_without_it_says_so(tmp_path):
    """What was asked and is not listed is told apart from what could not be asked."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.RESET_BEFORE, Call.SUBMIT, times=1)
        job = Job(double, tmp_path)
        job.start()
        job.close()
        assert job.state == "uncertain"
        if double.price:
            assert "history does not list it" in job.message and "$0.04" in job.message
        else:
            assert "costs nothing" in job.message


def test_a_late_history_entry_is_found(tmp_path, monkeypatch):
    """A look that got no answer is followed by another; one success is enough."""
    monkeypatch.setattr(sending, "LOOKS", (0.01, 0.01, 0.01))
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.RESET_AFTER, Call.SUBMIT, times=1)
        double.set_fault(Fault.HTTP_503, Call.HISTORY, times=2)
        job = Job(double, tmp_path)
        job.start()
        job.close()
        assert (job.state, double.submits) == ("ready", 1)


def test_identical_lost_jobs_find_a_prediction_each(tmp_path, monkeypatch):
    """Four alike, recovered at the same moment, by four runners: nobody takes another's."""
    monkeypatch.setattr(sending, "LOOKS", (0.01, 0.5, 0.5, 0.5))
    count = 4
    with WaveSpeedDouble(model=SMALL) as double:
        uploads = MemoryUploads()
        first, *jobs = (Job(double, tmp_path, uploads=uploads) for _ in range(1 + count))
        first.start()
        double.set_fault(Fault.RESET_AFTER, Call.SUBMIT)
        together = threading.Barrier(count)
        for job in jobs:
            _meet_before_looking(job, together)
        threads = [threading.Thread(target=job.start) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for job in (first, *jobs):
            job.close()
        assert [job.state for job in jobs] == ["ready"] * count
        ids = {job.folder.load().prediction.id for job in (first, *jobs)}
        assert ids == {task.id for task in double.tasks}
        assert double.spent == pytest.approx(double.price * (1 + count))


def _meet_before_looking(job: Job, together: threading.Barrier) -> None:
    """All submits are lost before the first looks, and what is found is known to it only later."""
    submit, recover = job.backend.submit, job.backend.recover

    def submit_then_meet(request, watch):
        try:
            return submit(request, watch)
        finally:
            together.wait(20)

    def found_late(request, sent_at):
        found = recover(request, sent_at)
        time.sleep(0.2)
        return found

    job.backend.submit, job.backend.recover = submit_then_meet, found_late
