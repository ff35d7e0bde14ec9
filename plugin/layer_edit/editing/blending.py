"""Krita's blending modes that table look-ups and 8-bit mixing can compute, one channel at a time.

Names are Krita's own (`Node.blendingMode()`, KoCompositeOpRegistry.h); the formulas are those of
its KoCompositeOpFunctions.h for 8 bits, with s the layer's value and d the value below.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageChops

Blend = Callable[[Image.Image, Image.Image], Image.Image]
"""(s, d) to the blended channel; all 'L' and of one size."""


def _table(function: Callable[[float], float]) -> list[int]:
    """A look-up table of a function over 0–1, clipped to it."""
    return [round(255 * min(1.0, max(0.0, function(value / 255)))) for value in range(256)]


LOWER = _table(lambda value: 2 * value)
UPPER = _table(lambda value: 2 * value - 1)
SQUARE = _table(lambda value: value * value)
ROOT = _table(math.sqrt)
SVG_ROOT = _table(
    lambda value: math.sqrt(value) if value > 0.25 else ((16 * value - 12) * value + 4) * value
)


def _mix(low: Image.Image, high: Image.Image, share: Image.Image) -> Image.Image:
    """low + share · (high − low), rounded to nearest, as Krita's lerp; ImageChops truncates."""
    return Image.composite(high, low, share)


def _multiply(s: Image.Image, d: Image.Image) -> Image.Image:
    return _mix(Image.new("L", d.size, 0), d, s)


def _screen(s: Image.Image, d: Image.Image) -> Image.Image:
    return _mix(d, Image.new("L", d.size, 255), s)


def _exclusion(s: Image.Image, d: Image.Image) -> Image.Image:
    return _mix(d, ImageChops.invert(d), s)


def _hard_light(s: Image.Image, d: Image.Image) -> Image.Image:
    """Multiply by 2s, then screen with 2s − 1: clipped, one of them is without effect."""
    return _screen(s.point(UPPER), _multiply(s.point(LOWER), d))


def _soft_light(root: list[int]) -> Blend:
    """For s up to ½ from d² to d, beyond it from d to a root of d, each in equal steps."""

    def blend(s: Image.Image, d: Image.Image) -> Image.Image:
        return _mix(_mix(d.point(SQUARE), d, s.point(LOWER)), d.point(root), s.point(UPPER))

    return blend


MODES: dict[str, Blend] = {
    "multiply": _multiply,
    "screen": _screen,
    "darken": ImageChops.darker,
    "lighten": ImageChops.lighter,
    "add": ImageChops.add,
    "linear_dodge": ImageChops.add,
    "subtract": lambda s, d: ImageChops.subtract(d, s),
    "linear_burn": lambda s, d: ImageChops.subtract(d, ImageChops.invert(s)),
    "diff": ImageChops.difference,
    "exclusion": _exclusion,
    "hard_light": _hard_light,
    "overlay": lambda s, d: _hard_light(d, s),
    "soft_light": _soft_light(ROOT),
    "soft_light_svg": _soft_light(SVG_ROOT),
}
"""By Krita's name. 'normal' needs no blending; modes not listed here are taken as normal."""


def blended(over: Image.Image, under: Image.Image, mode: str) -> Image.Image:
    """The RGB colours that `over` shows on `under` where both are opaque; RGB in, RGB out.

    A mode that is not in MODES gives `over` itself.
    """
    blend = MODES.get(mode)
    if blend is None:
        return over
    return Image.merge(
        "RGB", [blend(s, d) for s, d in zip(over.split(), under.split(), strict=True)]
    )
