"""Small windows beside Krita's, never modal: a picture, and the details of a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ...texts import tr
from ..widgets import button
from .details import Line, as_text
from .thumbnails import decoded

VIEWED = 1600
"""Device pixels of a picture's longer side: more than such a window shows."""


PALE = 160
"""Of 255: the opacity of the names beside their values."""


def _window(parent: QtWidgets.QWidget, name: str) -> QtWidgets.QDialog:
    window = QtWidgets.QDialog(parent.window())
    window.setObjectName(name)
    window.setModal(False)
    return window


class PictureWindow(QtCore.QObject):
    """Shows a picture file, fitted to the window. `aside` runs a call on a worker."""

    _decoded = Signal(object)

    def __init__(
        self, owner: QtWidgets.QWidget, aside: Callable[[Callable[[], object]], None]
    ) -> None:
        super().__init__(owner)
        self._aside = aside
        self._owner = owner
        self._window: QtWidgets.QDialog | None = None
        self._picture = _FittedPicture()
        self._decoded.connect(self._picture.show_image)

    def show(self, path: Path, title: str) -> None:
        """Open the window; the picture comes as soon as it is decoded."""
        if self._window is None:
            self._window = _window(self._owner, "layerEditPictureWindow")
            layout = QtWidgets.QVBoxLayout(self._window)
            layout.addWidget(self._picture)
            self._window.resize(480, 400)
        self._window.setWindowTitle(title)
        self._picture.show_image(QtGui.QImage())
        self._aside(lambda: self._decoded.emit(decoded(path, VIEWED)))
        self._window.show()
        self._window.raise_()


class _FittedPicture(QtWidgets.QWidget):
    """Paints an image as large as it fits, over a grey that tells transparent from white."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("layerEditPicture")
        self.setAccessibleName(tr("What was sent"))
        self.setMinimumSize(160, 120)
        self._image = QtGui.QImage()

    def show_image(self, image: QtGui.QImage) -> None:
        """Show another one; a null image shows nothing."""
        self._image = image
        self.update()

    @property
    def is_empty(self) -> bool:
        """True while there is nothing to see."""
        return self._image.isNull()

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint it in the middle."""
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), QtGui.QColor(128, 128, 128))
        if self._image.isNull():
            return
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QtCore.QRect(QtCore.QPoint(0, 0), size)
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self._image)


class _Recoloured(QtWidgets.QTextBrowser):
    """Signal: `recoloured()` when the theme has changed, as colours in a text stay as they were."""

    recoloured = Signal()

    def changeEvent(self, event: QtCore.QEvent | None) -> None:  # noqa: N802 - Qt's name
        """The palette is another."""
        super().changeEvent(event)
        if event is not None and event.type() == QtCore.QEvent.Type.PaletteChange:
            self.recoloured.emit()


class DetailsWindow(QtCore.QObject):
    """Shows names and values, to be selected and copied."""

    def __init__(self, owner: QtWidgets.QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._lines: list[Line] = []
        self._window: QtWidgets.QDialog | None = None
        self._text = _Recoloured()
        self._text.recoloured.connect(self._fill)
        self._text.setObjectName("layerEditDetails")
        self._text.setAccessibleName(tr("Details"))

    def show(self, lines: list[Line], title: str) -> None:
        """Open the window with these lines."""
        if self._window is None:
            self._window = self._made()
        self._lines = lines
        self._window.setWindowTitle(title)
        self._fill()
        self._window.show()
        self._window.raise_()

    def _made(self) -> QtWidgets.QDialog:
        window = _window(self._owner, "layerEditDetailsWindow")
        copy = button("layerEditCopyDetails", tr("Copy"))
        copy.clicked.connect(self._copy)
        layout = QtWidgets.QVBoxLayout(window)
        layout.addWidget(self._text)
        layout.addWidget(copy)
        window.resize(360, 360)
        return window

    def _fill(self) -> None:
        """As plain text: what a server says is no markup."""
        self._text.clear()
        if not self._lines:
            return
        pale = QtGui.QTextCharFormat()
        colour = self._text.palette().color(QtGui.QPalette.ColorRole.Text)
        colour.setAlpha(PALE)
        pale.setForeground(colour)
        look = QtGui.QTextTableFormat()
        look.setBorder(0)
        look.setCellPadding(2)
        cursor = self._text.textCursor()
        cursor.insertTable(len(self._lines), 2, look)
        for name, value in self._lines:
            cursor.insertText(name, pale)
            cursor.movePosition(QtGui.QTextCursor.MoveOperation.NextCell)
            cursor.insertText(value, QtGui.QTextCharFormat())
            cursor.movePosition(QtGui.QTextCursor.MoveOperation.NextCell)
        self._text.moveCursor(QtGui.QTextCursor.MoveOperation.Start)

    def _copy(self) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(as_text(self._lines))
