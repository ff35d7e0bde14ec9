"""The Change / Keep builder: a field for the change and chips for what stays."""

from __future__ import annotations

from ..editing.prompts import KEPT, Kept, Wording
from ..editing.request import MAX_INSTRUCTION
from ..qt import QtCore, QtGui, QtWidgets, Signal
from ..texts import tr
from .flow import FlowLayout
from .instruction import is_submitting, is_typing
from .widgets import line_edit


class Chip(QtWidgets.QToolButton):
    """Something that can stay; a tick says that it does, not the colour alone."""

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self.key = kept.key
        self._title = tr(kept.title)
        self.setObjectName(f"layerEditKeep_{kept.key}")
        self.setAccessibleName(tr("Keep: {thing}", thing=self._title))
        self.setCheckable(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self._say(True)
        # As wide as with its tick: ticking one must not move the others.
        self._room = self.sizeHint().width()
        self._say(False)
        self.toggled.connect(self._say)

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """The same, ticked or not."""
        own = super().sizeHint()
        return QtCore.QSize(max(own.width(), getattr(self, "_room", 0)), own.height())

    def _say(self, is_kept: bool) -> None:
        self.setText(f"✓ {self._title}" if is_kept else self._title)


class ChangeField(QtWidgets.QLineEdit):
    """A line of text that keeps Krita's shortcuts out."""

    def event(self, event: QtCore.QEvent | None) -> bool:
        """Claim typed keys before Krita takes them for its shortcuts."""
        is_asked = event is not None and event.type() == QtCore.QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QtGui.QKeyEvent) and is_typing(event):
            event.accept()
            return True
        return super().event(event)


class KeepBuilder(QtWidgets.QWidget):
    """Signals: `changed(Wording)` by the artist's hand; `submitted()` on Shift+ or Ctrl+Enter."""

    changed = Signal(object)
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("layerEditBuilder")
        hint = tr("for example: the jacket to black leather")
        self._change = line_edit("layerEditChange", tr("Change"), hint, ChangeField())
        self._change.setMaxLength(MAX_INSTRUCTION)
        self._chips = [Chip(kept) for kept in KEPT]
        change = QtWidgets.QLabel(tr("Change"))
        change.setBuddy(self._change)
        row = QtWidgets.QHBoxLayout()
        row.addWidget(change)
        row.addWidget(self._change, 1)
        chips = FlowLayout()
        keep = QtWidgets.QLabel(tr("Keep"))
        keep.setMinimumHeight(self._chips[0].sizeHint().height())
        chips.addWidget(keep)
        for chip in self._chips:
            chips.addWidget(chip)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addLayout(chips)
        self._change.textEdited.connect(self._tell)
        for chip in self._chips:
            chip.clicked.connect(self._tell)

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Shift+Enter and Ctrl+Enter submit from here too; Qt's fields leave them to us."""
        if event is not None and is_submitting(event):
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def show_wording(self, wording: Wording) -> None:
        """Take what the text says, without telling of it; what is being typed is left alone."""
        if wording.change != Wording(self._change.text()).tidied().change:
            self._change.setText(wording.change)
        for chip in self._chips:
            chip.setChecked(chip.key in wording.kept)

    def wording(self) -> Wording:
        """What the field and the chips say."""
        return Wording(
            self._change.text(), tuple(one.key for one in self._chips if one.isChecked())
        )

    def start(self) -> None:
        """Put the cursor where something is missing: the change, else what stays."""
        (self._chips[0] if self._change.text() else self._change).setFocus()

    def _tell(self) -> None:
        self.changed.emit(self.wording())
