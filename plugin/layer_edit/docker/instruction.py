"""The instruction box: grows with its text, Shift+Enter submits, keeps Krita's shortcuts out."""

from __future__ import annotations

from ..editing.request import MAX_INSTRUCTION
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal

MIN_LINES = 3
MAX_LINES = 9


class InstructionBox(QtWidgets.QPlainTextEdit):
    """Signal: `submitted()` on Shift+Enter or Ctrl+Enter."""

    submitted = Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerEditInstruction")
        self.setPlaceholderText("What should change? (Shift+Enter starts the edit)")
        self.setAccessibleName("Instruction")
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """The instruction as typed."""
        return self.toPlainText()

    def event(self, event: QtCore.QEvent | None) -> bool:
        """Claim typed keys before Krita takes them for its shortcuts (B for the brush …)."""
        if event is not None and event.type() == QtCore.QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter makes a new line, Shift+Enter or Ctrl+Enter submits."""
        assert event is not None  # noqa: S101 - Qt never sends None; only its type allows it
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        held = event.modifiers() & (
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        )
        if enter and held:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """A new width wraps the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        document = self.document()
        assert document is not None  # noqa: S101 - a text edit always has one
        # A QPlainTextEdit's document measures its height in lines, wrapped ones included.
        lines = min(max(int(document.size().height()), MIN_LINES), MAX_LINES)
        frame = 2 * self.frameWidth() + int(2 * document.documentMargin())
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + frame)
        over = len(self.text()) > MAX_INSTRUCTION
        self.setToolTip(f"{len(self.text()):,} of {MAX_INSTRUCTION:,} characters" if over else "")
