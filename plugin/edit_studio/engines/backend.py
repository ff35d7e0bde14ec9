"""Any of the plugin's backends as an engine."""

from __future__ import annotations

from dataclasses import replace

from layer_edit.backends.base import Backend, PredictionState, Watch
from layer_edit.editing.errors import CancelledError, LayerEditError
from layer_edit.editing.request import EditRequest

from ..protocol import EXECUTION
from .base import Edited, EngineStartError, FailedError

WAITS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds between two looks at a prediction; the last is repeated."""


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
        # A backend has models of its own, and may keep the size of what it gets.
        size = request.size if backend.limits.sizes else None
        prediction = backend.submit(replace(request, size=size, model=""), watch)
        waits = iter(WAITS)
        try:
            while prediction.state is PredictionState.RUNNING:
                watch.wait(next(waits, WAITS[-1]))
                prediction = backend.poll(prediction, watch)
        except CancelledError:
            backend.cancel(prediction)
            raise
        if prediction.state is PredictionState.FAILED:
            raise FailedError(EXECUTION, prediction.error)
        return Edited(backend.fetch(prediction, watch), prediction.notes)
