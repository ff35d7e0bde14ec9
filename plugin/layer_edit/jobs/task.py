"""A job in the hands of a runner: what it tells, and how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..backends.base import Stage
from ..editing.compose import ComposedLayer
from ..editing.errors import CancelledError, LayerEditError
from ..editing.source import Source
from ..texts import tr
from .ending import cancelled, is_paid
from .job import JobRecord, JobState
from .journal import JournalError
from .news import JobUpdate
from .work import Work


class Task:
    """The Hands of a Work. Safe to use from several threads.

    A cancel ends it as long as nothing was paid for. After that the work goes on out of sight,
    and the result is kept: it costs the same whether it is fetched or not.
    """

    def __init__(
        self,
        record: JobRecord,
        source: Callable[[], Source] | None,
        listener: Callable[[JobUpdate], None],
        numbers: Iterator[int],
        send_again: bool = False,
    ) -> None:
        self.record = queued(record)
        self.asked = record
        """As it was handed in."""
        self.source = source
        self.is_cancelled = False
        self.is_stopped = False
        """Krita ends."""
        self._send_again = send_again
        self._listener = listener
        self._numbers = numbers
        self._lock = threading.Lock()
        self._unwanted = threading.Event()
        self._stopped = threading.Event()
        self._stage: Stage | None = None
        self._is_over = False
        self._farewell: JobRecord | None = None
        self._work: Work | None = None

    @property
    def had_result(self) -> bool:
        """Whether it is done only to make a layer of a result that is there."""
        return self.asked.state.has_result

    @property
    def goes_on(self) -> bool:
        """Whether a cancel lets it go on: money may have been spent for a result to come."""
        return is_paid(self.record) and not self.had_result

    def take_up(self, found: JobRecord) -> None:
        """Go on from what its folder says, which is newer than what was handed in."""
        record = queued(found)
        if self._send_again and record.prediction is None:
            record = replace(record, sent_at=None)
        self.record = record

    def check_may_send(self) -> None:
        """Raise JournalError for what a killed command line has not sent.

        Its file is not for Krita to pay for.
        """
        if self.record.output and self.record.sent_at is None and not self.had_result:
            raise JournalError(tr("The job was interrupted before anything was sent: start again."))

    # -- what it tells ------------------------------------------------------------------------

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        """As Hands says; nothing once it was cancelled."""
        self._stage = stage
        self.tell(fraction, note)

    def tell(self, fraction: float | None = None, note: str = "") -> None:
        """How it is; nothing once it was cancelled."""
        with self._lock:
            if self.is_cancelled or self.is_stopped:
                return
            update = self._update(fraction=fraction, note=note)
        self._listener(update)

    def deliver(self, record: JobRecord, layer: ComposedLayer) -> bool:
        """Tell its result; False when it was cancelled: then the layer is not wanted."""
        with self._lock:
            self.record = record
            if self.is_cancelled:
                return False
            self._is_over = True
            if self.is_stopped:
                return True
            update = self._update(layer=layer)
        self._listener(update)
        return True

    def end(self, record: JobRecord, error: LayerEditError | None = None) -> None:
        """Tell how it has ended, also after a cancel, unless that has said all of it."""
        with self._lock:
            self.record, self._is_over = record, True
            said = self._farewell
            is_said = said is not None and (said.state, said.message) == (
                record.state,
                record.message,
            )
            if self.is_stopped or is_said:
                return
            update = self._update(error=error)
        self._listener(update)

    def _update(
        self,
        *,
        fraction: float | None = None,
        note: str = "",
        layer: ComposedLayer | None = None,
        error: LayerEditError | None = None,
    ) -> JobUpdate:
        number = next(self._numbers)
        return JobUpdate(self.record, self._stage, fraction, note, layer, error, number)

    # -- how it is stopped --------------------------------------------------------------------

    def cancel(self) -> JobUpdate | None:
        """It is not wanted any more; what is to be told of that, None when it had ended."""
        with self._lock:
            if self.is_cancelled or self._is_over:
                return None
            self.is_cancelled = True
            self._farewell = self.as_cancelled()
            update = JobUpdate(self._farewell, number=next(self._numbers))
        self._unwanted.set()
        return update

    def works(self, work: Work) -> Work:
        """Its work, which begins now."""
        self._work = work
        return work

    def drop(self) -> None:
        """Write down that it was cancelled, if it was not sent. Raises JournalError."""
        if self._work is not None:
            self._work.drop(self.as_cancelled())

    def as_cancelled(self) -> JobRecord:
        """Its record when it is cancelled now."""
        return cancelled(self.record, self.had_result)

    def as_held(self, error: LayerEditError) -> JobRecord:
        """Its record while another process has it: it can be gone on with later."""
        state = JobState.INTERRUPTED if self.asked.state.is_active else self.asked.state
        return self.record.moved(state, error.message, error.detail)

    def stop(self) -> None:
        """Krita ends: the job stays as it is, and is gone on with at the next start."""
        self.is_stopped = True
        self._unwanted.set()
        self._stopped.set()

    def saved(self, record: JobRecord) -> None:
        """As Hands says."""
        self.record = record

    def wait(self, seconds: float) -> None:
        """Sleep; a cancel wakes it where it ends the job. Raises CancelledError."""
        (self._stopped if self.goes_on else self._unwanted).wait(seconds)
        self.check()

    def check(self) -> None:
        """Raise CancelledError when Krita ends, or after a cancel that ends the job."""
        if self.is_stopped or (self.is_cancelled and not self.goes_on):
            raise CancelledError(tr("Cancelled."))


def queued(record: JobRecord) -> JobRecord:
    """A record that is to be gone on with; when a result arrived stays known."""
    return replace(
        record,
        state=JobState.QUEUED,
        finished=record.finished if record.state.has_result else None,
        message="",
        detail="",
    )
