"""Notices which layer is active: Krita has no signal for it, so a slow timer looks."""

from __future__ import annotations

from dataclasses import dataclass

from ..editing.errors import InputError
from ..editing.geometry import Size
from ..editing.selection import Framing
from ..qt import QtCore, Signal
from ..texts import tr
from .active import chosen_sources, glance, selection_bounds, sorted_out
from .style import loses_layer_style

INTERVAL = 300
"""Milliseconds between looks; each takes some 20 µs and happens only while a docker is visible."""


@dataclass(frozen=True)
class SourceInfo:
    """The source for people. `reason` is '' when it can be edited, else why not.

    `size` is what would be sent of it, `selected` the selection's size within the canvas, None
    without one. `others`: how many more layers are selected beside it.
    `document_id` lasts as long as the document is open, `document_path` is its file or ''.
    """

    layer_name: str = ""
    size: Size | None = None
    reason: str = ""
    document_path: str = ""
    document_id: str = ""
    others: int = 0
    selected: Size | None = None
    layer_id: str = ""
    """Unique; '' for the visible image. Variants have the same name and size."""
    has_style: bool = False
    """One of the layers, or of those in a pass-through group, has a style that is not sent."""

    @property
    def document_key(self) -> str:
        """As `JobRecord.document_key` of its jobs."""
        return self.document_path or self.document_id


class SourceWatch(QtCore.QObject):
    """Signal: `changed(SourceInfo)` when another layer, selection or document became active."""

    changed = Signal(object)

    def __init__(self, scope: str, framing: Framing, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.info = SourceInfo(reason=tr("No document is open: open or create one."))
        self._scope = scope
        self._framing = framing
        self._last: tuple[object, ...] | None = None
        self._viewers = 0
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._look)

    def choose(self, scope: str, framing: Framing) -> None:
        """Watch another kind of source, or cut it to the selection in another way."""
        if (scope, framing) != (self._scope, self._framing):
            self._scope, self._framing = scope, framing
            self.refresh()

    def acquire(self) -> None:
        """A view became visible: look now and keep looking."""
        self._viewers += 1
        self._timer.start()
        self.refresh()

    def release(self) -> None:
        """A view was hidden; with the last one the timer stops."""
        self._viewers = max(0, self._viewers - 1)
        if self._viewers == 0:
            self._timer.stop()

    def refresh(self) -> None:
        """Look again although nothing was switched: the layer may have been painted on."""
        self._last = None
        self._look()

    def _look(self) -> None:
        current = glance(self._scope)
        if current == self._last:
            return
        self._last = current
        info = self._describe()
        if info != self.info:
            self.info = info
            self.changed.emit(info)

    def _describe(self) -> SourceInfo:
        try:
            sources, _refused = sorted_out(chosen_sources(self._scope, self._framing))
        except InputError as error:
            return SourceInfo(reason=error.message)
        first = sources[0]
        chosen = None if first.selection is None else selection_bounds(first.selection)
        return SourceInfo(
            first.layer_name,
            first.bounds.size,
            document_path=first.document_path,
            document_id=first.document_id,
            others=len(sources) - 1,
            selected=None if chosen is None else chosen.intersected(first.canvas).size,
            layer_id=first.layer_id,
            has_style=any(one.node is not None and loses_layer_style(one.node) for one in sources),
        )
