"""The strip of further pictures: layers and files with thumbnails, to be ordered and removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from ..editing.errors import LayerEditError
from ..editing.limits import ImageLimits
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..session.references import Reference, References
from ..texts import tr
from .widgets import button, wrapping_label

ICON = 40
"""Logical pixels on a side."""

ENDINGS = (".png", ".jpg", ".jpeg", ".webp")

_KEY = Qt.ItemDataRole.UserRole

_OWN_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class ReferenceStrip(QtWidgets.QWidget):
    """Signal: `failed(str)` when something cannot be added."""

    failed = Signal(str)

    def __init__(self, references: References) -> None:
        super().__init__()
        self._references = references
        self._limits = ImageLimits()
        self._dialog: QtWidgets.QFileDialog | None = None
        self._build()
        self._arrange()
        self.setAcceptDrops(True)
        self._layer.clicked.connect(self._add_layers)
        self._file.clicked.connect(self._choose_files)
        self._remove.clicked.connect(self._remove_chosen)
        self._list.moved.connect(references.move)
        self._list.unwanted.connect(references.remove)
        self._list.itemSelectionChanged.connect(self._show_remove)
        references.changed.connect(self._show)
        self._show()

    def show_limits(self, limits: ImageLimits | None) -> None:
        """How many pictures the backend takes; None while that is not known."""
        self._limits = limits or ImageLimits()
        self._show()

    def dragEnterEvent(self, event: QtGui.QDragEnterEvent | None) -> None:  # noqa: N802 - Qt's
        """Picture files are welcome."""
        if event is not None and self._layer.isEnabled() and _dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QtGui.QDropEvent | None) -> None:  # noqa: N802 - Qt's name
        """Add them."""
        if event is not None:
            self._references.add_files(_dropped(event.mimeData()))
            event.acceptProposedAction()

    def _build(self) -> None:
        self._title = QtWidgets.QLabel(tr("References"))
        self._layer = button("layerEditAddLayer", tr("Layer"))
        self._layer.setAccessibleName(tr("Add the selected layers as references"))
        self._layer.setToolTip(self._layer.accessibleName())
        self._file = button("layerEditAddFile", tr("File…"))
        self._file.setAccessibleName(tr("Add files as references"))
        self._file.setToolTip(tr("Add files as references; they can be dropped here, too."))
        self._remove = button("layerEditRemoveReference", tr("Remove"))
        self._remove.setAccessibleName(tr("Remove the chosen reference"))
        self._list = _Strip()
        self._note = wrapping_label("layerEditReferenceNote")

    def _arrange(self) -> None:
        head = QtWidgets.QHBoxLayout()
        head.addWidget(self._title, 1)
        for part in (self._layer, self._file, self._remove):
            head.addWidget(part)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._list)
        layout.addWidget(self._note)

    def _show(self) -> None:
        items, most = self._references.items, self._limits.max_images - 1
        self._list.show_items(items)
        self.setVisible(most > 0 or bool(items))
        self._list.setVisible(bool(items))
        self._note.setVisible(bool(items))
        for part in (self._layer, self._file):
            part.setEnabled(len(items) < most)
        self._note.setText(_note(len(items), most))
        self._show_remove()

    def _show_remove(self) -> None:
        self._remove.setVisible(self._list.chosen() is not None)

    def _remove_chosen(self) -> None:
        key = self._list.chosen()
        if key is not None:
            self._references.remove(key)

    def _add_layers(self) -> None:
        try:
            self._references.add_layers()
        except LayerEditError as error:
            self.failed.emit(error.message)

    def _choose_files(self) -> None:
        """Open Krita's file dialog beside everything else: nothing is held up by it."""
        if self._dialog is None:
            endings = " ".join(f"*{ending}" for ending in ENDINGS)
            dialog = QtWidgets.QFileDialog(
                self, tr("References"), "", f"{tr('Pictures')} ({endings})"
            )
            dialog.setObjectName("layerEditReferenceFiles")
            dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
            dialog.setModal(False)
            dialog.filesSelected.connect(
                lambda names: self._references.add_files([Path(name) for name in names])
            )
            self._dialog = dialog
        self._dialog.show()
        self._dialog.raise_()


