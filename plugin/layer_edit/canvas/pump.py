"""Runs generators on the main thread in slices, so that no turn of the event loop is long."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator
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


class Pump(QtCore.QObject):
    """Carries out queued generators one after the other, a slice per event-loop turn."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[
            tuple[
                Generator[Any, None, Any],
                Callable[[Any], None],
                Callable[[LayerEditError], None],
            ]
        ] = deque()
        self._is_in_turn = False
        self._is_dropped = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def run(
        self,
        steps: Generator[Any, None, Any],
        done: Callable[[Any], None],
        failed: Callable[[LayerEditError], None],
    ) -> None:
        """Queue a generator; `done` gets its return value, `failed` its LayerEditError."""
        self._queue.append((steps, done, failed))
        self._timer.start()

    def drop(self, steps: Generator[Any, None, Any]) -> None:
        """Forget a queued or running generator; neither callback is called.

        One that is at work further up the stack ends its step first.
        """
        if self._is_in_turn and self._queue and self._queue[0][0] is steps:
            self._is_dropped = True
            return
        self._queue = deque(entry for entry in self._queue if entry[0] is not steps)
        steps.close()

    def _turn(self) -> None:
        # Some of Krita's calls run an event loop of their own, in which this timer fires too.
        if self._is_in_turn:
            return
        if not self._queue:
            self._timer.stop()
            return
        entry = self._queue[0]
        self._is_in_turn = True
        try:
            self._step(*entry)
        finally:
            self._is_in_turn = False
            if self._is_dropped:
                self._is_dropped = False
                self.drop(entry[0])

    def _step(
        self,
        steps: Generator[Any, None, Any],
        done: Callable[[Any], None],
        failed: Callable[[LayerEditError], None],
    ) -> None:
        try:
            self._slice(steps)
        except StopIteration as end:
            self._queue.popleft()
            done(end.value)
        except LayerEditError as error:
            self._queue.popleft()
            failed(error)
        except Exception as error:  # noqa: BLE001 - event boundary: Krita would show a dialog
            self._queue.popleft()
            _log.exception("canvas work failed")
            failed(LayerEditError(tr("Krita did not carry out a step; try again."), repr(error)))

    def _slice(self, steps: Generator[Any, None, Any]) -> None:
        end = time.perf_counter() + SLICE
        is_waiting = False
        while not is_waiting and time.perf_counter() < end:
            is_waiting = next(steps) is WAIT
        pause = WAIT_MS if is_waiting else 0
        if self._timer.interval() != pause:
            self._timer.setInterval(pause)
