"""When to poll a job: by its expected end, and together with the others that wait.

A job alone is polled as `spread.pause` says. Where several of one backend wait at the same
time and the service can list the states of many, one such look serves them all, and a job is
polled as soon as a look says that it has ended. The list is only a hint: what counts is the poll.
A job gets one every few seconds whatever the list says, and is polled as if alone where the list
does not name it, was wrong about it, or cannot be had.

The looks are made by the workers themselves: the first whose turn comes asks for all.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Mapping
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
from .spread import FASTEST, LATENESS, LONGEST, SPARSE, SPARSEST, Spread, pause, pause_of_all

TOGETHER = 2
"""Jobs from which on looks save more polls than they cost."""

SAME_SHARE = 3
"""Jobs from which on looks come oftener the more share them: a job's share stays the same."""

FASTEST_LOOK = 0.1
"""Seconds: the least between two looks, however many jobs wait."""

AFTER_ERROR = 60.0
"""Seconds without looks after one that failed."""

PollMany = Callable[[Collection[Prediction]], Mapping[str, PredictionState]]


class Waiter:
    """One job that waits for its end, inside a `with`.

    `age` is in seconds since it was sent, `seen_running` the age at which it last was known to
    run; `born` is in monotonic seconds.
    """

    def __init__(
        self, group: Group, backend: Backend, job: Prediction, spread: Spread, age: float
    ) -> None:
        self.job = job
        self.spread = spread
        self.born = time.monotonic() - age
        self.seen_running = 0.0
        self.is_listed = True
        self.has_ended = False
        self.due = self.born + age
        """When it was to be polled last, in monotonic seconds."""
        self._group = group
        self._poll_many = backend.poll_many if isinstance(backend, ManyPoller) else None
        self._polled: float | None = None
        self._was_hinted = False

    def __enter__(self) -> Waiter:
        if self._poll_many is not None:
            self._group.join(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._group.leave(self)

    def sleep(self, watch: Watch) -> None:
        """Wait until it is worth a poll; asked again, take it that it still ran at the last."""
        if self._polled is not None:
            self.seen_running = max(self.seen_running, self._polled)
        if self._was_hinted:
            # The list was wrong about it.
            self._group.leave(self)
            self.has_ended = False
        due = time.monotonic()
        while not self.has_ended:
            look = self._group.due(self)
            due = self._due(look)
            watch.wait(max(0.0, min(due, look) - time.monotonic()))
            if look < due:
                self._group.look(self, self._poll_many)
            elif self._due(self._group.due(self)) <= due:
                break
        self._was_hinted = self.has_ended
        now = time.monotonic()
        self.due = now if self.has_ended else due
        self._polled = now - self.born

    def hear(self, state: PredictionState | None, when: float) -> None:
        """What a look made at `when` (monotonic seconds) said of it; None for nothing."""
        self.is_listed = state is not None
        self.has_ended = state not in (None, PredictionState.RUNNING)
        if state is PredictionState.RUNNING:
            self.seen_running = max(self.seen_running, when - self.born)

    def _due(self, look: float) -> float:
        """When it is to be polled unless a look says that it has ended, in monotonic seconds."""
        if self.is_listed and look < math.inf:
            first = min(self.spread.first, LONGEST)
            return self.born + max(first, self._polled or 0.0) + SPARSEST
        return self.born + self.seen_running + pause(self.spread, self.seen_running)


class Group:
    """The jobs of one backend that wait at the same time. Safe to use from their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._members: set[Waiter] = set()
        self._asked = -math.inf
        self._resting_until = -math.inf
        self._due: float | None = None

    def join(self, one: Waiter) -> None:
        """From now on looks are made for it too."""
        with self._lock:
            self._members.add(one)
            self._due = None

    def leave(self, one: Waiter) -> None:
        """The opposite; nothing when it is not there."""
        with self._lock:
            self._members.discard(one)
            self._due = None

    def due(self, one: Waiter) -> float:
        """When the next look is to be made, in monotonic seconds; infinity for no such look."""
        with self._lock:
            if one not in self._members or time.monotonic() < self._resting_until:
                return math.inf
            if self._due is None:
                self._due = self._planned()
            return self._due

    def look(self, one: Waiter, poll_many: PollMany | None) -> None:
        """Ask for all when it is time; while another thread asks, wait a little for its answer."""
        if poll_many is None or not self._asking.acquire(timeout=SPARSE):
            return
        try:
            if time.monotonic() >= self.due(one):
                self._ask(poll_many)
        finally:
            self._asking.release()

    def _ask(self, poll_many: PollMany) -> None:
        with self._lock:
            members = list(self._members)
        began, rest = time.monotonic(), 0.0
        try:
            told = poll_many([member.job for member in members])
        except LayerEditError as error:
            asked = error.retry_after if isinstance(error, BusyError) else None
            rest = max(AFTER_ERROR, asked or 0.0)
        else:
            for member in members:
                member.hear(told.get(member.job.id), began)
        with self._lock:
            self._asked, self._due = began, None
            self._resting_until = time.monotonic() + rest

    def _planned(self) -> float:
        watched = [one for one in self._members if one.is_listed and not one.has_ended]
        if len(watched) < TOGETHER:
            return math.inf
        since = max(self._asked, min(one.born for one in watched))
        lateness = LATENESS * min(1.0, SAME_SHARE / len(watched))
        return since + pause_of_all(
            [(one.spread, since - one.born) for one in watched],
            lateness,
            max(FASTEST_LOOK, FASTEST / len(watched)),
        )
