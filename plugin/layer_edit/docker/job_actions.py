"""What can be done with the selected job: only the buttons that make sense for its state."""

from __future__ import annotations

from ..jobs.job import JobRecord, JobState
from ..qt import QtWidgets, Signal
from .widgets import button

_INSERT = ("insert", "Insert", "Make a layer of the kept result. Free.")
_RESUME = ("resume", "Resume", "Collect the result from the service. Free.")
_LOOK = ("resume", "Look again", "Look for it in the service's history. Free.")
_SEND = ("send_again", "Send again", "Send it once more; if the first one was accepted too, "
         "it is paid for twice.")  # fmt: skip
_FORGET = ("forget", "Give up", "Do not go on with it.")

_BY_STATE = {
    JobState.READY: (_INSERT, _FORGET),
    JobState.PLACED: (_INSERT,),
    JobState.INTERRUPTED: (_RESUME, _FORGET),
    JobState.UNCERTAIN: (_LOOK, _SEND, _FORGET),
}


class JobActions(QtWidgets.QWidget):
    """Signal: `wanted(str, JobRecord)` with what is to be done."""

    wanted = Signal(str, object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QtWidgets.QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._record: JobRecord | None = None
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self.setVisible(False)

    def show_for(self, record: JobRecord | None) -> None:
        """Offer what fits this job; None hides the row."""
        self._record = record
        actions = _BY_STATE.get(record.state, ()) if record else ()
        if actions != self._shown:
            self._shown = actions
            self._rebuild()
        self.setVisible(bool(actions))

    def _rebuild(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for method, title, tip in self._shown:
            made = button(f"layerEdit-{method}", title)
            made.setToolTip(tip)
            made.clicked.connect(lambda _checked=False, name=method: self._want(name))
            self._row.addWidget(made)

    def _want(self, method: str) -> None:
        if self._record is not None:
            self.wanted.emit(method, self._record)
