"""The instruction box: grows with its text, keeps Krita's shortcuts out while one types in it."""

from __future__ import annotations

import math

from ..editing.request import MAX_INSTRUCTION
from ..presets import PLACEHOLDER
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..texts import tr

MIN_LINES = 3
MAX_LINES = 9

_OWN_SEQUENCES = (
    QtGui.QKeySequence.StandardKey.Undo,
    QtGui.QKeySequence.StandardKey.Redo,
    QtGui.QKeySequence.StandardKey.Cut,
    QtGui.QKeySequence.StandardKey.Copy,
    QtGui.QKeySequence.StandardKey.Paste,
    QtGui.QKeySequence.StandardKey.SelectAll,
)

_OWN_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Insert,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Z,
        Qt.Key.Key_Y,
    }
)
"""With Ctrl held they are the text's; Ctrl+S and the like stay Krita's."""


_CONTROL = Qt.KeyboardModifier.ControlModifier
_SILENT = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier


def is_typing(event: QtGui.QKeyEvent) -> bool:
    """True when a key belongs to the text one types in, not to Krita's shortcuts."""
    held = event.modifiers() & ~_SILENT
    if held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        return not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
    if _CONTROL not in _held(event):
        return False
    if Qt.KeyboardModifier.AltModifier in _held(event):
        return bool(event.text().strip())  # AltGr, as Windows tells it
    return event.key() in _OWN_KEYS or any(event.matches(one) for one in _OWN_SEQUENCES)


class InstructionBox(QtWidgets.QPlainTextEdit):
    """Signal: `submitted()` on Shift+Enter or Ctrl+Enter.

    Up in the first line and Down in the last walk through `set_history`'s texts; what was typed
    stays after the newest. Ctrl+Z undoes all of it, and never anything on the canvas.
    """

    submitted = Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._history: tuple[str, ...] = ()
        self._back = 0
        self._draft = ""
        self._places: frozenset[str] = frozenset()
        self.setObjectName("layerEditInstruction")
        self.setPlaceholderText(tr("What should change? (Shift+Enter starts the edit)"))
        self.setAccessibleName(tr("Instruction"))
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """The instruction as typed."""
        return self.toPlainText()

    def set_history(self, texts: tuple[str, ...]) -> None:
        """The instructions to walk through, oldest first; the walk begins anew."""
        self._history, self._back = texts, 0

    def put(self, text: str) -> None:
        """Replace the text, as one step that Ctrl+Z undoes; its {placeholders} are to be typed
        over: the first is selected, Tab goes to the next."""
        self._places = frozenset(PLACEHOLDER.findall(text))
        self._replace(text)
        self._back = 0
        self.select_open_place(from_start=True)

    def open_place(self) -> str:
        """The first {placeholder} of what was put that is still there, '' when none is."""
        left = (one for one in PLACEHOLDER.findall(self.text()) if one in self._places)
        return next(left, "")

    def select_open_place(self, from_start: bool = False) -> bool:
        """Select the next {placeholder} after the cursor; False when there is none."""
        cursor = self.textCursor()
        text = self.text()
        # Qt counts in UTF-16, Python in characters.
        start = 0 if from_start else _characters(text, cursor.selectionEnd())
        for found in PLACEHOLDER.finditer(text, start):
            if found[0] in self._places:
                cursor.setPosition(_units(text[: found.start()]))
                cursor.setPosition(
                    _units(text[: found.end()]), QtGui.QTextCursor.MoveMode.KeepAnchor
                )
                self.setTextCursor(cursor)
                return True
        return False

    def event(self, event: QtCore.QEvent | None) -> bool:
        """Claim typed keys before Krita takes them for its shortcuts (B for the brush …)."""
        is_asked = event is not None and event.type() == QtCore.QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QtGui.QKeyEvent) and is_typing(event):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, following: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab: to the next {placeholder}, and after the last one out."""
        if following and self._places and self.select_open_place():
            return True
        return super().focusNextPrevChild(following)

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter makes a new line, Shift+Enter or Ctrl+Enter submits, Up and Down may walk."""
        assert event is not None  # noqa: S101 - Qt never sends None; only its type allows it
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_submitting(event):
            self.submitted.emit()
        elif held == _CONTROL and event.key() == Qt.Key.Key_Y:
            self.redo()
        elif held == Qt.KeyboardModifier.NoModifier and self._walk(event.key()):
            pass
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """A new width wraps the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _walk(self, key: int) -> bool:
        """Go through the history; False when the key is to move the cursor."""
        if key == Qt.Key.Key_Up:
            step, moved = 1, QtGui.QTextCursor.MoveOperation.Up
        elif key == Qt.Key.Key_Down:
            step, moved = -1, QtGui.QTextCursor.MoveOperation.Down
        else:
            return False
        cursor = self.textCursor()
        if cursor.hasSelection() or cursor.movePosition(moved):
            return False
        shown = self._history[-self._back] if self._back else None
        if self.text() != shown:
            # Typed, or changed after it was fetched: what is here now is what one comes back to.
            self._back, self._draft = 0, self.text()
        back = self._back + step
        if not 0 <= back <= len(self._history):
            return False
        self._back = back
        self._places = frozenset()
        self._replace(self._history[-back] if back else self._draft)
        if step > 0:
            self.moveCursor(QtGui.QTextCursor.MoveOperation.Start)
        return True

    def _replace(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.select(QtGui.QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def _fit(self) -> None:
        document = self.document()
        assert document is not None  # noqa: S101 - a text edit always has one
        # A QPlainTextEdit's document measures its height in lines, wrapped ones included.
        lines = min(max(int(document.size().height()), MIN_LINES), MAX_LINES)
        layout = document.firstBlock().layout()
        spacing = float(self.fontMetrics().lineSpacing())
        if layout is not None and layout.lineCount():
            # A line of the layout may be a little higher than the font says.
            spacing = max(spacing, layout.lineAt(0).height())
        frame = 2 * self.frameWidth() + 2 * document.documentMargin()
        self.setFixedHeight(math.ceil(lines * spacing + frame) + 1)
        count = len(self.text())
        over = count > MAX_INSTRUCTION
        self.setToolTip(
            tr("{count} of {most} characters", count=f"{count:,}", most=f"{MAX_INSTRUCTION:,}")
            if over
            else ""
        )


def is_submitting(event: QtGui.QKeyEvent) -> bool:
    """True for Shift+Enter and Ctrl+Enter."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    held = _held(event)
    return enter and (_CONTROL in held or Qt.KeyboardModifier.ShiftModifier in held)


def _held(event: QtGui.QKeyEvent) -> list[Qt.KeyboardModifier]:
    """The modifier keys that are down, one by one: the two Qts have different sets of them."""
    kinds = Qt.KeyboardModifier
    modifiers = event.modifiers()
    every = (kinds.ShiftModifier, kinds.ControlModifier, kinds.AltModifier)
    return [one for one in every if modifiers & one]


def _units(text: str) -> int:
    """The text's length as Qt counts it."""
    return len(text.encode("utf-16-le")) // 2


def _characters(text: str, units: int) -> int:
    """How many characters the first `units` of Qt's are."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))
