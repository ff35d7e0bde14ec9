"""The threads: jobs wait for a free slot of their backend, run, and tell a listener about it."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable

from ..backends.base import Backend
from ..editing.compose import ComposedLayer
from ..editing.errors import CancelledError, LayerEditError
from ..editing.source import Source
from ..texts import tr
from .ending import failed, understood
from .job import JobRecord, JobState
from .journal import (
    RECORD,
    THUMBNAIL,
    BusyJobError,
    JobFolder,
    Journal,
    UnreadableJobError,
)
from .news import JobUpdate
from .pace import Pace
from .task import Task
from .work import Done, Work, thumbnail, to_layer

__all__ = ["JobUpdate", "Runner"]

_log = logging.getLogger(__name__)


WRITE_SECONDS = 2.0
"""How long closing waits for records that are still to be written."""


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
        self._waiting: dict[str, deque[Task]] = {}
        self._running: dict[str, int] = {}
        self._tasks: dict[str, Task] = {}
        self._numbers = itertools.count(1)
        self._writes: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(
            target=self._write_all, name="layer-edit journal", daemon=True
        )
        self._writer.start()

    def start(
        self,
        record: JobRecord,
        source: Callable[[], Source] | None = None,
        *,
        send_again: bool = False,
    ) -> None:
        """Queue a job; `source` is called on the worker and makes the pixels.

        Without `source` the job is resumed from its folder, from where it stands by then.
        `send_again`: what was sent and not found is sent once more, which may cost twice.
        """
        task = Task(record, source, self._listener, self._numbers, send_again)
        with self._lock:
            if record.id in self._tasks or self._closed:
                return
            self._tasks[record.id] = task
            self._waiting.setdefault(record.wish.backend, deque()).append(task)
        task.tell()
        self._fill_slots(record.wish.backend)

    def cancel(self, job_id: str) -> None:
        """Stop a job wherever it is; the listener hears CANCELLED at once.

        What was paid for is collected all the same when its turn comes, out of sight.
        """
        with self._lock:
            task = self._tasks.get(job_id)
            update = task.cancel() if task else None
            if task is None or update is None:
                return
            queue = self._waiting.get(task.record.wish.backend, deque())
            waits = task in queue and not task.goes_on
            if waits:
                queue.remove(task)
                self._tasks.pop(job_id)
        self._listener(update)
        # Written now: when Krita ends before its worker notices, it must not begin anew.
        self.in_order(lambda: self._dropped(task) if waits else task.drop())

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
        self._listener(JobUpdate(record, number=next(self._numbers)))
        self.keep(record)

    def keep(self, record: JobRecord) -> None:
        """The same without telling: nothing has happened to the job itself."""
        self.in_order(lambda: self._write(record))

    def forget(self, record: JobRecord) -> None:
        """Give a job up: it is not resumed any more, unless another process works on it."""
        given_up = record.moved(JobState.CANCELLED, tr("Given up."))
        self._listener(JobUpdate(given_up, number=next(self._numbers)))
        self.in_order(lambda: self._forgotten(record, given_up))

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
            task.stop()
        self._writes.put(None)
        self._writer.join(WRITE_SECONDS)

    def fill_slots(self) -> None:
        """Start what waits where a backend takes more jobs than before."""
        with self._lock:
            keys = list(self._waiting)
        for key in keys:
            self._fill_slots(key)

    def _fill_slots(self, key: str) -> None:
        while (task := self._next(key)) is not None:
            threading.Thread(
                target=self._run, args=(task,), name=f"layer-edit {task.record.id}", daemon=True
            ).start()

    def _next(self, key: str) -> Task | None:
        """The job whose turn it is, which takes a slot; None where none is free or wanted."""
        slots = self._slots(key)
        with self._lock:
            queue = self._waiting.get(key)
            if not queue or self._running.get(key, 0) >= slots:
                return None
            self._running[key] = self._running.get(key, 0) + 1
            return queue.popleft()

    def _slots(self, key: str) -> int:
        try:
            return self._slots_of(key)
        except LayerEditError:
            return 1  # wrongly set up: the job itself will say so

    def _run(self, task: Task) -> None:
        key = task.record.wish.backend
        try:
            self._carry_out(task)
        finally:
            with self._lock:
                self._running[key] -= 1
                self._tasks.pop(task.record.id, None)
            self._fill_slots(key)

    def _carry_out(self, task: Task) -> None:
        try:
            task.check()
            folder = self._journal.folder(task.record.id)
            with folder.locked():
                if not self._taken_up(task, folder):
                    return
                task.check_may_send()
                backend = self._backends(task.record.wish.backend)
                task.check()  # making it may have waited for the user
                done = self._done(task.works(Work(task.record, folder, backend, task)), task)
                self._finish(task, done.record, to_layer(done), thumbnail(done))
        except CancelledError:
            if task.is_cancelled and not task.goes_on:
                self._end(task, task.as_cancelled())
        except (BusyJobError, UnreadableJobError) as error:
            # Not written: its record is another process's.
            task.end(task.as_held(error), error)
        except Exception as error:  # noqa: BLE001 - the thread's boundary
            failure = understood(error)
            self._end(task, failed(task.record, failure, task.had_result), failure)

    @staticmethod
    def _taken_up(task: Task, folder: JobFolder) -> bool:
        """Read where a job stands that is resumed; False when another process has ended it."""
        if task.source is not None or not folder.has(RECORD):
            return True
        found = folder.load()
        if not found.state.is_resumable and not task.had_result:
            task.end(found)
            return False
        task.take_up(found)
        return True

    def _done(self, work: Work, task: Task) -> Done:
        try:
            return work.carry_out(task.source, self._pace)
        except CancelledError:
            # At Krita's end it goes on there, and is collected at the next start.
            if task.is_cancelled and not task.goes_on:
                work.give_up()
            raise

    def _finish(self, task: Task, record: JobRecord, layer: ComposedLayer, small: bytes) -> None:
        try:
            self._journal.folder(record.id).write(THUMBNAIL, small)
        except LayerEditError as error:
            _log.warning("%s %s", error.message, error.detail)
        if task.deliver(record, layer):
            return
        if not task.goes_on:
            self._end(task, task.as_cancelled())
            return
        message = tr("Cancelled after it was sent; its result has arrived and is kept.")
        self._end(task, record.moved(JobState.READY, message))

    def _end(self, task: Task, record: JobRecord, error: LayerEditError | None = None) -> None:
        if record.placement is not None:
            self._write(record)
        task.end(record, error)

    def _dropped(self, task: Task) -> None:
        """Write down that a job was cancelled while it waited; stop it on a server of one's own."""
        folder = self._journal.folder(task.record.id)
        if task.had_result or not folder.has(RECORD):
            return
        try:
            with folder.locked():
                if not self._taken_up(task, folder):
                    return
                if task.goes_on:  # another process has sent it since
                    task.end(task.as_cancelled())
                    return
                folder.save(task.as_cancelled())
        except (BusyJobError, UnreadableJobError) as error:
            task.end(task.as_held(error), error)
            return
        except LayerEditError as error:
            _log.warning("%s %s", error.message, error.detail)
        prediction = task.record.prediction
        if prediction is not None:
            key = task.record.wish.backend
            self.aside(lambda: self._backends(key).cancel(prediction))

    def _forgotten(self, record: JobRecord, given_up: JobRecord) -> None:
        try:
            with self._journal.folder(record.id).locked():
                self._write(given_up)
        except BusyJobError as error:
            held = record.moved(record.state, error.message)
            self._listener(JobUpdate(held, error=error, number=next(self._numbers)))

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
