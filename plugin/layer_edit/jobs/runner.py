"""The threads: jobs wait for a free slot of their backend, run, and tell a listener about it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ..backends.base import Backend, Stage
from ..editing.errors import CancelledError, LayerEditError, UnreachableError
from ..editing.plan import Source
from .job import JobRecord, JobState
from .journal import Journal
from .work import ComposedLayer, carry_out, to_layer

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobUpdate:
    """One piece of news about a job. `fraction` is 0.0–1.0, or None when unknown.

    `layer` comes once, with the update that says READY.
    """

    record: JobRecord
    stage: Stage | None = None
    fraction: float | None = None
    note: str = ""
    layer: ComposedLayer | None = None


class _Task:
    """A job in the runner's hands; it is also the backend's Watch."""

    def __init__(
        self, record: JobRecord, source: Callable[[], Source], tell: Callable[[JobUpdate], None]
    ) -> None:
        self.record = record
        self.source = source
        self.cancelled = threading.Event()
        self._tell = tell
        self._stage: Stage | None = None

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        self._stage = stage
        self.tell(fraction, note)

    def tell(
        self, fraction: float | None = None, note: str = "", layer: ComposedLayer | None = None
    ) -> None:
        # After a cancel the user has been told; what the thread still does is its own business.
        if not self.cancelled.is_set():
            self._tell(JobUpdate(self.record, self._stage, fraction, note, layer))

    def saved(self, record: JobRecord) -> None:
        self.record = record

    def wait(self, seconds: float) -> None:
        if self.cancelled.wait(seconds):
            self.check()

    def check(self) -> None:
        if self.cancelled.is_set():
            raise CancelledError("Cancelled.")


class Runner:
    """Carries out jobs on daemon threads.

    `listener` is called from those threads and from the caller's; it must be quick and must not
    raise. Backends are made by `backends(key)`, once per key.
    """

    def __init__(
        self,
        journal: Journal,
        backends: Callable[[str], Backend],
        listener: Callable[[JobUpdate], None],
    ) -> None:
        self._journal = journal
        self._make_backend = backends
        self._listener = listener
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[_Task]] = {}
        self._running: dict[str, int] = {}
        self._tasks: dict[str, _Task] = {}
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="layer-edit journal")

    def start(self, record: JobRecord, source: Callable[[], Source]) -> None:
        """Queue a job; `source` is called on the worker and makes the pixels."""
        task = _Task(replace(record, state=JobState.QUEUED), source, self._listener)
        with self._lock:
            self._tasks[record.id] = task
            self._waiting.setdefault(record.wish.backend, deque()).append(task)
        task.tell()
        self._fill_slots(record.wish.backend)

    def cancel(self, job_id: str) -> None:
        """Stop a job wherever it is; the listener hears CANCELLED at once."""
        with self._lock:
            task = self._tasks.pop(job_id, None)
            if task is None or task.cancelled.is_set():
                return
            queue = self._waiting.get(task.record.wish.backend, deque())
            if task in queue:
                queue.remove(task)
            task.cancelled.set()
        self._listener(JobUpdate(_cancelled(task.record)))

    def record(self, record: JobRecord) -> None:
        """Write a record that changed outside a worker, on a worker; the listener hears it."""
        self._listener(JobUpdate(record))
        self._writer.submit(self._write, record)

    def _write(self, record: JobRecord) -> None:
        try:
            self._journal.folder(record.id).save(record)
        except LayerEditError as error:
            _log.warning("%s %s", error.message, error.detail)

    def close(self) -> None:
        """Stop starting jobs and wake those that wait; running calls end on their own."""
        with self._lock:
            tasks = list(self._tasks.values())
            self._tasks.clear()
            self._waiting.clear()
        for task in tasks:
            task.cancelled.set()

    def _fill_slots(self, key: str) -> None:
        with self._lock:
            queue = self._waiting.get(key)
            if not queue or self._running.get(key, 0) >= self._make_backend(key).concurrency:
                return
            task = queue.popleft()
            self._running[key] = self._running.get(key, 0) + 1
        threading.Thread(
            target=self._run, args=(task,), name=f"layer-edit {task.record.id}", daemon=True
        ).start()

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
        folder = self._journal.folder(task.record.id)
        try:
            task.check()
            record, image = carry_out(
                task.record,
                task.source(),
                folder,
                self._make_backend(task.record.wish.backend),
                task,
                task.saved,
            )
            task.record = record
            task.tell(layer=to_layer(image, record))
        except CancelledError:
            self._end(task, _cancelled(task.record))
        except LayerEditError as error:
            self._end(task, _failed(task.record, error))
        except Exception as error:  # noqa: BLE001 - the thread's boundary
            _log.exception("job %s", task.record.id)
            message = "Something unexpected went wrong in the plugin; the log has the details."
            self._end(task, task.record.moved(JobState.FAILED, message, repr(error)))

    def _end(self, task: _Task, record: JobRecord) -> None:
        task.record = record
        if record.placement is not None:
            self._write(record)
        task.tell()


def _failed(record: JobRecord, error: LayerEditError) -> JobRecord:
    uncertain = isinstance(error, UnreachableError) and record.sent_at is not None
    state = JobState.UNCERTAIN if uncertain and record.prediction is None else JobState.FAILED
    return record.moved(state, error.message, error.detail)


def _cancelled(record: JobRecord) -> JobRecord:
    if record.sent_at is None or record.price is None:
        return record.moved(JobState.CANCELLED, "Cancelled; nothing was spent.")
    return record.moved(
        JobState.CANCELLED,
        "Cancelled after it was sent: the service may finish it and charge for it.",
    )
