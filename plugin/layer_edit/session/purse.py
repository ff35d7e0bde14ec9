"""Whether an edit is within the budget: what it costs at its own backend, and what was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..jobs.job import JobRecord
from ..money import Ledger
from ..settings import Settings
from .chains import Chains
from .prices import Prices


class Purse:
    """All amounts are US dollars. `settings` and `records` give them as they are at the call.

    `agreed`: what the session may cost for once, by the user's word.
    """

    def __init__(
        self,
        ledger: Ledger,
        prices: Prices,
        chains: Chains,
        settings: Callable[[], Settings],
        records: Callable[[], Iterable[JobRecord]],
    ) -> None:
        self._ledger = ledger
        self._prices = prices
        self._chains = chains
        self._settings = settings
        self._records = records

    def price(self) -> float | None:
        """Of one edit with the chosen backend and model; None where nothing costs."""
        settings = self._settings()
        return self._prices.price(settings.backend, settings.model)

    def price_again(self, record: JobRecord) -> float | None:
        """Of a job like that one, whatever backend is chosen now."""
        return self._prices.price(record.wish.backend, record.wish.model)

    def check(self, jobs: int, agreed: float = 0.0) -> None:
        """Raise BudgetError when that many edits with the chosen backend are beyond the budget."""
        self._check((self.price() or 0.0) * jobs, jobs, agreed)

    def check_again(self, record: JobRecord, agreed: float = 0.0) -> None:
        """The same for one more job like that one."""
        self._check(self.price_again(record) or 0.0, 1, agreed)

    def check_held(self, agreed: float = 0.0) -> None:
        """The same for all steps that are held."""
        held = self._chains.held
        price = sum((link.price or 0.0) * link.left for link in held)
        self._check(price, sum(link.left for link in held), agreed)

    def _check(self, price: float, jobs: int, agreed: float) -> None:
        self._ledger.check(price, self._settings().budget, jobs, self._promised(), agreed)

    def _promised(self) -> float:
        """What other clicks have still to send."""
        waiting = sum(
            self.price_again(record) or 0.0
            for record in self._records()
            if record.state.is_active and record.sent_at is None
        )
        return waiting + self._chains.promised
