"""A job whose submit answer was lost is found in the history, and only the right one."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from layer_edit.backends.base import DeclinedError, NetworkError, PredictionState, UncertainError
from layer_edit.editing.geometry import Size
from tests.contract.wavespeed_kit import (
    SMALL,
    RecordingWatch,
    a_backend,
    a_request,
    encoded,
    picture,
    waited_for,
)
from tests.double import Call, Fault, WaveSpeedDouble


@pytest.fixture
def double():
    with WaveSpeedDouble(model=SMALL) as running:
        yield running


def lost(double, backend, request):
    """Submit with the answer lost; returns when the submit began."""
    sent_at = time.time()
    double.set_fault(Fault.RESET_AFTER, Call.SUBMIT, times=1)
    with pytest.raises(UncertainError):
        backend.submit(request, RecordingWatch())
    return sent_at


def test_a_lost_job_is_found_and_fetched(double):
    """The prediction is found by model, prompt and time, and its result can be fetched."""
    backend = a_backend(double)
    sent_at = lost(double, backend, a_request())
    found = backend.recover(a_request(), sent_at)
    assert found.id == double.tasks[0].id
    done = waited_for(backend, found, RecordingWatch())
    assert backend.fetch(done, RecordingWatch())
    backend.close()
    assert (double.submits, double.spent) == (1, double.price)


def test_a_job_that_never_arrived_is_not_found(double):
    """None when nothing was accepted, whatever else the account has done before."""
    backend = a_backend(double)
    backend.submit(a_request(instruction="something else"), RecordingWatch())
    double.set_fault(Fault.RESET_BEFORE, Call.SUBMIT, times=1)
    with pytest.raises(UncertainError):
        backend.submit(a_request(), RecordingWatch())
    assert backend.recover(a_request(), time.time()) is None
    backend.close()


@pytest.mark.parametrize(
    "other",
    [
        {"instruction": "make it colder"},
        {"model": "draft"},
        {"seed": 8},
        {"size": Size(2048, 2048)},
        {"images": (encoded(picture(colour=(1, 2, 3))),)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_request_of_the_same_minute_is_not_taken(double, other):
    """Prompt, model, seed, size and picture must agree, not the time alone."""
    backend = a_backend(double)
    sent_at = time.time()
    backend.submit(a_request(**other), RecordingWatch())
    double.set_fault(Fault.RESET_BEFORE, Call.SUBMIT, times=1)
    with pytest.raises(UncertainError):
        backend.submit(a_request(), RecordingWatch())
    assert backend.recover(a_request(), sent_at) is None
    backend.close()


def test_equal_jobs_are_told_apart_by_the_ids_that_are_known(double):
    """Of several equal predictions the earliest is taken that no other job has."""
    known = set()
    backend = a_backend(double, known=known)
    sent_at = time.time()
    for _ in range(3):
        backend.submit(a_request(), RecordingWatch())
        time.sleep(0.002)
    for task in double.tasks:
        found = backend.recover(a_request(), sent_at)
        assert found.id == task.id
        known.add(found.id)
    assert backend.recover(a_request(), sent_at) is None
    backend.close()


def test_an_equal_job_of_another_time_is_not_taken(double):
    """A prediction made well before the submit, or long after it, is another job's."""
    backend = a_backend(double)
    backend.submit(a_request(), RecordingWatch())
    task = double.tasks[0]
    now = time.time()
    for created, is_near in ((-3700, False), (-30, False), (-5, True), (600, True), (1000, False)):
        task.created = now + created
        assert (backend.recover(a_request(), now) is not None) == is_near
    backend.close()


def test_a_wrong_clock_is_seen_by_the_date_header(double, monkeypatch):
    """A computer whose clock is half an hour or half a day off still finds its job."""
    backend = a_backend(double)
    backend.submit(a_request(), RecordingWatch())
    true_time = time.time
    for error in (-43_200, -1800, 1800, 43_200):
        monkeypatch.setattr(
            "layer_edit.backends.wavespeed.history.time", Clock(lambda e=error: true_time() + e)
        )
        assert backend.recover(a_request(), true_time() + error) is not None
    backend.close()


class Clock:
    """Stands in for the time module of one module."""

    def __init__(self, now):
        self.time = now


def test_missing_fields_are_looked_up_or_make_no_match(double, monkeypatch):
    """A list without times is completed from the result query; one without prompts matches none."""
    from layer_edit.backends.wavespeed import history

    backend = a_backend(double)
    sent_at = time.time()
    backend.submit(a_request(), RecordingWatch())
    listed = history.read_items

    def without(**changes):
        monkeypatch.setattr(
            history, "read_items", lambda body: [replace(one, **changes) for one in listed(body)]
        )
        return backend.recover(a_request(), sent_at)

    assert without(created=None) is not None
    assert without(model="") is not None
    assert without(inputs={"prompt": "make it warmer"}) is not None
    assert without(inputs={}) is None
    assert without(id="") is None
    assert without(status="") is not None
    backend.close()


def test_all_pages_are_looked_through(double):
    """A job behind more than a page of newer ones is found."""
    backend = a_backend(double)
    sent_at = time.time()
    first = backend.submit(a_request(), RecordingWatch())
    double.service.balance = 100
    for _ in range(130):
        backend.submit(a_request(instruction="another"), RecordingWatch())
    assert backend.recover(a_request(), sent_at).id == first.id
    assert double.count(Call.HISTORY) == 2
    backend.close()


def test_filters_that_are_refused_are_left_out(double):
    """When the service refuses the filters, the list is asked for without them."""
    backend = a_backend(double)
    sent_at = lost(double, backend, a_request())
    double.set_fault(Fault.HTTP_400, Call.HISTORY, times=1)
    assert backend.recover(a_request(), sent_at) is not None
    backend.close()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.RESET_BEFORE, NetworkError),
        (Fault.HTTP_503, NetworkError),
        (Fault.HTTP_429, NetworkError),
        (Fault.NOT_JSON, NetworkError),
        (Fault.DATA_NULL, NetworkError),
        (Fault.HTTP_401, DeclinedError),
    ],
)
def test_a_history_that_cannot_be_asked_is_no_proof(double, fault, kind):
    """An error of the history is raised and never taken for 'not found'."""
    backend = a_backend(double)
    sent_at = lost(double, backend, a_request())
    double.set_fault(fault, Call.HISTORY)
    with pytest.raises(kind, match="still unknown"):
        backend.recover(a_request(), sent_at)
    backend.close()


def test_a_failed_prediction_is_found_as_failed(double):
    """A lost job that failed comes back FAILED, with the sentence that it cost nothing."""
    backend = a_backend(double)
    sent_at = lost(double, backend, a_request())
    double.service.end(double.tasks[0], "failed", 1200, "sensitive")
    found = backend.recover(a_request(), sent_at)
    assert found.state is PredictionState.FAILED
    assert "cost nothing" in found.error
    backend.close()
