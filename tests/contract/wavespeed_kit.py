"""What the tests of the WaveSpeed backend share: a picture, a request, a backend, a small job."""

from __future__ import annotations

import io
import time
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from layer_edit.backends.base import Prediction, PredictionState, Stage
from layer_edit.backends.wavespeed import (
    MemoryUploads,
    ModelTable,
    Timeouts,
    WaveSpeedBackend,
    WaveSpeedOptions,
)
from layer_edit.editing.errors import CancelledError
from layer_edit.editing.geometry import Size
from layer_edit.editing.request import EditRequest, EncodedImage
from tests.double import SimulatedModel, WaveSpeedDouble

MODELS = Path(__file__).parents[2] / "resources" / "models.json"
QUICK = Timeouts(connect=2.0, answer=0.8, submit=0.8, sync=0.8, transfer=0.8, total=1.6)
"""Seconds; loopback answers in milliseconds."""

CALM = Timeouts(connect=5.0, answer=10.0, submit=10.0, sync=10.0, transfer=10.0, total=60.0)
SMALL = SimulatedModel(scale=1 / 64)


@dataclass
class RecordingWatch:
    """A `Watch` that keeps what it is told; `cancel_after` checks it cancels."""

    cancel_after: int | None = None
    stages: list[Stage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checks: int = 0
    sent: int = 0

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        self.stages.append(stage)
        if note:
            self.notes.append(note)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)
        self.check()

    def check(self) -> None:
        self.checks += 1
        if self.cancel_after is not None and self.checks > self.cancel_after:
            raise CancelledError("Stopped.")

    def sending(self) -> None:
        self.check()
        self.sent += 1


def table() -> ModelTable:
    """The models the program ships."""
    return ModelTable.load(MODELS)


def picture(
    width: int = 48, height: int = 36, colour: tuple[int, int, int] = (200, 120, 40)
) -> Any:
    """A picture with a gradient, so that shifts and channel swaps show."""
    across = Image.linear_gradient("L").resize((width, height))
    flat = Image.new("RGB", (width, height), colour)
    return Image.composite(flat, Image.new("RGB", (width, height), (10, 20, 30)), across)


def encoded(image: Image.Image, form: str = "PNG") -> EncodedImage:
    """As file bytes."""
    out = io.BytesIO()
    image.save(out, form)
    return EncodedImage(out.getvalue(), f"image/{form.lower()}", Size(*image.size))


def a_request(**changes: Any) -> EditRequest:
    """A request that is in order, with changes."""
    request = EditRequest(
        instruction="make it warmer",
        images=(encoded(picture()),),
        size=Size(2304, 1728),
        seed=7,
    )
    return replace(request, **changes)


def a_backend(
    double: WaveSpeedDouble,
    *,
    key: str | None = None,
    timeouts: Timeouts = CALM,
    uploads: Any = None,
    known: Collection[str] = frozenset(),
    models: ModelTable | None = None,
    **options: Any,
) -> WaveSpeedBackend:
    """A backend that speaks to the double."""
    return WaveSpeedBackend(
        double.key if key is None else key,
        models or table(),
        WaveSpeedOptions(base_url=double.url, timeouts=timeouts, **options),
        uploads=uploads or MemoryUploads(),
        known_ids=lambda: known,
    )


def waited_for(backend: WaveSpeedBackend, prediction: Prediction, watch: Any) -> Prediction:
    """Poll until the prediction has ended; errors come through."""
    give_up = time.monotonic() + 20
    while prediction.state is PredictionState.RUNNING:
        assert time.monotonic() < give_up, "the prediction never ended"
        time.sleep(0.005)
        prediction = backend.poll(prediction, watch)
    return prediction


def whole_job(backend: WaveSpeedBackend, request: EditRequest | None = None) -> bytes:
    """Submit, poll, fetch."""
    watch = RecordingWatch()
    prediction = backend.submit(request or a_request(), watch)
    return backend.fetch(waited_for(backend, prediction, watch), watch)


def opened(data: bytes) -> Image.Image:
    """Decoded wholly."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
