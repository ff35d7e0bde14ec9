"""sRGB, linear light, OKLab, and the triangle of colours that one hue has inside sRGB.

Encoded sRGB and linear light are floats 0–1 (IEC 61966-2-1). OKLab is Björn Ottosson's perceptual
space ('A perceptual color space for image processing', 2020, https://bottosson.github.io/posts/oklab/):
lightness 0–1, a and b about −0.4–0.4; hue is the angle of (a, b) in degrees, chroma its length.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

Triple = tuple[float, float, float]


def to_linear(value: float) -> float:
    """Encoded sRGB 0–1 → linear light 0–1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def to_encoded(value: float) -> float:
    """Linear light → encoded sRGB, clipped to 0–1 (IEC 61966-2-1)."""
    if value <= 0.0:
        return 0.0
    if value >= 1.0:
        return 1.0
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def luminance(red: float, green: float, blue: float) -> float:
    """Encoded sRGB → relative luminance Y in linear light, 0–1 (ITU-R BT.709 primaries)."""
    return 0.2126 * to_linear(red) + 0.7152 * to_linear(green) + 0.0722 * to_linear(blue)


def to_oklab(red: float, green: float, blue: float) -> Triple:
    """Encoded sRGB 0–1 → OKLab (matrices from Ottosson 2020)."""
    red, green, blue = to_linear(red), to_linear(green), to_linear(blue)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def from_oklab(lightness: float, a: float, b: float) -> Triple:
    """OKLab → encoded sRGB 0–1; what lies outside sRGB is clipped per channel."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        to_encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        to_encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        to_encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def hue_of(a: float, b: float) -> float:
    """Hue in degrees, 0 ≤ hue < 360."""
    return math.degrees(math.atan2(b, a)) % 360.0


def hue_distance(hue: float, other: float) -> float:
    """The signed way from `other` to `hue` in degrees, −180 ≤ way < 180."""
    return (hue - other + 180.0) % 360.0 - 180.0


def polar(lightness: float, chroma: float, hue: float) -> Triple:
    """OKLab from lightness, chroma and hue in degrees."""
    angle = math.radians(hue)
    return lightness, chroma * math.cos(angle), chroma * math.sin(angle)


def smoothstep(low: float, high: float, value: float) -> float:
    """0 up to `low`, 1 from `high`, 3t² − 2t³ between them."""
    if value <= low:
        return 0.0
    if value >= high:
        return 1.0
    t = (value - low) / (high - low)
    return t * t * (3.0 - 2.0 * t)


@dataclass(frozen=True)
class Gamut:
    """The most vivid colour (cusp) that sRGB has at each hue.

    The colours of one hue lie nearly in the triangle black – white – cusp (Ottosson, 'Okhsv and
    Okhsl', 2021, https://bottosson.github.io/posts/colorpicker/), so a colour is well described by
    its share of cusp and of white, and moves to another hue by keeping both.
    """

    hues: tuple[float, ...]
    points: tuple[tuple[float, float], ...]

    @classmethod
    def of_srgb(cls, samples: int = 48) -> Gamut:
        """Sample the six edges of the RGB cube between its fully saturated corners."""
        corners = ((1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1))
        found: list[tuple[float, tuple[float, float]]] = []
        for index, start in enumerate(corners):
            end = corners[(index + 1) % 6]
            for step in range(samples):
                t = step / samples
                red, green, blue = (s + (e - s) * t for s, e in zip(start, end, strict=True))
                lightness, a, b = to_oklab(red, green, blue)
                found.append((hue_of(a, b), (lightness, math.hypot(a, b))))
        found.sort()
        last, first = found[-1], found[0]
        found = [(last[0] - 360.0, last[1]), *found, (first[0] + 360.0, first[1])]
        return cls(tuple(hue for hue, _ in found), tuple(point for _, point in found))

    def cusp(self, hue: float) -> tuple[float, float]:
        """Lightness and chroma of the most vivid colour at `hue` (degrees, any)."""
        hue %= 360.0
        index = bisect_right(self.hues, hue)
        low, high = self.hues[index - 1], self.hues[index]
        t = (hue - low) / (high - low)
        (l0, c0), (l1, c1) = self.points[index - 1], self.points[index]
        return l0 + (l1 - l0) * t, c0 + (c1 - c0) * t

    def most_chroma(self, lightness: float, hue: float) -> float:
        """The chroma of the triangle's border at this lightness."""
        cusp_lightness, cusp_chroma = self.cusp(hue)
        if lightness <= cusp_lightness:
            return cusp_chroma * max(lightness, 0.0) / cusp_lightness
        return cusp_chroma * max(1.0 - lightness, 0.0) / (1.0 - cusp_lightness)
