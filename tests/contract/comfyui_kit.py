"""What the tests of the ComfyUI backend share: a backend for the double, a watch, whole edits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layer_edit.backends.base import Prediction, PredictionState, Stage
from layer_edit.backends.comfyui import ComfyUIBackend, ComfyUIOptions
from layer_edit.backends.net.exchange import Timeouts
from tests.contract.wavespeed_kit import RecordingWatch, a_request, table
from tests.double.comfyui import ComfyUIDouble

GRAPHS = Path(__file__).parents[2] / "resources" / "comfyui"
CALM = Timeouts(connect=5.0, answer=10.0, submit=10.0, sync=20.0, transfer=10.0, total=60.0)
QUICK = Timeouts(connect=2.0, answer=0.8, submit=0.8, sync=0.8, transfer=0.8, total=1.6)
PATIENCE = 20.0
"""Seconds in which a test's edit must have ended."""


@dataclass
class Told(RecordingWatch):
    """A watch that also keeps the fractions it is told, with their stages and notes."""

    fractions: list[tuple[Stage, float | None, str]] = field(default_factory=list)

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        super().report(stage, fraction, note)
        self.fractions.append((stage, fraction, note))

    @property
    def running(self) -> list[float]:
        """The fractions while it ran."""
        return [part for stage, part, _ in self.fractions if stage is Stage.RUNNING and part]


def a_backend(double: ComfyUIDouble | str, **options: Any) -> ComfyUIBackend:
    """A backend that speaks to the double, looking often."""
    url = double if isinstance(double, str) else double.url
    given = {"look_seconds": 0.2, "timeouts": CALM, "graphs": GRAPHS, "base_url": url, **options}
    return ComfyUIBackend(ComfyUIOptions(**given), table().get("").limits)


def ended(backend: ComfyUIBackend, prediction: Prediction, watch: Any) -> Prediction:
    """Follow it to its end."""
    give_up = time.monotonic() + PATIENCE
    while prediction.state is PredictionState.RUNNING:
        assert time.monotonic() < give_up, "it never ended"
        prediction = backend.follow(prediction, watch)
    return prediction


def edited(backend: ComfyUIBackend, watch: Any = None, **changes: Any) -> bytes:
    """Submit, follow, fetch."""
    watch = watch or Told()
    prediction = ended(backend, backend.submit(a_request(**changes), watch), watch)
    assert prediction.state is PredictionState.COMPLETED, prediction.error
    return backend.fetch(prediction, watch)


def until(condition: Any, what: str) -> None:
    """Wait for something the double does on its own threads."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, what
        time.sleep(0.005)
