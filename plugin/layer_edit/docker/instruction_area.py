"""The instruction and what helps with it: presets, the Change / Keep builder, hints."""

from __future__ import annotations

from collections.abc import Callable

from ..editing.hints import says_what_stays, split_tasks
from ..editing.prompts import Wording, read, write
from ..qt import QtCore, QtWidgets, Signal
from ..session.words_desk import WordsDesk
from ..texts import ntr, tr
from .flow import FlowLayout
from .instruction import InstructionBox
from .keep_builder import KeepBuilder
from .presets_popup import PresetsPopup
from .widgets import tool_button, wrapping_label

PAUSE = 600
"""Milliseconds without typing after which a hint may show."""


class InstructionArea(QtWidgets.QWidget):
    """Signals: `submitted()`; `changed()` of the text; `steps_wanted(tuple)` of one task per line.

    `steps_on` says whether each line is a step already.
    """

    submitted = Signal()
    changed = Signal()
    steps_wanted = Signal(object)

    def __init__(self, desk: WordsDesk, steps_on: Callable[[], bool]) -> None:
        super().__init__()
        self._desk = desk
        self._steps_on = steps_on
        self._for_ai = False
        self._hidden: set[str] = set()
        self._tasks: tuple[str, ...] = ()
        self._writing = False
        self._kind = ""
        self._build()
        self._connect()
        self._take_words()

    def text(self) -> str:
        """The instruction as typed."""
        return self._box.text()

    def begin(self) -> None:
        """Put the cursor into the box, all of its text selected: typing replaces it."""
        self._box.setFocus()
        self._box.selectAll()

    def put(self, text: str) -> None:
        """Replace the instruction; Ctrl+Z brings the old one back."""
        self._box.put(text)

    def is_complete(self) -> bool:
        """False when a preset's {placeholder} is still to be typed over: it is selected, and the
        hint line says so."""
        place = self._box.open_place()
        if not place:
            return True
        self._box.select_open_place(from_start=True)
        self._box.setFocus()
        self._show_hint("place", tr("Type what stands for {place} first.", place=place), "")
        return False

    def set_for_ai(self, for_ai: bool) -> None:
        """Whether the chosen backend is a model: the builder and the hints concern only those."""
        self._for_ai = for_ai
        self._toggle.setVisible(for_ai)
        if not for_ai:
            self._toggle.setChecked(False)
        self._popup.set_for_ai(for_ai)
        self._look()

    def _build(self) -> None:
        self._box = InstructionBox()
        self.setFocusProxy(self._box)
        self._presets = tool_button(
            "layerEditPresets", tr("Presets"), tr("Instructions to start from, and your own.")
        )
        self._presets.setArrowType(QtCore.Qt.ArrowType.DownArrow)
        self._presets.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle = tool_button(
            "layerEditBuilderToggle",
            tr("Change / Keep"),
            tr("Writes the instruction from one change and what stays."),
        )
        self._toggle.setCheckable(True)
        self._builder = KeepBuilder()
        self._builder.setVisible(False)
        self._popup = PresetsPopup(self._desk, self)
        self._hint = wrapping_label("layerEditHint")
        self._action = tool_button("layerEditHintAction", "", "")
        self._hide = tool_button("layerEditHintHide", "×", tr("Do not show this hint again."))
        self._hide.setAccessibleName(tr("Hide this hint"))
        self._hide.setAutoRaise(True)
        self._hint_row = QtWidgets.QWidget()
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        tools = FlowLayout()
        tools.addWidget(self._presets)
        tools.addWidget(self._toggle)
        hint = QtWidgets.QGridLayout(self._hint_row)
        hint.setContentsMargins(0, 0, 0, 0)
        hint.setColumnStretch(0, 1)
        hint.addWidget(self._hint, 0, 0)
        hint.addWidget(self._hide, 0, 1, QtCore.Qt.AlignmentFlag.AlignTop)
        hint.addWidget(self._action, 1, 0, QtCore.Qt.AlignmentFlag.AlignLeft)
        self._hint_row.setVisible(False)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._box)
        layout.addLayout(tools)
        layout.addWidget(self._builder)
        layout.addWidget(self._hint_row)

    def _connect(self) -> None:
        self._box.submitted.connect(self.submitted)
        self._box.textChanged.connect(self._typed)
        self._box.textChanged.connect(self.changed)
        self._builder.submitted.connect(self.submitted)
        self._builder.changed.connect(self._built)
        self._toggle.toggled.connect(self._open_builder)
        self._presets.clicked.connect(self._open_presets)
        self._popup.chosen.connect(self._take_preset)
        self._action.clicked.connect(self._act)
        self._hide.clicked.connect(self._hide_hint)
        self._timer.timeout.connect(self._look)
        self._desk.changed.connect(self._take_words)

    def _take_words(self) -> None:
        self._box.set_history(self._desk.history)

    # -- presets -----------------------------------------------------------------------------------

    def _open_presets(self) -> None:
        self._popup.open_below(self._presets, self.width(), self.text())

    def _take_preset(self, text: str) -> None:
        self.put(text)
        self._box.setFocus()

    # -- the builder -------------------------------------------------------------------------------

    def _open_builder(self, is_open: bool) -> None:
        self._builder.setVisible(is_open)
        if is_open:
            self._follow()
            self._builder.start()
        self._look()

    def _built(self, wording: Wording) -> None:
        self._writing = True
        try:
            self._box.put(write(wording))
        finally:
            self._writing = False

    def _follow(self) -> None:
        """Show in the builder what the text says. A text of another form is taken whole as the
        change, so that nothing of it is lost when a chip is clicked."""
        self._builder.show_wording(read(self.text()) or Wording(self.text()))

    def _typed(self) -> None:
        if self._toggle.isChecked() and not self._writing:
            self._follow()
        # While typing no hint appears, but one that is no longer true goes at once.
        if self._hint_row.isVisible():
            self._look()
        self._timer.start()

    # -- hints -------------------------------------------------------------------------------------

    def _look(self) -> None:
        text = self.text()
        tasks = split_tasks(text) if self._for_ai and not self._steps_on() else ()
        if tasks == tuple(text.splitlines()):
            tasks = ()
        self._tasks = tasks
        if tasks and "split" not in self._hidden:
            found = ntr(
                "This is {number} task: one at a time keeps more of the picture.",
                "These are {number} tasks: one at a time keeps more of the picture.",
                len(tasks),
            )
            self._show_hint("split", found, tr("Split into steps"))
        elif self._lacks_keep(text):
            found = tr("Nothing is said to stay: naming it keeps the picture closer to yours.")
            self._show_hint("keep", found, tr("Keep the rest…"))
        else:
            self._show_hint("", "", "")

    def _lacks_keep(self, text: str) -> bool:
        is_shown = self._for_ai and "keep" not in self._hidden and not self._toggle.isChecked()
        return is_shown and not says_what_stays(text)

    def _show_hint(self, kind: str, text: str, action: str) -> None:
        self._kind = kind
        self._hint.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._hide.setVisible(bool(action))
        self._hint_row.setVisible(bool(text))

    def _act(self) -> None:
        if self._kind == "split":
            self.steps_wanted.emit(self._tasks)
        else:
            self._toggle.setChecked(True)
        self._look()

    def _hide_hint(self) -> None:
        self._hidden.add(self._kind)
        self._look()
        self._box.setFocus()
