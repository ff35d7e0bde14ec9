"""Asks a backend, on workers, what an edit costs and what the account holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..backends.base import Backend
from ..editing.errors import LayerEditError
from ..editing.geometry import Size
from ..editing.request import EditRequest, EncodedImage
from ..keys import KeyState, KeyStore
from ..money import Account
from ..qt import QtCore, Signal

ANY_REQUEST = EditRequest("price", (EncodedImage(b"-", "image/png", Size(2048, 2048)),))
"""For asking a price: it depends on the model alone."""


class AccountDesk(QtCore.QObject):
    """Signal, on the main thread: `changed(Account)` when price, balance or the key became known.

    `backends` gives the backend of a key, `plain` the same without an API key, which never waits
    for the keyring; `aside` runs a call on a worker.
    """

    changed = Signal(object)
    _heard = Signal(object)

    def __init__(
        self,
        backends: Callable[[str], Backend],
        plain: Callable[[str], Backend],
        keys: KeyStore,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.account = Account()
        self._backends = backends
        self._plain = plain
        self._asks = 0
        self._keys = keys
        self._aside = aside
        self._heard.connect(self._on_account)

    def ask(self, backend: str, model: str) -> None:
        """Ask that backend for the model's price and the account's balance.

        While the keyring has not answered yet, the price of the plugin's table comes first.
        """
        self._asks += 1
        number = self._asks
        self._aside(lambda: self._ask(number, backend, model))

    def test(self, backend: str) -> None:
        """Try the service without spending anything."""
        self._aside(lambda: self._heard.emit(self._tested(backend)))

    def _ask(self, number: int, key: str, model: str) -> None:
        if self._keys.state(key) is KeyState.UNKNOWN:
            self._heard.emit(self._known_price(key, model))
            self._keys.get(key)
            if number != self._asks:
                return  # asked anew while the keyring was waited for
        self._heard.emit(self._asked(key, model))

    def _known_price(self, key: str, model: str) -> Account:
        try:
            price = self._plain(key).price(replace(ANY_REQUEST, model=model))
        except LayerEditError as error:
            return Account(message=error.message)
        return Account() if price is None else Account(price.amount)

    def _asked(self, key: str, model: str) -> Account:
        try:
            backend = self._backends(key)
            price = backend.price(replace(ANY_REQUEST, model=model))
            if price is None:
                return Account()
            account = Account(price.amount)
            if not price.amount or not self._keys.get(key):
                return account
            return replace(account, balance=backend.check().balance)
        except LayerEditError as error:
            return Account(message=error.message)

    def _tested(self, key: str) -> Account:
        try:
            health = self._backends(key).check()
        except LayerEditError as error:
            return replace(self.account, tested=error.message, backend=key)
        # What one's own server says leaves a balance at the service as it was.
        balance = self.account.balance if health.balance is None else health.balance
        return replace(self.account, balance=balance, tested=health.sentence, backend=key)

    def _on_account(self, account: Account) -> None:
        self.account = account
        self.changed.emit(account)
