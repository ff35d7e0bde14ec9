"""Adjustments that mix the channels: functions of one colour, run through a 3D table.

Each takes and returns encoded sRGB 0–1. Functions that follow each other are composed before the
table is made, so a chain of them costs one pass over the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PIL import Image, ImageFilter

from .colours import Colour
from .oklab import Gamut, Triple, from_oklab, hue_of, luminance, polar, to_encoded, to_oklab

Tinting = Callable[[float, float, float], Triple]

GRID = 33
"""Points on each side of the 3D table: 8 codes apart, so 0 and 255 and all greys stay exact."""


def apply_tintings(picture: Image.Image, chain: Sequence[Tinting]) -> Image.Image:
    """Run an RGB picture through the functions in order: one 3D table, trilinear between points."""
    table = ImageFilter.Color3DLUT.generate(GRID, partial(_through, tuple(chain)))
    return picture.filter(table)


def black_and_white() -> Tinting:
    """Luminance in linear light (BT.709), as grey."""
    return _grey


def saturation(percent: float, gamut: Gamut) -> Tinting:
    """Multiply OKLab chroma by 1 + percent/100 (−100…100), at most to the border of sRGB."""
    return partial(_saturated, gamut, percent / 100, 0.0)


def vibrance(percent: float, gamut: Gamut) -> Tinting:
    """As saturation, weighted by (1 − share of the most vivid colour)²: strong colours stay."""
    return partial(_saturated, gamut, percent / 100, 2.0)


def hue_shift(degrees: float, gamut: Gamut) -> Tinting:
    """Turn the OKLab hue, keeping each colour's share of white and of its hue's most vivid colour.

    Lightness follows the hue (a vivid yellow turns to a vivid blue, which is darker), as it does
    when hue is turned in HSV, but without HSV's uneven hues. Greys stay.
    """
    return partial(_turned, gamut, degrees)


def sepia(percent: float) -> Tinting:
    """Luminance printed in brown from black to a warm white, mixed in by 0–100 %.

    The tones run through OKLab at hue 70° with a chroma of at most 0.055, as an iron-brown print.
    """
    return partial(_sepia, percent / 100)


def duotone(first: Colour, second: Colour) -> Tinting:
    """Luminance as a line in OKLab from the darker colour (black) to the lighter one (white)."""
    dark, light = sorted((first.oklab, second.oklab))
    return partial(_between, dark, light)


def fade(percent: float) -> Tinting:
    """Lift black by up to 0.16, lower white by 0.05 and chroma by 40 %, for 0–100 %."""
    return partial(_faded, percent / 100)


def _through(chain: tuple[Tinting, ...], red: float, green: float, blue: float) -> Triple:
    for tinting in chain:
        red, green, blue = tinting(red, green, blue)
    return red, green, blue


def _grey(red: float, green: float, blue: float) -> Triple:
    tone = to_encoded(luminance(red, green, blue))
    return tone, tone, tone


def _saturated(
    gamut: Gamut, change: float, protect: float, red: float, green: float, blue: float
) -> Triple:
    lightness, a, b = to_oklab(red, green, blue)
    chroma = (a * a + b * b) ** 0.5
    if chroma < 1e-6:
        return red, green, blue
    share = chroma / max(gamut.most_chroma(lightness, hue_of(a, b)), 1e-6)
    factor = 1.0 + change * max(0.0, 1.0 - share) ** protect
    # A colour on the border has nowhere to go; one beyond the triangle is left where it is.
    factor = max(0.0, min(factor, max(1.0, 1.0 / share)))
    return from_oklab(lightness, a * factor, b * factor)


def _turned(gamut: Gamut, degrees: float, red: float, green: float, blue: float) -> Triple:
    lightness, a, b = to_oklab(red, green, blue)
    chroma = (a * a + b * b) ** 0.5
    if chroma < 1e-6:
        return red, green, blue
    hue = hue_of(a, b)
    cusp_lightness, cusp_chroma = gamut.cusp(hue)
    share = chroma / cusp_chroma
    new_lightness, new_chroma = gamut.cusp(hue + degrees)
    lightness += share * (new_lightness - cusp_lightness)
    return from_oklab(*polar(lightness, share * new_chroma, hue + degrees))


def _sepia(strength: float, red: float, green: float, blue: float) -> Triple:
    tone = to_encoded(luminance(red, green, blue))
    lightness = to_oklab(tone, tone, tone)[0] * 0.97
    toned = from_oklab(*polar(lightness, 0.055 * 4 * lightness * (1.08 - lightness), 70.0))
    old = (red, green, blue)
    mixed = tuple(o + (n - o) * strength for o, n in zip(old, toned, strict=True))
    return mixed[0], mixed[1], mixed[2]


def _between(dark: Triple, light: Triple, red: float, green: float, blue: float) -> Triple:
    share = to_encoded(luminance(red, green, blue))
    mixed = tuple(d + (w - d) * share for d, w in zip(dark, light, strict=True))
    return from_oklab(mixed[0], mixed[1], mixed[2])


def _faded(strength: float, red: float, green: float, blue: float) -> Triple:
    lightness, a, b = to_oklab(red, green, blue)
    keep = 1.0 - 0.4 * strength
    low, high = 0.16 * strength, 1.0 - 0.05 * strength
    weak = from_oklab(lightness, a * keep, b * keep)
    mixed = tuple(low + value * (high - low) for value in weak)
    return mixed[0], mixed[1], mixed[2]