class _Strip(QtWidgets.QListWidget):
    """A row of thumbnails. Signals: `moved(key, index)`, `unwanted(key)`."""

    moved = Signal(int, int)
    unwanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("layerEditReferences")
        self.setAccessibleName(tr("References"))
        self.setToolTip(
            tr("Drag to change the order, or Ctrl+Left and Ctrl+Right; Delete removes.")
        )
        self.setFlow(QtWidgets.QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setIconSize(QtCore.QSize(ICON, ICON))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._dragged: int | None = None
        self._pressed = QtCore.QPoint()

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """One row, and the scroll bar where it is needed."""
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar is not None and bar.maximum() > 0 else 0
        return QtCore.QSize(100, ICON + 2 * self.frameWidth() + 8 + extra)

    def minimumSizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """As high as it should be: a list is not to be squeezed."""
        return self.sizeHint()

    def show_items(self, items: tuple[Reference, ...]) -> None:
        """Show these, and keep the choice."""
        chosen, is_blocked = self.chosen(), self.blockSignals(True)
        self.clear()
        for number, one in enumerate(items, 2):
            item = QtWidgets.QListWidgetItem(_icon(one.thumbnail), str(number))
            item.setData(_KEY, one.key)
            size = f", {one.size}" if one.size else ""
            item.setToolTip(tr("Picture {number}: {name}", number=number, name=one.title + size))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())
            self.addItem(item)
            if one.key == chosen:
                self.setCurrentItem(item)
        self.blockSignals(is_blocked)
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()

    def chosen(self) -> int | None:
        """The key of the selected one."""
        items = self.selectedItems()
        return items[0].data(_KEY) if items else None

    def event(self, event: QtCore.QEvent | None) -> bool:
        """Keep the keys of this list from Krita, whose Delete empties the layer."""
        if (
            event is not None
            and event.type() == QtCore.QEvent.Type.ShortcutOverride
            and cast(QtGui.QKeyEvent, event).key() in _OWN_KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Left and Ctrl+Right move the chosen one, Delete removes it."""
        assert event is not None  # noqa: S101 - Qt never sends None; only its type allows it
        key, chosen = event.key(), self.chosen()
        is_held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if chosen is not None and is_held and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(chosen, self.currentRow() + (1 if key == Qt.Key.Key_Right else -1))
        elif chosen is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.unwanted.emit(chosen)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Choose one, and perhaps begin to drag it."""
        super().mousePressEvent(event)
        item = self.itemAt(event.pos())
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._dragged = item.data(_KEY) if item is not None and is_left else None
        self._pressed = event.pos()

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Dragged over another one, they change places at once."""
        if self._dragged is None:
            super().mouseMoveEvent(event)
            return
        far = (event.pos() - self._pressed).manhattanLength()
        row = self.indexAt(event.pos()).row()
        if far >= QtWidgets.QApplication.startDragDistance() and row not in (-1, self.currentRow()):
            self.moved.emit(self._dragged, row)

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """The drag is over."""
        self._dragged = None
        super().mouseReleaseEvent(event)


def _note(number: int, most: int) -> str:
    if most < 1:
        return tr("This backend takes one picture: references are not sent.")
    if number > most:
        return tr("This backend takes {most} references: remove some.", most=most)
    return tr("One picture alone gives the best fidelity. The layer itself is picture 1.")


def _dropped(mime: QtCore.QMimeData | None) -> list[Path]:
    urls = mime.urls() if mime is not None else []
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in ENDINGS]


def _icon(png: bytes) -> QtGui.QIcon:
    """The picture in the middle of a square, empty while there is none."""
    square = QtGui.QPixmap(2 * ICON, 2 * ICON)
    square.fill(Qt.GlobalColor.transparent)
    picture = QtGui.QPixmap()
    if picture.loadFromData(png):
        small = picture.scaled(
            square.size(),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter = QtGui.QPainter(square)
        left, top = square.width() - small.width(), square.height() - small.height()
        painter.drawPixmap(left // 2, top // 2, small)
        painter.end()
    return QtGui.QIcon(square)
