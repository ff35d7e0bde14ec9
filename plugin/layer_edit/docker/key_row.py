"""One line for the API key, shown only when the chosen backend has none."""

from __future__ import annotations

from ..qt import QtWidgets, Signal
from ..texts import tr
from .widgets import button


class KeyRow(QtWidgets.QWidget):
    """Signal: `entered(str)` with the key; the field is emptied at once."""

    entered = Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = QtWidgets.QLineEdit()
        self._field.setObjectName("layerEditKey")
        self._field.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        self._field.setPlaceholderText(tr("WaveSpeed API key"))
        self._field.setAccessibleName(tr("WaveSpeed API key"))
        keep = button("layerEditKeepKey", tr("Keep key"))
        keep.setToolTip(
            tr("Keeps the key in the system's keyring, or else in a file that only you can read.")
        )
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._field, 1)
        row.addWidget(keep)
        keep.clicked.connect(self._enter)
        self._field.returnPressed.connect(self._enter)

    def start(self) -> None:
        """Put the cursor into the field."""
        self._field.setFocus()

    def _enter(self) -> None:
        key = self._field.text().strip()
        if key:
            self._field.clear()
            self.entered.emit(key)
