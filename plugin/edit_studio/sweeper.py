"""Puts right what crashes leave behind, and forgets what is old. Runs in each front.

Two may run at once: every step is one script or can be done twice.
"""

from __future__ import annotations

import threading
import time

import redis

from .log import Log
from .queue import Queue
from .service import forget_pictures
from .settings import Settings
from .store import Store, StoreError
from .tasks import Waker

DAY = 86_400.0
FORGET_EVERY = 600.0
"""Seconds between two rounds of forgetting."""

MOST_CALLS = 64
"""Calls sent in one round: as many workers as could be idle."""


class Sweeper:
    """Requeues jobs of dead workers, wakes workers for jobs nobody was called for, forgets."""

    def __init__(
        self, settings: Settings, queue: Queue, store: Store, waker: Waker, log: Log
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._store = store
        self._waker = waker
        self._log = log

    def run(self, stop: threading.Event) -> None:
        """Sweep until told to stop; while Redis or the store is away, try again."""
        forget_at = 0.0
        while not stop.wait(self._settings.sweep):
            try:
                self.sweep()
                if time.monotonic() >= forget_at:
                    self.forget(time.time())
                    forget_at = time.monotonic() + FORGET_EVERY
            except (redis.RedisError, StoreError) as error:
                self._log.say("sweep failed", reason=type(error).__name__)

    def sweep(self) -> None:
        """One round. Raises redis.RedisError."""
        # After a restart of Redis every lease looks old; the workers get the time to renew them.
        if self._queue.server_age() > self._settings.lease:
            again, failed = self._queue.expire(self._settings.attempts)
            for name, ids in (("run again", again), ("given up", failed)):
                for job_id in ids:
                    self._log.say(name, id=job_id)
        missing = self._queue.runnable() - self._queue.calls()
        for _ in range(min(missing, MOST_CALLS)):
            self._waker.wake()

    def forget(self, now: float) -> None:
        """Remove jobs, results and uploads older than the retention.

        Raises redis.RedisError, StoreError.
        """
        kept = self._settings.retention_days * DAY
        while old := [job for job in self._queue.made_before(now - kept) if not job.is_running]:
            for job in old:
                self._queue.delete(job.owner, job.id)
                forget_pictures(job, self._store)
        # A picture is never younger than the job that needs it, unless it was uploaded long before.
        for name in list(self._store.older_than(kept + DAY)):
            self._store.delete(name)
