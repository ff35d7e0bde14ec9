"""What a worker does for one job, step by step, each step written down before the next begins.

Whatever stops the process, the folder says how far it came, and `carry_out` goes on from there:

no placement            nothing was prepared: only a job with its pixels at hand can begin
placement               prepared; nothing was sent
sent_at, no prediction  it may have been accepted: look for it in the service's history
prediction              poll, then download
result file             compose
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PIL import Image

from ..backends.base import Backend, Follower, Prediction, PredictionState, Stage
from ..editing.codec import decode, encode
from ..editing.compose import ComposedLayer
from ..editing.errors import RefusedError, UnreachableError
from ..editing.finish import Finished, finish
from ..editing.plan import plan_edit
from ..editing.request import EditRequest
from ..editing.source import Source
from ..texts import N_, tr
from .job import JobRecord, JobState
from .journal import RESULT, JobFolder, JournalError
from .kept import read_references, read_source, write_references, write_source
from .pace import MAX_RUN_SECONDS, Pace, patiently
from .sending import Sending

_log = logging.getLogger(__name__)

THUMBNAIL = 128
"""Pixels on the longer side: sharp at 64 on a 200 % screen."""

RESULT_PIXELS = 64_000_000
"""More than any service returns; a larger 'result' is a decompression bomb."""

RESERVE = 64 * 2**20
"""Bytes that must be free before anything is sent: the result has to fit."""

LATE_SECONDS = 6.0
"""How late a poll may come, as after the computer slept or while the network was away, for its
answer to tell how long the job took. One wrong duration would keep the next jobs waiting."""

STILL_RUNNING = N_(
    "The service has called the edit unfinished for half an hour, so waiting "
    "for it has ended. It is paid for and may still arrive: resume the job "
    "later."
)


class PredictionFailedError(RefusedError):
    """The service accepted the request and could not carry it out."""


class Hands(Protocol):
    """What the work needs of the one who runs it; the first three are those of Watch."""

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        """News for the user."""

    def wait(self, seconds: float) -> None:
        """Sleep; raises CancelledError as soon as the job is not wanted any more."""

    def check(self) -> None:
        """Raise CancelledError when the job is not wanted any more."""

    def saved(self, record: JobRecord) -> None:
        """The record as it now is on disk."""


@dataclass(frozen=True)
class Done:
    """A job's end: the READY record, what becomes the layer, and the source as it was read."""

    record: JobRecord
    finished: Finished
    source: Image.Image


