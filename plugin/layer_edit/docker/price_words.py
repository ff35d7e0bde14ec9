"""What the button says: how many edits a click makes, and what all of them cost."""

from __future__ import annotations

from dataclasses import dataclass

from ..texts import ntr, tr


def priced(words: str, price: float | None) -> str:
    """'Retry  ($0.04)': a button's words and what a click costs in US dollars, 0 on a GPU of one's
    own; None leaves the words alone."""
    if price is None:
        return words
    return f"{words}  ({f'${price:.2f}' if price else tr('own GPU')})"


@dataclass(frozen=True)
class Offer:
    """A click in numbers: `tasks` for each of `layers`; `price` in US dollars a job, 0 on a
    GPU of one's own, None where nothing is to be said."""

    tasks: int = 1
    layers: int = 1
    price: float | None = None

    @property
    def jobs(self) -> int:
        """How many edits it makes."""
        return self.tasks * self.layers

    @property
    def button(self) -> str:
        """'Edit', 'Edit 3 layers', 'Make 12 edits', followed by the whole price."""
        if self.tasks > 1:
            words = ntr("Make {number} edit", "Make {number} edits", self.jobs)
        elif self.layers > 1:
            words = ntr("Edit {number} layer", "Edit {number} layers", self.layers)
        else:
            words = tr("Edit")
        return priced(words, None if self.price is None else self.price * self.jobs)

    @property
    def sum(self) -> str:
        """'12 × $0.04 = $0.48'; '' where there is nothing to add up."""
        if not self.price or self.jobs == 1:
            return ""
        return f"{self.jobs} × ${self.price:.2f} = ${self.price * self.jobs:.2f}"
