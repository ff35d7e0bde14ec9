"""Backends: which one edits, and what each of them needs: key, address."""

from __future__ import annotations

from ...assembly import TITLES
from ...keys import ENVIRONMENT, KeyState
from ...money import Account
from ...qt import QtWidgets
from ...session.key_desk import KeyNews
from ...session.session import Session
from ...settings import Settings
from ...texts import tr
from ..key_row import KeyRow
from ..own_server import ADDRESSES, NAMES, AddressRow, ServerForm
from ..settings_form import SettingsForm
from ..widgets import button, check_box, combo, line_edit, spin_box, wrapping_label

KEY = "wavespeed"


class BackendsPage(QtWidgets.QWidget):
    """The chosen backend, then a group for each that has something to set."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        chosen = SettingsForm()
        title = tr("Backend")
        titles = {key: tr(text) for key, text in TITLES.items()}
        chosen.add_choice("backend", title, combo("layerEditChosenBackend", title, titles))
        self._forms = (chosen, _WaveSpeedForm())
        self._servers = [ServerPart(session, key) for key in ADDRESSES]
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(chosen)
        group = QtWidgets.QGroupBox(tr(TITLES[KEY]))
        inside = QtWidgets.QVBoxLayout(group)
        self.keys = KeyPart(session)
        inside.addWidget(self.keys)
        inside.addWidget(self._forms[1])
        for part in (group, *self._servers):
            column.addWidget(part)
        column.addStretch(1)
        for form in self._forms:
            form.changed.connect(session.change)

    def fill(self, settings: Settings) -> None:
        """Show these settings."""
        for form in self._forms:
            form.fill(settings)
        for server in self._servers:
            server.fill(settings)


class KeyPart(QtWidgets.QWidget):
    """Enter, test and forget the WaveSpeed key; says how it stands."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._is_tested = False
        self._row = KeyRow()
        self._state = QtWidgets.QLabel()
        self._state.setObjectName("layerEditKeyState")
        self._state.setWordWrap(True)
        self._test = button("layerEditTestKey", tr("Test key"))
        self._test.setToolTip(tr("Asks the service for the balance. Free."))
        self._forget = button("layerEditForgetKey", tr("Forget key"))
        buttons = QtWidgets.QHBoxLayout()
        buttons.addWidget(self._test)
        buttons.addWidget(self._forget)
        buttons.addStretch(1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        column.addWidget(self._state)
        column.addLayout(buttons)
        self._row.entered.connect(self._keep)
        self._test.clicked.connect(self._ask)
        self._forget.clicked.connect(lambda: self._keep(""))
        session.desk.changed.connect(self._heard)
        session.key_desk.told.connect(self._kept)
        session.key_desk.changed.connect(self._show_state)
        session.chosen.connect(self._show_state)
        self._show_state()

    def start(self) -> None:
        """Put the cursor into the field."""
        self._row.start()

    def _keep(self, key: str) -> None:
        self._is_tested = False
        self._session.set_key(KEY, key)
        if key:
            self._state.setText(tr("The key is set, and is being kept …"))

    def _kept(self, news: KeyNews) -> None:
        # What the service says of the key is worth more than where the key is.
        if news.backend == KEY and (news.error is not None or not self._is_tested):
            self._state.setText(news.sentence)

    def _ask(self) -> None:
        self._is_tested = True
        self._state.setText(tr("Testing the key …"))
        self._session.desk.test(KEY)

    def _heard(self, account: Account) -> None:
        if account.tested and account.backend == KEY:
            self._state.setText(account.tested)

    def _show_state(self, *_: object) -> None:
        keys = self._session.key_desk
        state, is_fixed = keys.state(KEY), keys.is_from_environment(KEY)
        if is_fixed:
            text = tr("The key comes from {variable}.", variable=ENVIRONMENT[KEY])
        elif state is KeyState.UNKNOWN:
            text = tr("The system's keyring is being asked for the key …")
        else:
            text = tr("A key is set.") if state is KeyState.SET else tr("No key is set.")
        self._state.setText(text)
        self._row.setEnabled(not is_fixed)
        self._forget.setEnabled(state is KeyState.SET and not is_fixed)
        self._test.setEnabled(state is KeyState.SET)


class ServerPart(QtWidgets.QGroupBox):
    """Address, test and options of one's own server; says how it stands."""

    def __init__(self, session: Session, backend: str) -> None:
        super().__init__(tr(TITLES[backend]))
        self._session = session
        self._backend = backend
        self._address = AddressRow(backend)
        self._form = ServerForm(backend)
        self._form.form.insertRow(0, tr("Address"), self._address)
        self._state = wrapping_label(f"layerEdit{NAMES[backend]}State")
        self._state.setVisible(False)
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self._form)
        column.addWidget(self._state)
        for part in (self._address, self._form):
            part.changed.connect(session.change)
        self._address.test.connect(self._ask)
        self._form.key_entered.connect(self._keep)
        session.desk.changed.connect(self._heard)
        session.key_desk.told.connect(self._kept)

    def fill(self, settings: Settings) -> None:
        """Show these settings."""
        self._address.fill(settings)
        self._form.fill(settings)

    def _ask(self) -> None:
        self._form.take_key()
        self._say(tr("Testing the server"))
        self._session.desk.test(self._backend)

    def _keep(self, key: str) -> None:
        self._session.set_key(self._backend, key)

    def _kept(self, news: KeyNews) -> None:
        # Not over what the server has said, or is being asked.
        if news.backend == self._backend and (news.error is not None or not self._state.text()):
            self._say(news.sentence)

    def _heard(self, account: Account) -> None:
        if account.tested and account.backend == self._backend:
            self._say(account.tested)

    def _say(self, text: str) -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))


class _WaveSpeedForm(SettingsForm):
    """Where the service is, and how it is spoken to."""

    def __init__(self) -> None:
        super().__init__()
        self.add_text(
            "wavespeed_url",
            tr("Address"),
            line_edit("layerEditUrl", tr("Address"), tr("https, or http on this machine")),
            default=Settings().wavespeed_url,
        )
        self.add_number(
            "slots",
            tr("Jobs at once"),
            spin_box("layerEditSlots", tr("Jobs at once"), (1, 64)),
            tr("As many as the account's tier allows; Bronze: 2."),
        )
        self.add_tick(
            "sync_mode",
            check_box(
                "layerEditSync",
                tr("Answer with the result"),
                tr("The API's sync mode: one long request."),
            ),
        )
        self.add_tick(
            "base64_output",
            check_box(
                "layerEditBase64",
                tr("Result inside the answer"),
                tr("As base64 text in place of an address."),
            ),
        )
