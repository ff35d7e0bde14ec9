"""When to poll a job: by its expected end, and together with the others that wait.

A job alone is polled as `spread.pause` says. Where three or more of one backend wait at the same
time and the service can list the states of many, one such look serves them all; a job is then
polled as soon as a look says that it has ended. The list is only a hint: what counts is the poll,
which a job also gets from time to time whatever the list says, and in full where the list does
not name it, was wrong about it, or cannot be had.

The looks are made by the workers themselves: whose turn comes first asks for all.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from types import TracebackType

from ..backends.base import (
    Backend,
    BusyError,
    ManyPoller,
    Prediction,
    PredictionState,
    Watch,
)
from ..editing.errors import LayerEditError
from .spread import FASTEST, LATENESS, SPARSE, SPARSEST, Spread, pause, pause_of_all

TOGETHER = 3
"""Jobs for which a look is worth more than the polls it saves: each end costs a poll besides."""

FASTEST_LOOK = 0.1
"""Seconds between looks, however many jobs wait."""

AFTER_ERROR = 60.0
"""Seconds without looks after one that failed; the jobs are polled one by one meanwhile."""


class Waiter:
    """One job that waits for its end, inside a `with`.

    `seen_running` is the age, in seconds, at which it was last known to run.
    """

    def __init__(
        self, group: Group, backend: Backend, job: Prediction, spread: Spread, age: float
    ) -> None:
        self.job = job
        self.spread = spread
        self.born = time.monotonic() - age
        self.seen_running = 0.0
        self.is_listed = isinstance(backend, ManyPoller)
        self.has_ended = False
        self._look = backend.poll_many if isinstance(backend, ManyPoller) else None
        self._group = group
        self._polled: float | None = None

    def __enter__(self) -> Waiter:
        if self._look is not None:
            self._group.join(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._group.leave(self)

    @property
    def age(self) -> float:
        """Seconds since it was sent."""
        return time.monotonic() - self.born

    def sleep(self, watch: Watch) -> None:
        """Wait until it is worth a poll."""
        if self._polled is not None:
            self.seen_running = self.age
        if self.has_ended:
            # The list was wrong about it.
            self._group.leave(self)
            self._look = None
        while not self.has_ended or self._look is None:
            look = self._group.due() if self._look is not None else math.inf
            due = self._due(look)
            watch.wait(max(0.0, min(due, look) - time.monotonic()))
            if due <= look and self._due(self._group.due() if self._look else math.inf) <= due:
                break
            if self._look is not None and due > look:
                self._group.look(self._look)
        self._polled = self.age

    def _due(self, look: float) -> float:
        """When it is to be polled, whatever the list says, in monotonic seconds."""
        if self.is_listed and look < math.inf:
            return self.born + max(self.spread.first, self._polled or 0.0) + SPARSEST
        return self.born + self.seen_running + pause(self.spread, self.seen_running)
