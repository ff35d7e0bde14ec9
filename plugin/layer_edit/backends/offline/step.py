"""What the parser hands to the engine: values without any text left to interpret."""

from __future__ import annotations

from dataclasses import dataclass

from ...texts import tr
from .adjustment import Op
from .amounts import unit_words
from .colours import Colour
from .vocabulary import adjustment_of


@dataclass(frozen=True)
class Step:
    """One adjustment.

    `amount` is in the unit of the vocabulary's entry (percent as 20 for 20%, stops, degrees,
    pixels, levels, gamma); it is negative for less, and None where the picture's size decides, in
    which case `factor` multiplies the usual size. Tint is negative for green. `colours` are source
    and target of a recolouring, or the two of a duotone. `noun` is the word said after the source
    colour ('flower').
    """

    op: Op
    amount: float | None = None
    factor: float = 1.0
    colours: tuple[Colour, ...] = ()
    noun: str = ""

    def describe(self) -> str:
        """The step as it is told to the user: 'brightness +20%', 'yellow to magenta'."""
        names = tuple(colour.name for colour in self.colours)
        if self.op is Op.RECOLOUR:
            return tr("{one} to {other}", one=names[0], other=names[1])
        if self.op is Op.DUOTONE:
            return tr("duotone in {one} and {other}", one=names[0], other=names[1])
        adjustment = adjustment_of(self.op)
        if self.amount is None or adjustment.unit is None:
            return tr(self.op.value)
        name, amount = tr(self.op.value), self.amount
        if self.op is Op.TINT:
            name, amount = (tr("green tint") if amount < 0 else tr("magenta tint")), abs(amount)
        sign = "+" if adjustment.signed and self.op is not Op.TINT else ""
        unit = unit_words(adjustment.unit, amount)
        space = "" if unit in ("%", "") else " "
        number = f"{amount:{sign}.3g}"
        return f"{name} {number}{space}{unit}"


@dataclass(frozen=True)
class Plan:
    """A whole instruction: the steps in order, and what was said to be kept, word for word."""

    steps: tuple[Step, ...]
    kept: tuple[str, ...] = ()
