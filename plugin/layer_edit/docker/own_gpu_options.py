"""Options of one's own servers in the docker: address and test, and under 'More' the rest."""

from __future__ import annotations

from ..qt import QtWidgets, Signal
from ..settings import Settings
from .own_server import ADDRESSES, IMAGES, AddressRow, ServerForm


class OwnGpuOptions(QtWidgets.QWidget):
    """Signals: `changed(dict)` of settings by name; `test()`; `key_entered(str)`, '' forgets it."""

    changed = Signal(object)
    test = Signal()
    key_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._addresses = {key: AddressRow(key) for key in ADDRESSES}
        self._forms = {key: ServerForm(key) for key in ADDRESSES}
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for key, row in self._addresses.items():
            layout.addWidget(row)
            layout.addWidget(self._forms[key])
            row.changed.connect(self.changed)
            row.test.connect(self._ask_test)
            self._forms[key].changed.connect(self.changed)
        self._forms[IMAGES].key_entered.connect(self.key_entered)

    def show_for(self, settings: Settings, is_more: bool) -> None:
        """Show what belongs to the chosen backend, nothing for others; `is_more` with all of it."""
        for key, row in self._addresses.items():
            row.fill(settings)
            self._forms[key].fill(settings)
            row.setVisible(key == settings.backend)
            self._forms[key].setVisible(is_more and key == settings.backend)
        self.setVisible(settings.backend in ADDRESSES)

    def _ask_test(self) -> None:
        self._forms[IMAGES].take_key()
        self.test.emit()
