"""The threads: jobs wait for a free slot of their backend, run, and tell a listener about it."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..backends.base import Backend, Stage
from ..editing.compose import ComposedLayer
from ..editing.errors import CancelledError, LayerEditError
from ..editing.source import Source
from ..texts import tr
from .job import JobRecord, JobState
from .journal import THUMBNAIL, BusyJobError, Journal
from .pace import Pace
from .work import Done, PredictionFailedError, Work, thumbnail, to_layer

_log = logging.getLogger(__name__)


WRITE_SECONDS = 2.0
"""How long closing waits for records that are still to be written."""


@dataclass(frozen=True)
class JobUpdate:
    """One piece of news about a job. `fraction` is 0.0–1.0, or None when unknown.

    `layer` comes once, with the update that says READY; the result's thumbnail is on disk then.
    `error` is why the job has stopped just now.
    """

    record: JobRecord
    stage: Stage | None = None
    fraction: float | None = None
    note: str = ""
    layer: ComposedLayer | None = None
    error: LayerEditError | None = None


class _Task:
    """A job in the runner's hands; the Hands of its Work.

    A cancel ends it as long as nothing was paid for. After that the work goes on out of sight,
    and the result is kept: it costs the same whether it is fetched or not.
    """

    def __init__(
        self,
        record: JobRecord,
        source: Callable[[], Source] | None,
        tell: Callable[[JobUpdate], None],
    ) -> None:
        self.record = record
        self.source = source
        self.cancelled = threading.Event()
        self.stopped = threading.Event()
        self._tell = tell
        self._stage: Stage | None = None

    @property
    def is_paid(self) -> bool:
        """True from the moment in which money may have been spent."""
        return self.record.sent_at is not None and bool(self.record.price)

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        self._stage = stage
        self.tell(fraction, note)

    def tell(
        self,
        fraction: float | None = None,
        note: str = "",
        layer: ComposedLayer | None = None,
        error: LayerEditError | None = None,
    ) -> None:
        if not self.cancelled.is_set():
            self._tell(JobUpdate(self.record, self._stage, fraction, note, layer, error))

    def saved(self, record: JobRecord) -> None:
        self.record = record

    def wait(self, seconds: float) -> None:
        (self.stopped if self.is_paid else self.cancelled).wait(seconds)
        self.check()

    def check(self) -> None:
        if self.stopped.is_set() or (self.cancelled.is_set() and not self.is_paid):
            raise CancelledError(tr("Cancelled."))


class Runner:
    """Carries out jobs on daemon threads.

    `listener` is called from those threads and from the caller's; it must be quick and must not
    raise. `backends` gives the backend of a key and may wait for the user's keyring, so it is
    called on those threads alone; `slots` gives how many jobs one takes at once, without waiting.
    """

    def __init__(
        self,
        journal: Journal,
        backends: Callable[[str], Backend],
        listener: Callable[[JobUpdate], None],
        pace: Pace | None = None,
        slots: Callable[[str], int] | None = None,
    ) -> None:
        self._slots_of = slots or (lambda key: backends(key).concurrency)
        self._journal = journal
        self._backends = backends
        self._listener = listener
        self._pace = pace or Pace()
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: dict[str, deque[_Task]] = {}
        self._running: dict[str, int] = {}
        self._tasks: dict[str, _Task] = {}
        self._writes: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(
            target=self._write_all, name="layer-edit journal", daemon=True
        )
        self._writer.start()

    def start(self, record: JobRecord, source: Callable[[], Source] | None = None) -> None:
        """Queue a job; `source` is called on the worker and makes the pixels.

        Without `source` the job is resumed from its folder, from where it stands.
        """
        has_result = record.state in (JobState.READY, JobState.PLACED)
        queued = replace(
            record,
            state=JobState.QUEUED,
            finished=record.finished if has_result else None,
            message="",
            detail="",
        )
        task = _Task(queued, source, self._listener)
        with self._lock:
            if record.id in self._tasks or self._closed:
                return
            self._tasks[record.id] = task
            self._waiting.setdefault(record.wish.backend, deque()).append(task)
        task.tell()
        self._fill_slots(record.wish.backend)

    def cancel(self, job_id: str) -> None:
        """Stop a job wherever it is; the listener hears CANCELLED at once."""
        with self._lock:
            task = self._tasks.get(job_id)
            if task is None or task.cancelled.is_set():
                return
            task.cancelled.set()
            queue = self._waiting.get(task.record.wish.backend, deque())
            if task in queue:
                queue.remove(task)
                self._tasks.pop(job_id)
        self._listener(JobUpdate(_cancelled(task)))

    def resume(self, listed: Callable[[list[JobRecord]], None]) -> None:
        """Delete old jobs, hand all others to `listed`, go on with the unfinished ones.

        Reads the disk: for a worker thread.
        """
        self._journal.prune()
        unfinished = {record.id for record in self._journal.open_records()}
        known = self._journal.records()
        listed(known)
        for record in known:
            if record.id in unfinished and record.state.is_resumed:
                self.start(record)

    def record(self, record: JobRecord) -> None:
        """Write a record that changed outside a worker, on a worker; the listener hears it."""
        self._listener(JobUpdate(record))
        self.keep(record)

    def keep(self, record: JobRecord) -> None:
        """The same without telling: nothing has happened to the job itself."""
        self.in_order(lambda: self._write(record))

    def in_order(self, write: Callable[[], object]) -> None:
        """Write something to disk on the one worker that does so in the order of the calls."""
        self._writes.put(write)

    def aside(self, call: Callable[[], object]) -> None:
        """Do something that may block (disk, network) on a thread of its own."""
        threading.Thread(target=_guarded, args=(call,), name="layer-edit", daemon=True).start()

    def close(self) -> None:
        """Stop starting jobs and wake those that wait. What is unfinished is resumed next time."""
        with self._lock:
            self._closed = True
            tasks = list(self._tasks.values())
            self._waiting.clear()
        for task in tasks:
            task.stopped.set()
            task.cancelled.set()
        self._writes.put(None)
        self._writer.join(WRITE_SECONDS)

    def _fill_slots(self, key: str) -> None:
        slots = self._slots(key)
        with self._lock:
            queue = self._waiting.get(key)
            if not queue or self._running.get(key, 0) >= slots:
                return
            task = queue.popleft()
            self._running[key] = self._running.get(key, 0) + 1
        threading.Thread(
            target=self._run, args=(task,), name=f"layer-edit {task.record.id}", daemon=True
        ).start()

    def _slots(self, key: str) -> int:
        try:
            return self._slots_of(key)
        except LayerEditError:
            return 1  # wrongly set up: the job itself will say so

    def _run(self, task: _Task) -> None:
        key = task.record.wish.backend
        try:
            self._carry_out(task)
        finally:
            with self._lock:
                self._running[key] -= 1
                self._tasks.pop(task.record.id, None)
            self._fill_slots(key)

    def _carry_out(self, task: _Task) -> None:
        try:
            task.check()
            folder = self._journal.folder(task.record.id)
            with folder.locked():
                backend = self._backends(task.record.wish.backend)
                task.check()  # making it may have waited for the user
                done = self._done(Work(task.record, folder, backend, task), task)
                self._finish(task, done.record, to_layer(done), thumbnail(done))
        except CancelledError:
            if not self._closed:
                self._end(task, _cancelled(task))
        except BusyJobError as error:
            task.tell(note=error.message)
        except LayerEditError as error:
            self._end(task, _failed(task.record, error), error)
        except Exception as error:  # noqa: BLE001 - the thread's boundary
            _log.exception("job %s", task.record.id)
            message = tr("Something unexpected went wrong in the plugin; the log has the details.")
            failure = LayerEditError(message, repr(error))
            self._end(task, _failed(task.record, failure), failure)

    def _done(self, work: Work, task: _Task) -> Done:
        try:
            return work.carry_out(task.source, self._pace)
        except CancelledError:
            # At Krita's end it goes on there, and is collected at the next start.
            if not self._closed:
                work.give_up()
            raise

    def _finish(self, task: _Task, record: JobRecord, layer: ComposedLayer, small: bytes) -> None:
        try:
            self._journal.folder(record.id).write(THUMBNAIL, small)
        except LayerEditError as error:
            _log.warning("%s %s", error.message, error.detail)
        task.record = record
        if not task.cancelled.is_set():
            task.tell(layer=layer)
            return
        message = tr("Cancelled after it was sent; its result has arrived and is kept.")
        self._end(task, record.moved(JobState.READY, message))
        self._listener(JobUpdate(task.record))

    def _end(self, task: _Task, record: JobRecord, error: LayerEditError | None = None) -> None:
        task.record = record
        if record.placement is not None:
            self._write(record)
        task.tell(error=error)

    def _write_all(self) -> None:
        while (write := self._writes.get()) is not None:
            _guarded(write)

    def _write(self, record: JobRecord) -> None:
        try:
            self._journal.folder(record.id).save(record)
        except LayerEditError as error:
            _log.warning("%s %s", error.message, error.detail)


def _guarded(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001 - the thread's boundary
        _log.exception("work aside")


def _failed(record: JobRecord, error: LayerEditError) -> JobRecord:
    """FAILED when nothing is left to do; else the state from which the job can go on."""
    if record.price is None or isinstance(error, PredictionFailedError):
        state = JobState.FAILED
    elif record.prediction is not None:
        state = JobState.INTERRUPTED
    else:
        state = JobState.FAILED if record.sent_at is None else JobState.UNCERTAIN
    return record.moved(state, error.message, error.detail)


def _cancelled(task: _Task) -> JobRecord:
    if not task.is_paid:
        return task.record.moved(JobState.CANCELLED, tr("Cancelled; nothing was spent."))
    return task.record.moved(
        JobState.CANCELLED,
        tr(
            "Cancelled after it was sent: the service may finish it and charge for it; "
            "the result is then kept in the list."
        ),
    )
