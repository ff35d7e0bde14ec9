"""Any of the plugin's backends as an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from layer_edit.backends.base import (
    Backend,
    Follower,
    NetworkError,
    Prediction,
    PredictionState,
    Watch,
)
from layer_edit.editing.errors import CancelledError, LayerEditError
from layer_edit.editing.geometry import Size
from layer_edit.editing.request import EditRequest

from ..protocol import EXECUTION
from .base import Edited, EngineStartError, FailedError

WAITS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds between two looks at a prediction; the last is repeated."""

PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries where the server behind the backend does not answer for a while."""

T = TypeVar("T")


class BackendEngine:
    """Hands each job to a backend and waits for its end."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def prepare(self) -> str:
        """Ask the backend whether it is ready. Raises EngineStartError with its own words."""
        try:
            return self._backend.check().sentence
        except LayerEditError as error:
            raise EngineStartError(error.message) from error

    def run(self, request: EditRequest, watch: Watch) -> Edited:
        """Submit, poll, fetch; a cancel is handed on to the backend."""
        backend = self._backend
        asked = replace(request, size=_size(request, backend.limits.sizes))
        prediction = _patiently(lambda: backend.submit(asked, watch), watch)
        try:
            prediction = self._ended(prediction, watch)
            if prediction.state is PredictionState.FAILED:
                raise FailedError(EXECUTION, prediction.error)
            data = _patiently(lambda: backend.fetch(prediction, watch), watch)
        except CancelledError:
            backend.cancel(prediction)
            raise
        return Edited(data, prediction.notes)

    def _ended(self, prediction: Prediction, watch: Watch) -> Prediction:
        backend = self._backend
        if isinstance(backend, Follower):
            while prediction.state is PredictionState.RUNNING:
                prediction = _patiently(partial(backend.follow, prediction, watch), watch)
            return prediction
        waits = iter(WAITS)
        while prediction.state is PredictionState.RUNNING:
            watch.wait(next(waits, WAITS[-1]))
            prediction = _patiently(partial(backend.poll, prediction, watch), watch)
        return prediction


def _size(request: EditRequest, sizes: Sequence[Size]) -> Size | None:
    """Of the sizes the backend makes the nearest by ratio; None where it keeps what it gets."""
    if request.size is None or not sizes:
        return None
    ratio = request.size.ratio
    return min(sizes, key=lambda size: abs(size.ratio - ratio))


def _patiently(call: Callable[[], T], watch: Watch) -> T:
    """Call; again, after a pause, while the server does not answer and has accepted nothing.

    Raises what the call does.
    """
    for seconds in PATIENCE:
        try:
            return call()
        except NetworkError:
            watch.wait(seconds)
    return call()
