"""What a worker does for one job, step by step, each step written down before the next begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from PIL import Image

from ..backends.base import (
    Backend,
    BusyError,
    NetworkError,
    Prediction,
    PredictionState,
    Stage,
    Watch,
)
from ..editing.codec import decode, encode
from ..editing.compose import compose, to_bgra
from ..editing.errors import RefusedError
from ..editing.geometry import Rect
from ..editing.plan import Source, plan_edit
from .job import JobRecord, JobState
from .journal import RESULT, SOURCE, JobFolder

MAX_FREE_RETRIES = 8
"""Of a poll or a download in a row; both are free. About four minutes with the pauses between."""

RETRY_SECONDS = 1.0
"""Before the first repetition of a free call half as long as before the second, and so on."""

THUMBNAIL = 128
"""Pixels on the longer side: sharp at 64 on a 200 % screen."""

RESULT_PIXELS = 64_000_000
"""More than any service returns; a larger 'result' is a decompression bomb."""


T = TypeVar("T")


class PredictionFailedError(RefusedError):
    """The service accepted the request and could not carry it out."""


@dataclass(frozen=True)
class ComposedLayer:
    """The new layer: rows of B, G, R, A (sRGB, 8 bits, straight alpha) and their place.

    `thumbnail` is a PNG file's bytes, at most THUMBNAIL pixels on a side.
    """

    data: bytes
    bounds: Rect
    thumbnail: bytes


def carry_out(
    record: JobRecord,
    source: Source,
    folder: JobFolder,
    backend: Backend,
    watch: Watch,
    saved: Callable[[JobRecord], None],
) -> tuple[JobRecord, Image.Image]:
    """Plan, submit, wait, download and compose; returns the READY record and the layer's pixels.

    The image is sRGB RGBA of the size of `source.bounds`. `saved` hears every record that was
    written. Raises LayerEditError; what was reached by then is in the folder.
    """

    def save(changed: JobRecord) -> JobRecord:
        folder.save(changed)
        saved(changed)
        return changed

    watch.report(Stage.PREPARING)
    plan = plan_edit(source, record.wish, backend.limits)
    backend.validate(plan.request)
    price = backend.price(plan.request)
    record = replace(record, state=JobState.RUNNING, placement=plan.placement)
    record = save(replace(record, price=price.amount if price else None))
    folder.write(SOURCE, encode(source.image).data)
    watch.check()
    record = save(replace(record, sent_at=time.time()))
    prediction = backend.submit(plan.request, watch)
    record = save(replace(record, prediction=prediction))
    prediction = _until_ended(prediction, backend, watch)
    record = save(replace(record, prediction=prediction))
    watch.report(Stage.DOWNLOADING)
    data = _patiently(lambda: backend.fetch(prediction, watch), watch)
    folder.write(RESULT, data)
    watch.check()
    watch.report(Stage.COMPOSING)
    result = decode(data, "The result", RESULT_PIXELS)
    image = compose(result, plan.placement, source.image)
    return save(record.moved(JobState.READY)), image


def to_layer(image: Image.Image, record: JobRecord) -> ComposedLayer:
    """The composed image in Krita's memory order, at the job's target."""
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return ComposedLayer(to_bgra(image), record.target, encode(small).data)


def _until_ended(prediction: Prediction, backend: Backend, watch: Watch) -> Prediction:
    pauses = _pauses()
    while prediction.state is PredictionState.RUNNING:
        watch.report(Stage.RUNNING)
        watch.wait(next(pauses))
        current = prediction
        prediction = _patiently(lambda: backend.poll(current, watch), watch)  # noqa: B023
    if prediction.state is PredictionState.FAILED:
        raise PredictionFailedError(prediction.error or "The service could not carry out the edit.")
    return prediction


def _pauses() -> Iterator[float]:
    """Seconds between polls: the documentation asks for 2 or more, growing, for pictures."""
    pause = 2.0
    while True:
        yield pause
        pause = min(pause * 1.15, 6.0)


def _patiently(attempt: Callable[[], T], watch: Watch) -> T:
    """Repeat a free call while only the network or the service's load is in the way."""
    for failures in range(1, MAX_FREE_RETRIES + 1):
        try:
            return attempt()
        except NetworkError as error:
            asked = error.retry_after if isinstance(error, BusyError) else None
            watch.wait(asked if asked is not None else min(RETRY_SECONDS * 2.0**failures, 60.0))
    return attempt()
