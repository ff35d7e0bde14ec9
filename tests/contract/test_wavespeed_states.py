"""The states of many predictions in one request."""

from __future__ import annotations

import pytest

from layer_edit.backends.base import (
    DeclinedError,
    ManyPoller,
    NetworkError,
    Prediction,
    PredictionState,
)
from layer_edit.editing.errors import LayerEditError
from tests.contract.wavespeed_kit import SMALL, RecordingWatch, a_backend, a_request
from tests.double import Call, Fault, WaveSpeedDouble


@pytest.fixture
def double():
    with WaveSpeedDouble(model=SMALL, duration=60) as running:
        yield running


@pytest.fixture
def backend(double):
    backend = a_backend(double)
    yield backend
    backend.close()


def test_states_of_many_in_one_request(double, backend):
    """Running, completed and failed are told apart; what is not listed is not in the answer."""
    jobs = [backend.submit(a_request(), RecordingWatch()) for _ in range(4)]
    double.service.finish(jobs[1].id)
    double.service.end(double.service.tasks[jobs[2].id], "failed", 1200, "sensitive")
    told = backend.poll_many([*jobs[:3], Prediction("unknown")])
    assert isinstance(backend, ManyPoller)
    assert told == {
        jobs[0].id: PredictionState.RUNNING,
        jobs[1].id: PredictionState.COMPLETED,
        jobs[2].id: PredictionState.FAILED,
    }
    assert (double.count(Call.HISTORY), double.count(Call.POLL)) == (1, 0)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.RESET_BEFORE, NetworkError),
        (Fault.HTTP_429, NetworkError),
        (Fault.HTTP_503, NetworkError),
        (Fault.NOT_JSON, NetworkError),
        (Fault.DATA_NULL, NetworkError),
        (Fault.HTTP_401, DeclinedError),
        (Fault.HTTP_404, DeclinedError),
    ],
)
def test_errors_are_the_documented_ones(double, backend, fault, kind):
    """Whatever goes wrong with a hint is one of the errors a poll may raise."""
    double.set_fault(fault, Call.HISTORY)
    with pytest.raises(kind):
        backend.poll_many([Prediction("p")])


@pytest.mark.parametrize("fault", [one for one in Fault if Call.HISTORY in one.calls])
def test_every_fault_of_the_history_is_harmless(fault):
    """An answer or a documented error, for every fault."""
    from tests.contract.wavespeed_kit import QUICK

    with WaveSpeedDouble(model=SMALL, slow_seconds=1.2) as double:
        backend = a_backend(double, timeouts=QUICK)
        job = backend.submit(a_request(), RecordingWatch())
        double.set_fault(fault, Call.HISTORY)
        try:
            assert set(backend.poll_many([job])) <= {job.id}
        except LayerEditError as error:
            assert error.message
        backend.close()
        assert double.violations == []
