"""The list of presets that opens below its button: filter, choose, and keep one's own."""

from __future__ import annotations

from pathlib import Path

from ..editing.errors import LayerEditError
from ..presets import Preset
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..session.words_desk import WordsDesk
from ..texts import tr
from .preset_list import PresetList
from .widgets import button, line_edit, tool_button, wrapping_label

LINES = 18
"""Height of the popup, in lines of text."""


class FilterField(QtWidgets.QLineEdit):
    """Signal: `moved(QKeyEvent)` for keys that belong to the list below it."""

    moved = Signal(object)

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Up, Down, page keys and Enter go to the list; the cursor stays here."""
        assert event is not None  # noqa: S101 - Qt never sends None; only its type allows it
        keys = Qt.Key
        if event.key() in (keys.Key_Up, keys.Key_Down, keys.Key_PageUp, keys.Key_PageDown):
            self.moved.emit(event)
        else:
            super().keyPressEvent(event)


class PresetsPopup(QtWidgets.QFrame):
    """Signal: `chosen(str)` with the text of the preset."""

    chosen = Signal(str)

    def __init__(self, desk: WordsDesk, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("layerEditPresetsPopup")
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self._desk = desk
        self._for_ai = False
        self._text = ""
        self._renamed: Preset | None = None
        self._deleted: Preset | None = None
        self._build()
        self._arrange()
        self._connect()

    def set_for_ai(self, for_ai: bool) -> None:
        """Whether the chosen backend is a model, or the offline adjustments."""
        self._for_ai = for_ai

    def open_below(self, anchor: QtWidgets.QWidget, width: int, text: str) -> None:
        """Show under a button, as wide as the docker's content; `text` is what could be kept."""
        self._text = text
        self._filter.clear()
        self._say("")
        self._end_naming()
        self._list.clear()
        self._fill()
        size = QtCore.QSize(max(width, self.minimumSizeHint().width()), self._height())
        self.resize(size)
        self.move(_within_screen(anchor, size))
        self.show()
        self._filter.setFocus()

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Escape ends naming first, then closes."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self._naming.isVisible():
            self._end_naming()
            self._filter.setFocus()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        hint = tr("Search presets")
        self._filter = FilterField()
        line_edit("layerEditPresetFilter", hint, hint, self._filter)
        self._list = PresetList()
        self._note = wrapping_label("layerEditPresetNote")
        self._undo = tool_button("layerEditPresetUndo", tr("Put back"), "")
        self._manage = button("layerEditPresetManage", tr("Your presets"))
        self._manage.setToolTip(tr("Keep, rename, delete, import, export."))
        menu = QtWidgets.QMenu(self)
        menu.setObjectName("layerEditPresetMenu")
        self._save = _entry(menu, tr("Keep the text as a preset…"))
        self._rename = _entry(menu, tr("Rename…"))
        self._delete = _entry(menu, tr("Delete"))
        menu.addSeparator()
        self._import = _entry(menu, tr("Import…"))
        self._export = _entry(menu, tr("Export…"))
        menu.aboutToShow.connect(self._prepare_menu)
        self._manage.setMenu(menu)
        self._name = line_edit("layerEditPresetName", tr("Name"), tr("Name of the preset"))
        self._keep = button("layerEditPresetKeep", tr("Keep"))
        self._naming = QtWidgets.QWidget()

    def _arrange(self) -> None:
        row = QtWidgets.QHBoxLayout(self._naming)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._name, 1)
        row.addWidget(self._keep)
        below = QtWidgets.QHBoxLayout()
        below.addWidget(self._note, 1)
        below.addWidget(self._undo)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, 1)
        layout.addLayout(below)
        layout.addWidget(self._naming)
        layout.addWidget(self._manage, 0, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._fill)
        self._filter.moved.connect(self._list.keyPressEvent)
        self._filter.returnPressed.connect(self._list.choose_current)
        self._list.chosen.connect(self._choose)
        self._save.triggered.connect(self._begin_keeping)
        self._rename.triggered.connect(self._begin_renaming)
        self._delete.triggered.connect(self._delete_current)
        self._import.triggered.connect(self._ask_import)
        self._export.triggered.connect(self._ask_export)
        self._keep.clicked.connect(self._take_name)
        self._name.returnPressed.connect(self._take_name)
        self._undo.clicked.connect(self._put_back)
        self._desk.changed.connect(self._refill)
        self._desk.told.connect(self._say)

    def _refill(self) -> None:
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        desk = self._desk
        self._list.fill(desk.mine, desk.built_in, self._filter.text(), self._for_ai)

    def _choose(self, preset: Preset) -> None:
        # Enter and a double click tell of themselves twice.
        if self.isVisible():
            self.close()
            self.chosen.emit(preset.text)

    # -- one's own ---------------------------------------------------------------------------------

    def _prepare_menu(self) -> None:
        is_mine = self._list.current() in self._desk.mine
        self._save.setEnabled(bool(self._text.strip()))
        self._rename.setEnabled(is_mine)
        self._delete.setEnabled(is_mine)
        self._export.setEnabled(bool(self._desk.mine))

    def _begin_keeping(self) -> None:
        self._renamed = None
        self._begin_naming("")

    def _begin_renaming(self) -> None:
        self._renamed = self._list.current()
        if self._renamed is not None:
            self._begin_naming(self._renamed.name)

    def _begin_naming(self, name: str) -> None:
        self._say("")
        self._naming.setVisible(True)
        self._name.setText(name)
        self._name.selectAll()
        self._name.setFocus()

    def _end_naming(self) -> None:
        self._naming.setVisible(False)

    def _take_name(self) -> None:
        if not self._naming.isVisible():
            return
        try:
            if self._renamed is not None:
                self._desk.rename(self._renamed, self._name.text())
            else:
                self._desk.keep(Preset(self._name.text(), self._text, offline=not self._for_ai))
        except LayerEditError as error:
            self._say(error.message)
            return
        self._list.select(" ".join(self._name.text().split()))
        self._end_naming()
        self._say(tr("Kept."))
        self._filter.setFocus()

    def _delete_current(self) -> None:
        preset = self._list.current()
        if preset is not None and preset in self._desk.mine:
            self._deleted = preset
            self._desk.delete(preset)
            self._say(tr("'{name}' was deleted.", name=preset.name))
            self._undo.setVisible(True)

    def _put_back(self) -> None:
        if self._deleted is not None:
            self._desk.keep(self._deleted)
            self._list.select(self._deleted.name)
            self._deleted = None
        self._say("")

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._undo.setVisible(False)

    # -- files -------------------------------------------------------------------------------------

    def _ask_import(self) -> None:
        modes = QtWidgets.QFileDialog
        dialog = self._file_dialog(tr("Import presets"), modes.AcceptMode.AcceptOpen)
        dialog.setFileMode(modes.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._desk.import_from(Path(path)))
        dialog.open()

    def _ask_export(self) -> None:
        modes = QtWidgets.QFileDialog
        dialog = self._file_dialog(tr("Export presets"), modes.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("layer-edit-presets.json")
        dialog.fileSelected.connect(lambda path: self._desk.export_to(Path(path)))
        dialog.open()

    def _file_dialog(
        self, title: str, mode: QtWidgets.QFileDialog.AcceptMode
    ) -> QtWidgets.QFileDialog:
        self.close()
        dialog = QtWidgets.QFileDialog(self.parentWidget(), title)
        dialog.setObjectName("layerEditPresetFile")
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(tr("Presets (*.json)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _height(self) -> int:
        return LINES * self.fontMetrics().lineSpacing() + self._manage.sizeHint().height()


def _entry(menu: QtWidgets.QMenu, title: str) -> QtGui.QAction:
    made = QtGui.QAction(title, menu)
    menu.addAction(made)
    return made


def _within_screen(anchor: QtWidgets.QWidget, size: QtCore.QSize) -> QtCore.QPoint:
    """The top left corner of something that opens under a widget, or over it where it must."""
    below = anchor.mapToGlobal(QtCore.QPoint(0, anchor.height()))
    window = anchor.window()
    screen = None if window is None else window.screen()
    if screen is None:
        return below
    room = screen.availableGeometry()
    top = below.y()
    if top + size.height() > room.bottom():
        top = max(room.top(), anchor.mapToGlobal(QtCore.QPoint(0, 0)).y() - size.height())
    left = max(room.left(), min(below.x(), room.right() - size.width()))
    return QtCore.QPoint(left, top)
