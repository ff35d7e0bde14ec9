"""Network: the way out through a company's proxy, whom to trust there, and news of versions."""

from __future__ import annotations

from ...backends.proxies import NONE, SYSTEM, checked
from ...editing.errors import SettingError
from ...qt import QtWidgets
from ...session.session import Session
from ...settings import Settings
from ...texts import tr
from ..settings_form import SettingsForm
from ..widgets import combo, line_edit, wrapping_label

NAMED = "named"
"""The choice of an address of one's own; the setting is the address itself."""


class NetworkPage(QtWidgets.QWidget):
    """Proxy, CA bundle, update notice."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        title = tr("Proxy")
        self._kind = combo(
            "layerEditProxyKind",
            title,
            {SYSTEM: tr("The system's"), NONE: tr("None"), NAMED: tr("This address:")},
        )
        self._address = line_edit(
            "layerEditProxy", tr("Proxy address"), "http://proxy.example:3128"
        )
        self._wrong = wrapping_label("layerEditProxyWrong")
        self._wrong.setVisible(False)
        self._form = SettingsForm()
        proxy = QtWidgets.QWidget()
        rows = QtWidgets.QVBoxLayout(proxy)
        rows.setContentsMargins(0, 0, 0, 0)
        for one in (self._kind, self._address, self._wrong):
            rows.addWidget(one)
        self._form.form.addRow(title, proxy)
        self._form.add_text(
            "ca_bundle",
            tr("CA bundle"),
            line_edit("layerEditCa", tr("CA bundle"), tr("PEM file of a company's proxy")),
        )
        self._form.add_text(
            "update_address",
            tr("Update notice"),
            line_edit(
                "layerEditUpdates",
                tr("Update notice"),
                tr("https address of the releases; empty: never looks"),
            ),
        )
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self._form)
        column.addStretch(1)
        self._form.changed.connect(session.change)
        self._kind.currentIndexChanged.connect(self._choose)
        self._address.editingFinished.connect(self._choose)

    def fill(self, settings: Settings) -> None:
        """Show these settings."""
        self._form.fill(settings)
        kind = settings.proxy if settings.proxy in (SYSTEM, NONE) else NAMED
        blocked = self._kind.blockSignals(True)
        self._kind.setCurrentIndex(self._kind.findData(kind))
        self._kind.blockSignals(blocked)
        if kind == NAMED:
            self._address.setText(settings.proxy)
        self._address.setVisible(kind == NAMED)

    def _choose(self) -> None:
        kind = self._kind.currentData()
        self._address.setVisible(kind == NAMED)
        self._wrong.setVisible(False)
        if kind != NAMED:
            self._session.change({"proxy": kind})
            return
        text = self._address.text().strip()
        if not text:
            # Not chosen before there is an address; until then the earlier choice holds.
            self._address.setFocus()
            return
        try:
            self._session.change({"proxy": checked(text)})
        except SettingError as error:
            self._wrong.setText(error.message)
            self._wrong.setVisible(True)
