"""Runs generators on the main thread in slices, so that no turn of the event loop is long."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from ..editing.errors import LayerEditError
from ..qt import QtCore
from ..texts import tr

_log = logging.getLogger(__name__)

SLICE = 0.006
"""Seconds of work a turn: leaves most of a 16 ms frame to Krita."""

WAIT = object()
"""What a generator yields when it can only wait for Krita: its turn ends, and the next is later."""

WAIT_MS = 10


Steps = Generator[Any, None, Any]
Done = Callable[[Any], object]
Failed = Callable[[LayerEditError], object]


class Pump(QtCore.QObject):
    """Carries out queued generators one after the other, a slice per event-loop turn."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[tuple[Steps, Done, Failed]] = deque()
        self._is_in_turn = False
        self._at_work: Steps | None = None
        """The generator whose step is on the stack."""
        self._is_dropped = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def run(self, steps: Steps, done: Done, failed: Failed) -> None:
        """Queue a generator; `done` gets its return value, `failed` its LayerEditError."""
        self._queue.append((steps, done, failed))
        self._timer.start()

    def drop(self, steps: Steps) -> None:
        """Forget a queued or running generator; neither callback is called.

        One that is at work further up the stack ends its step first.
        """
        self._queue = deque(entry for entry in self._queue if entry[0] is not steps)
        if steps is self._at_work:
            self._is_dropped = True
        else:
            _guarded(steps.close)

    def _turn(self) -> None:
        # Some of Krita's calls run an event loop of their own, in which this timer fires too.
        if self._is_in_turn:
            return
        if not self._queue:
            self._timer.stop()
            return
        self._is_in_turn = True
        try:
            self._carry_on(*self._queue[0])
        finally:
            self._is_in_turn = False

    def _carry_on(self, steps: Steps, done: Done, failed: Failed) -> None:
        self._at_work = steps
        try:
            ending = self._step(steps, done, failed)
        finally:
            self._at_work = None
        if self._is_dropped:
            self._is_dropped = False
            _guarded(steps.close)
        elif ending is not None:
            self._queue.popleft()
            _guarded(ending)

    def _step(self, steps: Steps, done: Done, failed: Failed) -> Callable[[], object] | None:
        """What is to be called when the generator has come to its end, else None."""
        try:
            self._slice(steps)
        except StopIteration as end:
            return partial(done, end.value)
        except LayerEditError as error:
            return partial(failed, error)
        except Exception as error:  # noqa: BLE001 - event boundary: Krita would show a dialog
            _log.exception("canvas work failed")
            message = tr("Krita did not carry out a step; try again.")
            return partial(failed, LayerEditError(message, repr(error)))
        return None

    def _slice(self, steps: Steps) -> None:
        end = time.perf_counter() + SLICE
        is_waiting = False
        while not is_waiting and time.perf_counter() < end:
            is_waiting = next(steps) is WAIT
        pause = WAIT_MS if is_waiting else 0
        if self._timer.interval() != pause:
            self._timer.setInterval(pause)


def patiently(condition: Callable[[], object], seconds: float) -> Generator[Any, None, bool]:
    """Wait for a condition, turn by turn; False when it did not come about in that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        yield WAIT
    return True


def _guarded(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001 - event boundary: Krita would show a dialog
        _log.exception("after canvas work")
