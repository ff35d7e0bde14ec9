"""The colour names the engine knows: what each one looks like, and which colours it means.

Windows are in OKLab terms (see oklab.py). They are drawn so that the sRGB colours which people
call by the name lie inside; neighbours share a border and blend across it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .oklab import Triple, from_oklab, to_oklab


@dataclass(frozen=True)
class Window:
    """Which colours a name means.

    From `low` to `high` degrees of hue fully (`high` may pass 360), fading out over `fade` degrees
    outside. `darkest` and `lightest` bound the lightness, with a soft border of 0.1.
    `reach_low` and `reach_high` are the hues to which the window may widen where the picture's
    own colours run on without a gap (a yellow petal's orange shadow).
    """

    low: float
    high: float
    reach_low: float
    reach_high: float
    fade: float = 12.0
    darkest: float = 0.0
    lightest: float = 1.0


@dataclass(frozen=True)
class Colour:
    """A named colour. `rgb` is encoded sRGB 0–255; `window` is None for black, white and grey."""

    name: str
    rgb: tuple[int, int, int]
    window: Window | None = None

    @property
    def oklab(self) -> Triple:
        """The colour in OKLab."""
        red, green, blue = self.rgb
        return to_oklab(red / 255, green / 255, blue / 255)

    def tinted(self, modifier: str) -> Colour:
        """The colour made 'light', 'dark' and so on; raises KeyError for another modifier.

        A light colour is mixed half with white, a dark one half with black, in OKLab.
        """
        target = MODIFIERS[modifier]
        lightness, a, b = self.oklab
        keep = 0.55
        mixed = from_oklab(lightness * keep + target * (1 - keep), a * keep, b * keep)
        red, green, blue = (round(value * 255) for value in mixed)
        return Colour(f"{modifier} {self.name}", (red, green, blue), self.window)


MODIFIERS = MappingProxyType({"light": 1.0, "pale": 1.0, "dark": 0.0, "deep": 0.0})
"""Words before a colour to change to, and the lightness that it is mixed with."""

_KNOWN = (
    Colour("red", (225, 25, 30), Window(8, 40, -5, 50)),
    Colour("orange", (255, 140, 0), Window(48, 74, 38, 88)),
    Colour("yellow", (255, 225, 0), Window(80, 108, 38, 114)),
    Colour("gold", (212, 160, 23), Window(72, 98, 60, 106)),
    Colour("lime", (150, 225, 0), Window(116, 138, 112, 145, fade=8)),
    Colour("green", (0, 150, 50), Window(120, 166, 112, 178)),
    Colour("teal", (0, 128, 128), Window(175, 210, 168, 222)),
    Colour("turquoise", (64, 208, 200), Window(172, 208, 165, 220)),
    Colour("cyan", (0, 215, 255), Window(180, 220, 170, 230)),
    Colour("blue", (30, 80, 230), Window(222, 276, 210, 288)),
    Colour("navy", (0, 0, 128), Window(240, 280, 230, 290, lightest=0.42)),
    Colour("violet", (120, 50, 220), Window(286, 312, 280, 325)),
    Colour("purple", (140, 20, 180), Window(288, 328, 282, 336)),
    Colour("magenta", (235, 0, 200), Window(322, 362, 312, 370)),
    Colour("pink", (255, 130, 180), Window(330, 378, 320, 385, darkest=0.55)),
    Colour("brown", (120, 70, 30), Window(36, 84, 28, 92, lightest=0.58)),
    Colour("black", (16, 16, 16)),
    Colour("white", (250, 250, 250)),
    Colour("grey", (128, 128, 128)),
)

_OTHER_NAMES = MappingProxyType(
    {
        "aqua": "cyan",
        "fuchsia": "magenta",
        "golden": "gold",
        "reds": "red",
        "oranges": "orange",
        "yellows": "yellow",
        "greens": "green",
        "blues": "blue",
        "purples": "purple",
        "pinks": "pink",
        "browns": "brown",
        "blacks": "black",
        "whites": "white",
        "greys": "grey",
    }
)

COLOURS = MappingProxyType(
    {colour.name: colour for colour in _KNOWN}
    | {
        other: next(colour for colour in _KNOWN if colour.name == name)
        for other, name in _OTHER_NAMES.items()
    }
)
"""Every colour word and what it stands for."""
