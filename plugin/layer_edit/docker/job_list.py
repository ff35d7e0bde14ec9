"""The list of this session's edits: thumbnail, instruction, state."""

from __future__ import annotations

from ..jobs.job import JobRecord
from ..jobs.runner import JobUpdate
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .wording import state_words, tooltip

THUMBNAIL = 48
"""Logical pixels on a side."""

_ID = Qt.ItemDataRole.UserRole


class JobList(QtWidgets.QListWidget):
    """Newest first. Signal: `chosen(JobRecord)` on a double click or Enter."""

    chosen = Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerEditResults")
        self.setAccessibleName("Results")
        self.setIconSize(QtCore.QSize(THUMBNAIL, THUMBNAIL))
        self.setUniformItemSizes(True)
        self.setMinimumHeight(2 * (THUMBNAIL + 8))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._updates: dict[str, JobUpdate] = {}
        self._items: dict[str, QtWidgets.QListWidgetItem] = {}
        self.itemActivated.connect(lambda item: self.chosen.emit(self._record_of(item)))

    def show_update(self, update: JobUpdate) -> None:
        """Add or change the line of the update's job."""
        record = update.record
        item = self._items.get(record.id)
        if item is None:
            item = QtWidgets.QListWidgetItem(self._blank_icon(), "")
            item.setData(_ID, record.id)
            self.insertItem(0, item)
            self._items[record.id] = item
        self._updates[record.id] = update
        if update.thumbnail:
            item.setIcon(_icon(update.thumbnail))
        title = " ".join(record.wish.instruction.split())
        item.setText(f"{title}\n{state_words(update)} · {record.source_name}")
        item.setToolTip(tooltip(record))

    def active(self) -> list[JobUpdate]:
        """The last updates of the jobs that are on their way, oldest first."""
        return [update for update in self._updates.values() if update.record.state.is_active]

    def selected(self) -> JobRecord | None:
        """The record of the selected line."""
        items = self.selectedItems()
        return self._record_of(items[0]) if items else None

    def _record_of(self, item: QtWidgets.QListWidgetItem) -> JobRecord:
        return self._updates[item.data(_ID)].record

    def _blank_icon(self) -> QtGui.QIcon:
        """Keeps the text of running jobs in line with those that have a picture."""
        pixmap = QtGui.QPixmap(THUMBNAIL, THUMBNAIL)
        pixmap.fill(Qt.GlobalColor.transparent)
        return QtGui.QIcon(pixmap)


def _icon(png: bytes) -> QtGui.QIcon:
    """A square icon with the picture centred, so that all texts start at the same place."""
    picture = QtGui.QPixmap()
    picture.loadFromData(png)
    side = max(picture.width(), picture.height(), 1)
    square = QtGui.QPixmap(side, side)
    square.fill(Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(square)
    painter.drawPixmap((side - picture.width()) // 2, (side - picture.height()) // 2, picture)
    painter.end()
    return QtGui.QIcon(square)
