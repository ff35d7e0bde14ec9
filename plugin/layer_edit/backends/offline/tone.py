"""Adjustments of one channel at a time, exact on 8 bits: one table of 256 values per channel.

A curve maps encoded sRGB 0–1 to encoded sRGB; the engine clips what leaves 0–1. Curves that follow
each other are composed as floats and rounded once, so that gradients do not band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PIL import Image

from .oklab import to_encoded, to_linear

Curve = Callable[[float], float]


@dataclass(frozen=True)
class Curves:
    """One curve each for red, green and blue."""

    red: Curve
    green: Curve
    blue: Curve

    @classmethod
    def same(cls, curve: Curve) -> Curves:
        """The same curve for all three."""
        return cls(curve, curve, curve)

    @classmethod
    def gains(cls, red: float, green: float, blue: float) -> Curves:
        """Multiply each channel in linear light."""
        return cls(partial(_gain, red), partial(_gain, green), partial(_gain, blue))


def apply_curves(picture: Image.Image, chain: Sequence[Curves]) -> Image.Image:
    """Run an RGB picture through the curves in order: one table, rounded once."""
    table: list[int] = []
    for channel in ("red", "green", "blue"):
        curves: list[Curve] = [getattr(link, channel) for link in chain]
        for code in range(256):
            value = code / 255
            for curve in curves:
                value = min(1.0, max(0.0, curve(value)))
            table.append(round(value * 255))
    return picture.point(table)


def brightness(percent: float) -> Curves:
    """Lift (or lower) the middle tones by −100…100 %; black and white stay where they are.

    v / (v + (1 − v)·e^(−k)) with k = 2·percent/100: the logistic shift, which is Schlick's bias
    curve ('Fast Alternatives to Perlin's Bias and Gain Functions', Graphics Gems IV, 1994) with
    another parameter. It works on encoded values, where equal steps look about equal. Middle grey
    0.5 becomes 0.60 at +20 %.
    """
    return Curves.same(partial(_bias, 2.718281828459045 ** (-2 * percent / 100)))


def exposure(stops: float) -> Curves:
    """Multiply linear light by 2^stops; what passes white is clipped (exposure value, ISO 2720)."""
    gain = 2.0**stops
    return Curves.gains(gain, gain, gain)


def contrast(percent: float) -> Curves:
    """Spread (or draw together) the tones around middle grey by −100…100 %.

    More is the S curve v^c / (v^c + (1 − v)^c) on encoded values with c = 1 + percent/100, which
    keeps black and white and clips nothing. Less is the straight line to 0.5.
    """
    if percent < 0:
        return Curves.same(partial(_flatter, 1 + percent / 100))
    return Curves.same(partial(_steeper, 1 + percent / 100))


def gamma(value: float) -> Curves:
    """v^(1/gamma) on encoded values, as in a levels dialogue: above 1 is brighter."""
    return Curves.same(partial(_power, 1 / value))


def warmth(percent: float) -> Curves:
    """Move the white point along the daylight locus by −100…100 %, 90 mired at 100 %.

    Mired are 10⁶ / kelvin, in which equal steps look about equal. The locus is CIE 15:2004,
    section 3.1; the change is done as one gain per channel in linear sRGB (von Kries' rule on the
    sRGB primaries), scaled so that the luminance of white stays.
    """
    usual = _daylight(1e6 / 6504)
    wanted = _daylight(1e6 / 6504 + 0.9 * percent)
    return _balanced(*(new / old for new, old in zip(wanted, usual, strict=True)))


def tint(percent: float) -> Curves:
    """Move the white point to magenta (positive) or green (negative), −100…100 %.

    Green is divided in linear light by 2^(percent/100), and all scaled to keep white's luminance.
    """
    return _balanced(1.0, 2.0 ** (-percent / 100), 1.0)


def invert() -> Curves:
    """255 − v on encoded values."""
    return Curves.same(_inverted)


def posterise(levels: int) -> Curves:
    """The nearest of `levels` (2–64) tones, evenly spread on encoded values."""
    return Curves.same(partial(_nearest, levels - 1))


def stretch(low: int, high: int) -> Curves:
    """The straight line on encoded values that takes `low` to black and `high` to white."""
    return Curves.same(partial(_stretched, low / 255, high / 255))


def auto_levels(histogram: Sequence[int]) -> Curves:
    """Stretch the tones between the darkest and the lightest 0.5 % of a 256-bin histogram.

    All channels get the same line, so colours keep their hue; a flat picture stays as it is.
    """
    spare = sum(histogram) * 0.005
    low = _first_above(histogram, spare)
    high = 255 - _first_above(histogram[::-1], spare)
    return stretch(low, high) if high > low else stretch(0, 255)


def _first_above(histogram: Sequence[int], spare: float) -> int:
    seen = 0
    for code, count in enumerate(histogram):
        seen += count
        if seen > spare:
            return code
    return 0


def _daylight(mired: float) -> tuple[float, float, float]:
    """Linear sRGB of daylight with luminance 1; 40–250 mired (CIE 15:2004, 3.1)."""
    kelvin = 1e6 / mired
    if kelvin <= 7000:
        x = 0.244063 + 0.09911e3 / kelvin + 2.9678e6 / kelvin**2 - 4.6070e9 / kelvin**3
    else:
        x = 0.237040 + 0.24748e3 / kelvin + 1.9018e6 / kelvin**2 - 2.0064e9 / kelvin**3
    y = -3.0 * x * x + 2.870 * x - 0.275
    tall, deep = x / y, (1 - x - y) / y
    return (
        3.2404542 * tall - 1.5371385 - 0.4985314 * deep,
        -0.9692660 * tall + 1.8760108 + 0.0415560 * deep,
        0.0556434 * tall - 0.2040259 + 1.0572252 * deep,
    )


def _balanced(red: float, green: float, blue: float) -> Curves:
    """Gains scaled so that white keeps its luminance (BT.709 weights)."""
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return Curves.gains(red / light, green / light, blue / light)


def _gain(factor: float, value: float) -> float:
    return to_encoded(to_linear(value) * factor)


def _bias(odds: float, value: float) -> float:
    return value / (value + (1 - value) * odds)


def _flatter(factor: float, value: float) -> float:
    return 0.5 + (value - 0.5) * factor


def _steeper(exponent: float, value: float) -> float:
    up, down = value**exponent, (1 - value) ** exponent
    return float(up / (up + down))


def _power(exponent: float, value: float) -> float:
    return float(value**exponent)


def _inverted(value: float) -> float:
    return 1 - value


def _nearest(steps: int, value: float) -> float:
    return round(value * steps) / steps


def _stretched(low: float, high: float, value: float) -> float:
    return (value - low) / (high - low)
