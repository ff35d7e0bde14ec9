"""A worker: one process, one engine, one job at a time."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import redis
from PIL import Image

from layer_edit.backends.base import Stage
from layer_edit.backends.net.pictures import UNREADABLE, ResultError, check_result
from layer_edit.backends.offline.codec import encode
from layer_edit.editing.errors import (
    CancelledError,
    InputError,
    LayerEditError,
    RefusedError,
    UnreachableError,
)
from layer_edit.editing.geometry import Size
from layer_edit.editing.limits import MAX_PIXELS
from layer_edit.editing.request import EditRequest, EncodedImage

from .engines import Edited, Engine, FailedError
from .engines.table import model_table
from .jobs import Job
from .log import Log, reason_of
from .protocol import EXECUTION, INTERNAL, INVALID, MEDIA, UNAVAILABLE
from .queue import Queue
from .settings import Settings
from .store import Store, StoreError, new_name
from .tasks import Waker

AGAIN = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries to store a result, which took long to make."""

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def as_asked(data: bytes, output_format: str) -> bytes:
    """A result in the format asked for; some engines know one format only.

    Raises FailedError for what is no whole picture.
    """
    try:
        check_result(data, MAX_PIXELS)
    except ResultError as error:
        raise FailedError(EXECUTION, f"The engine gave no whole picture: {error}.") from error
    with Image.open(io.BytesIO(data)) as opened:
        if str(opened.format).lower() == output_format:
            return data
        return encode(opened.convert("RGBA" if opened.has_transparency_data else "RGB"),
                      output_format)  # fmt: skip