class Work:
    """One job in progress, and the Watch of its backend. `record` is always what is on disk."""

    def __init__(
        self, record: JobRecord, folder: JobFolder, backend: Backend, hands: Hands
    ) -> None:
        self.record = record
        self._folder = folder
        self._backend = backend
        self._hands = hands
        self._source: Source | None = None
        self._may_send = threading.Lock()
        """Held while it is decided whether it is sent, so that a cancel comes before or after."""
        self._is_fresh = False
        """Whether this process has seen it running, and so knows when about it ended."""

    def carry_out(self, source: Callable[[], Source] | None, pace: Pace) -> Done:
        """Bring the job from wherever it stands to its composed result.

        `source` makes the pixels of a new job; None for one that is resumed from its folder.
        Raises LayerEditError; what was reached by then is on disk.
        """
        request = None
        if self.record.placement is None:
            if source is None:
                raise JournalError(
                    tr("The job was interrupted before anything was sent: start again.")
                )
            request = self._prepare(source())
        if self._folder.has(RESULT):
            data = self._folder.read(RESULT)
        else:
            data = self._obtain(self._ended(self._predicted(request), pace))
        return self._composed(data)

    def give_up(self) -> None:
        """Ask the service to stop, where it can, after the job was cancelled."""
        if self.record.prediction is not None:
            self._backend.cancel(self.record.prediction)

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        """Passed on."""
        self._hands.report(stage, fraction, note)

    def wait(self, seconds: float) -> None:
        """Passed on."""
        self._hands.wait(seconds)

    def check(self) -> None:
        """Passed on."""
        self._hands.check()

    def sending(self) -> None:
        """Written down before the request leaves: from here on it may have been accepted."""
        with self._may_send:
            self._hands.check()
            self.save(sent_at=time.time())

    def drop(self, cancelled: JobRecord) -> None:
        """Write down the record of a cancel, which the hands know of, unless it was sent.

        It is not sent after that. For any thread. Raises JournalError.
        """
        with self._may_send:
            if self.record.placement is not None and self.record.sent_at is None:
                self._folder.save(cancelled)

    def save(self, **changes: object) -> None:
        """Write the record with changes, on disk first. Raises JournalError while it is free."""
        record = replace(self.record, **changes)  # type: ignore[arg-type]
        if record.prediction is not None:
            # They expire, and may be a whole picture as text: not for a record that stays.
            record = replace(record, prediction=replace(record.prediction, outputs=()))
        if record.prediction is None:
            self._folder.save(record)
        else:
            self._keep(lambda: self._folder.save(record))
        self.record = record
        self._hands.saved(record)

    @staticmethod
    def _keep(write: Callable[[], None]) -> None:
        """Once it is paid for, a disk that fails must not stop the result on its way."""
        try:
            write()
        except JournalError as error:
            _log.warning("%s %s", error.message, error.detail)

    def _prepare(self, source: Source) -> EditRequest:
        """Everything that can fail without costing anything, and all that a restart needs."""
        self.report(Stage.PREPARING)
        wish = self.record.wish
        plan = plan_edit(source, wish, self._backend.limits)
        self._backend.validate(plan.request)
        self._folder.reserve(RESERVE)
        self._source = source
        sent = plan.request.images[0] if plan.sends_source else None
        write_source(self._folder, source, sent)
        write_references(self._folder, wish.references)
        price = self._backend.price(plan.request)
        with self._may_send:
            self._hands.check()
            self.save(
                state=JobState.RUNNING,
                placement=plan.placement,
                price=price.amount if price else None,
            )
        return plan.request

    def _predicted(self, request: EditRequest | None) -> Prediction:
        # What costs nothing is simply done again: the offline engine keeps no results.
        free = self.record.price is None
        if self.record.prediction is not None and not free:
            return self.record.prediction
        request = request or self._request()
        sending = Sending(self, self._backend, request, self._folder.path.parent)
        if self.record.sent_at is not None and not free:
            return sending.recovered()
        prediction = sending.submitted()
        self._is_fresh = True
        return prediction

    def _ended(self, prediction: Prediction, pace: Pace) -> Prediction:
        wish, start = self.record.wish, self.record.sent_at or time.time()
        give_up = time.monotonic() + MAX_RUN_SECONDS
        if prediction.state is PredictionState.COMPLETED and not prediction.outputs:
            # It was read from disk, where outputs are not kept: they expire.
            prediction = self._polled(prediction)
        if isinstance(self._backend, Follower):
            prediction = self._followed(self._backend, prediction)
        with pace.waiting(self._backend, prediction, wish, start) as waiter:
            while prediction.state is PredictionState.RUNNING:
                if time.monotonic() > give_up:
                    raise UnreachableError(tr(STILL_RUNNING))
                self.report(Stage.RUNNING, pace.fraction(wish, start))
                waiter.sleep(self)
                prediction = self._polled(prediction)
                # It may have ended long before a poll that comes late.
                in_time = time.monotonic() - waiter.due < LATE_SECONDS and self._is_fresh
                self._is_fresh = in_time or prediction.state is PredictionState.RUNNING
        if prediction.state is PredictionState.FAILED:
            self.save(prediction=prediction)
            raise PredictionFailedError(prediction.error or tr("The service failed at the edit."))
        if self._is_fresh:
            # It ended between the moment it was last seen running and now.
            lived = time.monotonic() - waiter.born
            sure = max(waiter.seen_running, prediction.inference_seconds or 0.0)
            pace.learn(wish, (lived + min(lived, sure)) / 2)
        self.save(prediction=prediction)
        return prediction

    def _followed(self, backend: Follower, prediction: Prediction) -> Prediction:
        """For as long as the service itself says that it is under way."""
        self._is_fresh = False
        while prediction.state is PredictionState.RUNNING:
            prediction = patiently(partial(backend.follow, prediction, self), self)
        return prediction

    def _polled(self, prediction: Prediction) -> Prediction:
        return patiently(lambda: self._backend.poll(prediction, self), self)

    def _obtain(self, prediction: Prediction) -> bytes:
        self.report(Stage.DOWNLOADING)
        data = patiently(lambda: self._backend.fetch(prediction, self), self)
        self._keep(lambda: self._folder.write(RESULT, data))
        return data

    def _composed(self, data: bytes) -> Done:
        self.report(Stage.COMPOSING)
        placement = self.record.placement
        assert placement is not None  # noqa: S101 - prepared, or carry_out would have raised
        result = decode(data, tr("The result"), RESULT_PIXELS)
        source = self._pixels()
        finished = finish(result, placement, source, self.record.wish, self._backend.limits)
        # A kept result that is composed anew has ended long ago.
        ended = self.record.finished or time.time()
        self.save(state=JobState.READY, finished=ended, share=finished.share)
        return Done(self.record, finished, source.image)

    def _pixels(self) -> Source:
        if self._source is None:
            self._source = read_source(self._folder, self.record.target)
        return self._source

    def _request(self) -> EditRequest:
        """The request, made again from what the folder has: the same every time."""
        wish = replace(self.record.wish, references=read_references(self._folder))
        return plan_edit(self._pixels(), wish, self._backend.limits).request


def to_layer(done: Done) -> ComposedLayer:
    """The composed image in Krita's memory order, at the job's target."""
    finished = done.finished
    return ComposedLayer.of(finished.image, done.record.target, finished.mask)


def thumbnail(done: Done) -> bytes:
    """A PNG of the result above its source, at most THUMBNAIL pixels on a side."""
    small = done.finished.over(done.source).copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return encode(small).data
