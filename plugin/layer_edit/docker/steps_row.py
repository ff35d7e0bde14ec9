"""Steps that were not started wait for the user's word: go on with them, or drop them."""

from __future__ import annotations

from collections.abc import Sequence

from ..qt import QtWidgets, Signal
from ..session.chains import Link
from ..texts import ntr, tr
from .widgets import button, wrapping_label

SHOWN = 60
"""Characters of an instruction."""


class StepsRow(QtWidgets.QWidget):
    """Hidden while nothing waits. Signals: `resumed()`, `dropped()`."""

    resumed = Signal()
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = wrapping_label("layerEditStepsHeld")
        self._resume = button("layerEditStepsResume", tr("Go on"))
        self._resume.clicked.connect(self.resumed)
        drop = button("layerEditStepsDrop", tr("Drop"))
        drop.setToolTip(tr("Do not carry these steps out; what is there already stays."))
        drop.clicked.connect(self.dropped)
        buttons = QtWidgets.QHBoxLayout()
        buttons.addWidget(self._resume, 1)
        buttons.addWidget(drop)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        self.setVisible(False)

    def show_links(self, held: Sequence[Link]) -> None:
        """Say how many steps wait and what they cost."""
        self.setVisible(bool(held))
        if not held:
            return
        number = sum(link.left for link in held)
        first = " ".join(held[0].task.next[0].instruction.split())
        if len(first) > SHOWN:
            first = first[: SHOWN - 1].rstrip() + "…"
        self._text.setText(
            ntr(
                "{number} step was not started: '{first}'.",
                "{number} steps were not started, the next one is '{first}'.",
                number,
                first=first,
            )
        )
        price = sum((link.price or 0.0) * link.left for link in held)
        self._resume.setText(tr("Go on") + (f"  (${price:.2f})" if price else ""))
