"""What one edit costs, by backend and model: as the service said last, else as the table has it."""

from __future__ import annotations

from ..assembly import list_price


class Prices:
    """All amounts are US dollars. For one thread."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float | None] = {}

    def price(self, backend: str, model: str) -> float | None:
        """Of one edit; None where nothing costs or where it is not known."""
        key = backend, model
        if key not in self._known:
            self._known[key] = list_price(backend, model)
        return self._known[key]

    def learn(self, backend: str, model: str, price: float | None) -> None:
        """The service has answered."""
        self._known[backend, model] = price