class JobWatch:
    """An engine's view of its job, and the pulse's: is it still wanted, how far is it."""

    def __init__(self, job: Job, stopping: threading.Event) -> None:
        self.job = job
        self.progress = 0.0
        self.lost = threading.Event()
        self._stopping = stopping

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        """Kept for the next beat."""
        if stage is Stage.RUNNING and fraction is not None:
            self.progress = fraction

    def wait(self, seconds: float) -> None:
        """Sleep; raises CancelledError within a twentieth of a second of a cancel."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.lost.wait(min(left, 0.05))
            self.check()

    def check(self) -> None:
        """Raise CancelledError when the job was deleted or the worker is to end."""
        if self.lost.is_set() or self._stopping.is_set():
            raise CancelledError("The job was stopped.")

    def sending(self) -> None:
        """Nothing costs money here."""
        self.check()


class Worker:
    """Runs jobs, and says with each beat that it is alive."""

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        store: Store,
        engine: Engine,
        waker: Waker,
        name: str,
        log: Log,
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._store = store
        self._engine = engine
        self._waker = waker
        self._name = name
        self._log = log
        self._stopping = threading.Event()
        self._watch: JobWatch | None = None
        self._models = {model.id: model.key for model in model_table().models}

    # The pulse

    def begin(self) -> None:
        """Start the thread that beats; it ends with the process."""
        threading.Thread(target=self._pulse, name="pulse", daemon=True).start()

    def stop(self, *_arguments: object, **_named: object) -> None:
        """End soon: the job that runs is put back for another worker."""
        self._stopping.set()

    def _pulse(self) -> None:
        while True:
            with contextlib.suppress(redis.RedisError):  # it may be starting anew
                self._queue.beat(self._name)
                watch = self._watch
                if watch and not self._queue.renew(watch.job, self._settings.lease, watch.progress):
                    watch.lost.set()
            time.sleep(self._settings.beat)

    # Jobs

    def look(self) -> None:
        """Run the next job, where there is one. What a call of Celery does."""
        if self._stopping.is_set():
            return
        try:
            job = self._queue.take(self._settings.lease)
        except redis.RedisError as error:
            self._log.say("no queue", reason=type(error).__name__)
            return
        if job is None:
            return
        with self._held(job) as watch:
            self._do(job, watch)
        with contextlib.suppress(redis.RedisError):
            # A call may have come while the job's key was at its limit, and found nothing.
            if self._queue.runnable() > self._queue.calls():
                self._waker.wake()

    @contextlib.contextmanager
    def _held(self, job: Job) -> Iterator[JobWatch]:
        self._watch = watch = JobWatch(job, self._stopping)
        try:
            yield watch
        finally:
            self._watch = None

    def _do(self, job: Job, watch: JobWatch) -> None:
        began = time.monotonic()
        self._log.say("begun", job, attempt=job.attempts)
        try:
            name, notes = self._result(job, watch)
        except FailedError as error:
            self._end(job, "failed", began, error)
        except CancelledError:
            self._cancelled(job, watch)
        else:
            if self._end(job, "completed", began, name=name, notes=notes) is False:
                self._store.delete(name)

    def _result(self, job: Job, watch: JobWatch) -> tuple[str, tuple[str, ...]]:
        """Make the result and store it: its name, and notes. Raises FailedError, CancelledError."""
        edited = self._edited(job, watch)
        name = new_name("outputs", job.output_format, job.id)
        for seconds in (*AGAIN, None):
            try:
                self._store.put(name, edited.data)
                break
            except StoreError as error:
                if seconds is None:
                    raise FailedError(UNAVAILABLE, str(error)) from error
                watch.wait(seconds)
        return name, edited.notes

    def _edited(self, job: Job, watch: JobWatch) -> Edited:
        """The result in the format asked for.

        Whatever is raised on the way is one job's failure, never the worker's end.
        """
        try:
            edited = self._engine.run(self._request(job), watch)
            return replace(edited, data=as_asked(edited.data, job.output_format))
        except (FailedError, CancelledError):
            raise
        except (InputError, RefusedError) as error:
            raise FailedError(INVALID, error.message) from error
        except UnreachableError as error:
            raise FailedError(UNAVAILABLE, error.message) from error
        except LayerEditError as error:
            raise FailedError(EXECUTION, error.message) from error
        except Exception as error:
            self._log.say("engine failed", watch.job, **reason_of(error))
            raise FailedError(
                INTERNAL,
                f"The engine failed ({type(error).__name__}), and nothing was charged: try again, "
                "or ask whoever runs the studio to look into its log.",
            ) from error

    def _request(self, job: Job) -> EditRequest:
        inputs = job.inputs
        return EditRequest(
            instruction=inputs["prompt"].strip(),
            images=tuple(self._picture(name) for name in job.pictures),
            size=Size.parse(inputs["size"]) if "size" in inputs else None,
            output_format=job.output_format,
            seed=job.seed,
            model=self._models[job.model],
        )

    def _picture(self, name: str) -> EncodedImage:
        """Raises FailedError for what is gone or no picture."""
        try:
            data = self._store.get(name)
        except StoreError as error:
            raise FailedError(UNAVAILABLE, str(error)) from error
        if data is None:
            raise FailedError(MEDIA, "Failed to access the media URL: the upload is not there.")
        try:
            with Image.open(io.BytesIO(data), formats=tuple(MEDIA_TYPES)) as opened:
                return EncodedImage(data, MEDIA_TYPES[str(opened.format)], Size(*opened.size))
        except (*UNREADABLE, Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise FailedError(MEDIA, "A picture is no PNG, JPEG or WebP file.") from None

    # Ends

    def _end(
        self,
        job: Job,
        state: str,
        began: float,
        error: FailedError | None = None,
        name: str = "",
        notes: tuple[str, ...] = (),
    ) -> bool | None:
        """Write the end down, as soon as Redis takes it.

        False when it was not ours to write, None when the worker ended before that was known.
        """
        while True:
            try:
                if error:
                    ours = self._queue.fail(job, error.code, error.text)
                else:
                    ours = self._queue.complete(job, name, notes)
                break
            except redis.RedisError:
                # The lease, in Redis's file, is ours until the sweeper has seen a new Redis.
                if self._stopping.wait(0.2):
                    return None
        told = {"code": error.code, "error": error.text} if error else {"pictures": name}
        seconds = round(time.monotonic() - began, 3)
        self._log.say(state if ours else "too late", job, seconds=seconds, **told)
        return ours

    def _cancelled(self, job: Job, watch: JobWatch) -> None:
        if watch.lost.is_set():
            self._log.say("stopped", job)
            return
        with contextlib.suppress(redis.RedisError):  # else its lease runs out
            self._queue.give_back(job)
        self._log.say("given back", job)
