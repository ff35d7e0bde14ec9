"""What an adjustment is: its name, the words for it and the amounts that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ...texts import N_
from .amounts import Unit


class Op(Enum):
    """Every adjustment; the value is the name shown to users."""

    BRIGHTNESS = N_("brightness")
    EXPOSURE = N_("exposure")
    CONTRAST = N_("contrast")
    GAMMA = N_("gamma")
    SATURATION = N_("saturation")
    VIBRANCE = N_("vibrance")
    WARMTH = N_("warmth")
    TINT = N_("green or magenta tint")
    HUE = N_("hue shift")
    RECOLOUR = N_("one colour to another")
    BLACK_AND_WHITE = N_("black and white")
    SEPIA = N_("sepia")
    DUOTONE = N_("duotone")
    INVERT = N_("invert")
    POSTERISE = N_("posterise")
    THRESHOLD = N_("threshold")
    AUTO_LEVELS = N_("auto levels")
    SHARPEN = N_("sharpen")
    BLUR = N_("blur")
    SOFTEN = N_("soften")
    DENOISE = N_("denoise")
    VIGNETTE = N_("vignette")
    GRAIN = N_("film grain")
    FADE = N_("fade")
    PIXELATE = N_("pixelate")
    SKETCH = N_("pencil sketch")
    EDGES = N_("edges")


class Form(Enum):
    """How a word names its adjustment."""

    QUANTITY = "needs a direction: 'contrast'"
    QUALITY = "means more of it, reversed by 'less': 'bright'"
    OPPOSITE = "means less of it, reversed by 'less': 'dark'"
    MORE = "has its direction: 'brighter'"
    LESS = "has the other direction: 'darker'"
    LOOK = "is done or not done: 'sepia'"


@dataclass(frozen=True)
class Adjustment:
    """One entry of the vocabulary.

    `unit` is what its numbers count and `usual` the amount when none is given (None: a number is
    needed, or the picture's size decides); `least` and `most` bound it. `signed` adjustments go
    both ways. `absolute` ones take a value rather than a change, so 'to 4 levels' makes sense.
    `counts` are words that may stand beside its number. `words` gives the phrases by form.
    """

    op: Op
    example: str
    explanation: str
    words: MappingProxyType[Form, tuple[str, ...]]
    unit: Unit | None = None
    usual: float | None = None
    least: float = 0.0
    most: float = 0.0
    signed: bool = False
    absolute: bool = False
    counts: tuple[str, ...] = ()


def phrases(
    quantity: str = "",
    quality: str = "",
    opposite: str = "",
    more: str = "",
    less: str = "",
    look: str = "",
) -> MappingProxyType[Form, tuple[str, ...]]:
    """Phrases by form; a phrase list is text with commas."""
    lists = zip(Form, (quantity, quality, opposite, more, less, look), strict=True)
    return MappingProxyType(
        {form: tuple(phrase.strip() for phrase in text.split(",")) for form, text in lists if text}
    )
