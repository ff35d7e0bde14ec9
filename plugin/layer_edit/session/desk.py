"""Asks a backend, on workers, what an edit costs and what the account holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ..backends.base import Backend
from ..editing.errors import LayerEditError
from ..editing.geometry import Size
from ..editing.request import EditRequest, EncodedImage
from ..keys import KeyState, KeyStore
from ..money import Account
from ..qt import QtCore, Signal
from .prices import Prices

ANY_REQUEST = EditRequest("price", (EncodedImage(b"-", "image/png", Size(2048, 2048)),))
"""For asking a price: it depends on the model alone."""


@dataclass(frozen=True)
class _Answer:
    """To the question of that number; `price` is of one edit with that backend and model, and
    `is_test` says that the key or server was tried, and nothing asked about the price."""

    number: int
    backend: str
    model: str
    account: Account
    is_test: bool = False


class AccountDesk(QtCore.QObject):
    """Signal, on the main thread: `changed(Account)` when price, balance or the key became known.

    `backends` gives the backend of a key, and may wait for the keyring; `aside` runs a call on a
    worker.
    """

    changed = Signal(object)
    _heard = Signal(object)

    def __init__(
        self,
        backends: Callable[[str], Backend],
        keys: KeyStore,
        prices: Prices,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.account = Account()
        self._backends = backends
        self._keys = keys
        self._prices = prices
        self._aside = aside
        self._number = 0
        self._asked_for = ("", "")
        self._heard.connect(self._on_answer)

    def ask(self, backend: str, model: str) -> None:
        """Ask that backend for the model's price and the account's balance.

        Until it answers, the account is empty when another backend or model was asked about before.
        """
        self._number += 1
        if (backend, model) != self._asked_for:
            self._asked_for = backend, model
            self._show(Account(self._prices.price(backend, model)))
        number = self._number
        self._aside(lambda: self._ask(number, backend, model))

    def test(self, backend: str) -> None:
        """Try the service without spending anything."""
        self._aside(
            lambda: self._heard.emit(_Answer(0, backend, "", self._tested(backend), is_test=True))
        )

    def _ask(self, number: int, key: str, model: str) -> None:
        if self._keys.state(key) is KeyState.UNKNOWN:
            with suppress(LayerEditError):  # which `_asked` meets again
                self._backends(key)
            if number != self._number:
                return  # asked anew while the keyring was waited for
        self._heard.emit(_Answer(number, key, model, self._asked(key, model)))

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
            return Account(tested=error.message, backend=key)
        return Account(balance=health.balance, tested=health.sentence, backend=key)

    def _on_answer(self, answer: _Answer) -> None:
        account = answer.account
        if not answer.is_test and not account.message:
            self._prices.learn(answer.backend, answer.model, account.price)
        if answer.is_test:
            self._show_tested(account)
        elif answer.number == self._number:
            # Else another backend or model was chosen meanwhile, and its answer is on its way.
            self._show(account)

    def _show_tested(self, account: Account) -> None:
        """Another backend than the chosen one may have been tested: its balance is not ours."""
        balance = self.account.balance
        if account.backend == self._asked_for[0] and account.balance is not None:
            balance = account.balance
        tested = replace(
            self.account, balance=balance, tested=account.tested, backend=account.backend
        )
        self._show(tested)

    def _show(self, account: Account) -> None:
        self.account = account
        self.changed.emit(account)
