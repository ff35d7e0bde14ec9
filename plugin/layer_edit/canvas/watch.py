"""Notices which layer is active: Krita has no signal for it, so a slow timer looks."""

from __future__ import annotations

from dataclasses import dataclass

from ..editing.geometry import Size
from ..qt import QtCore, Signal
from .active import NoSourceError, active_layer_id, active_source, check_source

INTERVAL = 300
"""Milliseconds between looks; each takes some 20 µs and happens only while a docker is visible."""


@dataclass(frozen=True)
class SourceInfo:
    """The source for people. `reason` is '' when it can be edited, else why not.

    `document_key` is the document's file path, or its name while it has none.
    """

    layer_name: str = ""
    size: Size | None = None
    reason: str = ""
    document_key: str = ""


class SourceWatch(QtCore.QObject):
    """Signal: `changed(SourceInfo)` when another layer or document became active."""

    changed = Signal(object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.info = SourceInfo(reason="No document is open: open or create one.")
        self._last: str | None = None
        self._viewers = 0
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._look)

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
        current = active_layer_id()
        if current == self._last:
            return
        self._last = current
        info = _describe()
        if info != self.info:
            self.info = info
            self.changed.emit(info)


def _describe() -> SourceInfo:
    try:
        source = check_source(active_source())
    except NoSourceError as error:
        return SourceInfo(reason=error.message)
    return SourceInfo(
        source.layer_name,
        source.bounds.size,
        document_key=source.document_path or source.document_name,
    )
