"""How much: numbers with units, and words such as 'slightly', read from an instruction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ...texts import ntr


class Unit(Enum):
    """What a number counts. PLAIN is a number without a unit, read in the adjustment's own."""

    PERCENT = "%"
    STOPS = "stops"
    DEGREES = "degrees"
    PIXELS = "px"
    LEVELS = "levels"
    PLAIN = ""


def unit_words(unit: Unit, amount: float) -> str:
    """The unit after that number, such as 'stop' or 'stops'; '' for a plain number."""
    number = 1 if abs(amount) == 1 else 2
    if unit is Unit.STOPS:
        return ntr("stop", "stops", number)
    if unit is Unit.DEGREES:
        return ntr("degree", "degrees", number)
    if unit is Unit.LEVELS:
        return ntr("level", "levels", number)
    return str(unit.value)


UNITS = MappingProxyType(
    {
        "%": Unit.PERCENT,
        "percent": Unit.PERCENT,
        "stop": Unit.STOPS,
        "stops": Unit.STOPS,
        "ev": Unit.STOPS,
        "°": Unit.DEGREES,
        "degree": Unit.DEGREES,
        "degrees": Unit.DEGREES,
        "deg": Unit.DEGREES,
        "px": Unit.PIXELS,
        "pixel": Unit.PIXELS,
        "pixels": Unit.PIXELS,
        "level": Unit.LEVELS,
        "levels": Unit.LEVELS,
    }
)
"""What may follow a number."""

NUMBER_WORDS = MappingProxyType(
    {
        "half": 0.5,
        "one": 1.0,
        "two": 2.0,
        "three": 3.0,
        "four": 4.0,
        "five": 5.0,
        "six": 6.0,
        "eight": 8.0,
        "ten": 10.0,
        "twenty": 20.0,
        "thirty": 30.0,
        "forty": 40.0,
        "fifty": 50.0,
    }
)

FACTORS = MappingProxyType(
    {
        "very slightly": 0.25,
        "slightly": 0.5,
        "slight": 0.5,
        "subtle": 0.5,
        "subtly": 0.5,
        "gently": 0.5,
        "gentle": 0.5,
        "mild": 0.5,
        "mildly": 0.5,
        "little": 0.5,
        "little bit": 0.5,
        "bit": 0.5,
        "tiny bit": 0.25,
        "touch": 0.5,
        "tad": 0.5,
        "somewhat": 0.75,
        "moderately": 1.0,
        "quite": 1.5,
        "quite bit": 1.5,
        "clearly": 1.5,
        "considerably": 1.75,
        "much": 2.0,
        "very": 2.0,
        "very much": 2.0,
        "lot": 2.0,
        "lots": 2.0,
        "really": 2.0,
        "strongly": 2.0,
        "strong": 2.0,
        "heavily": 2.0,
        "heavy": 2.0,
        "greatly": 2.0,
        "significantly": 2.0,
        "very strongly": 2.5,
        "very strong": 2.5,
        "extremely": 3.0,
        "extreme": 3.0,
    }
)
"""What an amount word multiplies an adjustment's usual amount by (articles are left out)."""


@dataclass(frozen=True)
class Amount:
    """A number read from the text. `signed` tells '+20' and '-20' from '20'."""

    value: float
    unit: Unit
    signed: bool = False

    def __str__(self) -> str:
        number = f"{self.value:+g}" if self.signed else f"{self.value:g}"
        if self.unit is Unit.PERCENT:
            return f"{number}%"
        return f"{number} {self.unit.value}".rstrip()
