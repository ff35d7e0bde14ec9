"""The plugin's docker as a user has it before them: its widgets, found by name, and real input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from .qt import QtCore, QTest, QtGui, QtWidgets

Qt = QtCore.Qt


class Docker:
    """The docker of Layer Edit in one window."""

    NAME: ClassVar[str] = "layer_edit_docker"

    def __init__(self, widget: Any) -> None:
        self._widget = widget

    @classmethod
    def find(cls, dockers: Iterable[Any]) -> Docker | None:
        """The docker among Krita's dockers, None when the plugin did not bring it."""
        return next((cls(each) for each in dockers if each.objectName() == cls.NAME), None)

    @property
    def complete(self) -> bool:
        """Whether the widgets are there: the plugin makes them when it is first shown."""
        names = ("layerEditInstruction", "layerEditSubmit", "layerEditCancel")
        return all(self._child(QtWidgets.QWidget, name) is not None for name in names)

    @property
    def instruction(self) -> str:
        """The text in the instruction box."""
        return str(self._instruction.toPlainText())

    @property
    def error(self) -> str:
        """The sentence of the error label while it is shown."""
        label = self._child(QtWidgets.QLabel, "layerEditError")
        return str(label.text()).strip() if label is not None and label.isVisible() else ""

    @property
    def words(self) -> str:
        """What the docker tells its user just now."""
        label = self._child(QtWidgets.QLabel, "layerEditStatus")
        status = str(label.text()).strip() if label is not None else ""
        return self.error or status or "the docker says nothing"

    @property
    def idle(self) -> bool:
        """Whether no job is on its way: there is nothing to cancel."""
        cancel = self._child(QtWidgets.QAbstractButton, "layerEditCancel")
        return not cancel.isEnabled()

    def can_edit(self) -> bool:
        """Whether Edit can be pressed."""
        return bool(self._submit.isVisible() and self._submit.isEnabled())

    def make_room(self, window: Any) -> None:
        """Give the docker most of its column."""
        window.resizeDocks([self._widget], [600], Qt.Orientation.Vertical)
        window.resizeDocks([self._widget], [380], Qt.Orientation.Horizontal)

    def choose_backend(self, name: str) -> None:
        """Choose the backend whose data or text has the name in it, where there is a choice."""
        combo = self._child(QtWidgets.QComboBox, "layerEditBackend")
        if combo is None:
            return
        for index in range(combo.count()):
            if name in f"{combo.itemData(index)} {combo.itemText(index)}".lower():
                if index != combo.currentIndex():
                    combo.setCurrentIndex(index)
                    combo.activated.emit(index)
                return

    def type_instruction(self, text: str) -> None:
        """Click into the box, clear it and type."""
        box = self._instruction
        QTest.mouseClick(box.viewport(), Qt.MouseButton.LeftButton)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(box, Qt.Key.Key_Delete)
        for character in text:
            _type(box, character)

    def click_edit(self) -> None:
        """Click the Edit button."""
        QTest.mouseClick(self._submit, Qt.MouseButton.LeftButton)

    @property
    def _instruction(self) -> Any:
        return self._child(QtWidgets.QPlainTextEdit, "layerEditInstruction")

    @property
    def _submit(self) -> Any:
        return self._child(QtWidgets.QAbstractButton, "layerEditSubmit")

    def _child(self, kind: Any, name: str) -> Any:
        return self._widget.findChild(kind, name)


def _type(box: Any, character: str) -> None:
    if character == "\n":
        QTest.keyClick(box, Qt.Key.Key_Return)
    elif character.isascii():
        QTest.keyClicks(box, character)
    else:  # QTest knows Latin-1 only; an input method sends such keys as plain text too
        for kind in (QtCore.QEvent.Type.KeyPress, QtCore.QEvent.Type.KeyRelease):
            none = Qt.KeyboardModifier.NoModifier
            event = QtGui.QKeyEvent(kind, 0, none, character)
            QtWidgets.QApplication.sendEvent(box, event)
