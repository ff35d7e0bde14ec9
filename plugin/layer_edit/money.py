"""What was spent, by job: each counts once, and not at all when it was refunded."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .editing.errors import LayerEditError
from .jobs.job import JobRecord, JobState
from .texts import ntr


class BudgetError(LayerEditError):
    """The edit would go beyond the session's budget; nothing was sent.

    `spent`: US dollars of the session with it, which the user may agree to.
    """

    def __init__(self, message: str, spent: float = 0.0) -> None:
        super().__init__(message)
        self.spent = spent


@dataclass(frozen=True)
class Account:
    """What the docker shows of money, in US dollars; None where it is not known.

    `price` is that of one edit. `message` says what is wrong
    with the account or its key, '' when nothing is; `tested` answers a test of the
    key or server of `backend`.
    """

    price: float | None = None
    balance: float | None = None
    message: str = ""
    tested: str = ""
    backend: str = ""


class Ledger:
    """Adds up the prices of the jobs it hears of."""

    def __init__(self) -> None:
        self._since = time.time()
        self._jobs: dict[str, JobRecord] = {}

    def hear(self, record: JobRecord) -> None:
        """Take note of a job as it now stands."""
        if _costs(record):
            self._jobs[record.id] = record
        else:
            self._jobs.pop(record.id, None)

    @property
    def session(self) -> float:
        """US dollars for jobs made since the start."""
        return sum(one.price or 0 for one in self._jobs.values() if one.created >= self._since)

    def document(self, key: str) -> float:
        """US dollars for the jobs of one document, by `JobRecord.document_key`."""
        return sum(one.price or 0 for one in self._jobs.values() if key == one.document_key)

    def check(
        self,
        price: float | None,
        budget: float,
        edits: int = 1,
        promised: float = 0.0,
        agreed: float = 0.0,
    ) -> None:
        """Raise BudgetError when that many edits, `price` together, would go beyond the budget.

        `promised`: what edits will cost that were begun and not sent yet. A budget of 0 is none.
        `agreed`: the session may cost as much for once, by the user's word to a BudgetError.
        """
        spent = self.session + promised + (price or 0.0)
        if budget <= 0 or not price or spent <= max(budget, agreed) + 1e-9:
            return
        raise BudgetError(
            ntr(
                "This edit would bring the session to {spent}, beyond the budget of {budget}; "
                "nothing was sent.",
                "These {number} edits would bring the session to {spent}, beyond the budget of "
                "{budget}; nothing was sent.",
                edits,
                spent=f"${spent:.2f}",
                budget=f"${budget:.2f}",
            ),
            spent,
        )


def _costs(record: JobRecord) -> bool:
    """Sent and not refunded: services refund what failed on their side."""
    if record.price is None or record.sent_at is None:
        return False
    return record.state is not JobState.FAILED
