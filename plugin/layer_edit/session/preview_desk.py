"""Makes the preview of what would be sent: a coarse capture in slices, the rest on a worker."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from ..canvas.active import ActiveSource
from ..canvas.capture import capture
from ..canvas.grid import Grid
from ..canvas.pixels import Converter
from ..canvas.pump import Pump
from ..editing.errors import LayerEditError
from ..editing.geometry import Rect
from ..editing.preview import Preview, Sending, make_preview
from ..editing.source import RawSource
from ..qt import QtCore, Signal


class PreviewDesk(QtCore.QObject):
    """Signals, on the main thread: `made(Preview)` for the last one that was asked for, and
    `failed(str)` with the sentence that says why there is none."""

    made = Signal(object)
    failed = Signal(str)
    _heard = Signal(int, object)

    def __init__(
        self,
        pump: Pump,
        converter: Converter,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self._pump = pump
        self._converter = converter
        self._aside = aside
        self._steps: Generator[Any, None, Any] | None = None
        self._number = 0
        self._heard.connect(self._on_made)

    def ask(self, source: ActiveSource, sending: Sending) -> None:
        """Make one; an earlier one that is not ready yet is dropped."""
        self.drop()
        self._number += 1
        number, bounds, canvas = self._number, source.bounds, source.canvas
        with_below = not sending.limits.alpha and sending.background == "auto"
        grid = Grid.for_room(bounds, sending.longest)
        self._steps = capture(source, self._converter, with_below, grid)

        def captured(raw: RawSource) -> None:
            self._steps = None
            self._aside(lambda: self._make(number, raw, bounds, canvas, sending))

        self._pump.run(self._steps, captured, self._not_captured)

    def drop(self) -> None:
        """Nobody looks any more."""
        if self._steps is not None:
            self._pump.drop(self._steps)
            self._steps = None

    def _make(
        self, number: int, raw: RawSource, bounds: Rect, canvas: Rect, sending: Sending
    ) -> None:
        self._heard.emit(number, make_preview(raw, bounds, canvas, sending))

    def _not_captured(self, error: LayerEditError) -> None:
        self._steps = None
        self.failed.emit(error.message)

    def _on_made(self, number: int, preview: Preview) -> None:
        if number == self._number:
            self.made.emit(preview)
