"""What a captured pixel has to be, as a number with a fraction, and how far a byte is from it."""

from __future__ import annotations

import struct
from collections.abc import Sequence

FORMATS = {"U8": "B", "U16": "H", "F16": "e", "F32": "f"}
FULL = {"U8": 255, "U16": 65535, "F16": 1, "F32": 1}
"""What stands for full opacity, and for 1 in RGB."""


def channels(data: bytes, depth: str, count: int) -> list[tuple[float, ...]]:
    """Pixels of `count` channels each, as numbers in the order of memory."""
    size = struct.calcsize(FORMATS[depth])
    numbers = struct.unpack(f"<{len(data) // size}{FORMATS[depth]}", data)
    return list(zip(*(iter(numbers),) * count, strict=True))


def encoded(linear: float) -> float:
    """Linear light to sRGB, 0–255 with a fraction, cut off at both ends (IEC 61966-2-1)."""
    light = min(max(linear, 0.0), 1.0)
    return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def light_of_pq(value: float) -> float:
    """SMPTE ST 2084 (0–1) to linear light as Krita scales it: 1 is 80 cd/m²."""
    power = value ** (32 / 2523)
    top = max(power - 3424 / 4096, 0.0)
    return 125 * (top / (2413 / 128 - 2392 / 128 * power)) ** (16384 / 2610)


def pq_of_light(light: float) -> float:
    """The inverse."""
    power = (max(light, 0.0) / 125) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)


def light_of_pq16(data: bytes) -> bytes:
    """16-bit PQ pixels (B, G, R, A in memory) as linear floats R, G, B, A in the same primaries."""
    known: dict[int, float] = {}
    floats = []
    for blue, green, red, alpha in channels(data, "U16", 4):
        for value in (red, green, blue):
            known.setdefault(int(value), light_of_pq(value / 65535))
        floats += [known[int(red)], known[int(green)], known[int(blue)], alpha / 65535]
    return struct.pack(f"<{len(floats)}f", *floats)


def pq16_of_light(data: bytes) -> bytes:
    """The inverse."""
    words = []
    for red, green, blue, alpha in channels(data, "F32", 4):
        coded = [pq_of_light(light) for light in (blue, green, red)]
        words += [int(65535 * min(value, 1.0) + 0.5) for value in (*coded, alpha)]
    return struct.pack(f"<{len(words)}H", *words)


def largest_error(bgra: bytes, linear: Sequence[Sequence[float]]) -> float:
    """The largest distance of a colour byte from linear sRGB (R, G, B); 0.5 is mere rounding."""
    worst = 0.0
    for index, light in enumerate(linear):
        blue, green, red = bgra[4 * index : 4 * index + 3]
        for byte, value in ((red, light[0]), (green, light[1]), (blue, light[2])):
            worst = max(worst, abs(byte - encoded(value)))
    return worst


def rounded(linear: Sequence[Sequence[float]]) -> list[tuple[int, ...]]:
    """8-bit sRGB as R, G, B."""
    return [tuple(int(encoded(value) + 0.5) for value in light[:3]) for light in linear]


def colours(bgra: bytes) -> list[tuple[int, ...]]:
    """R, G, B of pixels in Krita's 8-bit order."""
    return [(bgra[at + 2], bgra[at + 1], bgra[at]) for at in range(0, len(bgra), 4)]


def largest_difference(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> int:
    """The largest difference between two lists of pixels in any channel."""
    return max(
        abs(a - b) for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True)
    )


def opacities(data: bytes, depth: str, count: int) -> bytes:
    """The alpha of pixels in any depth, in 8 bits."""
    alphas = (pixel[-1] / FULL[depth] for pixel in channels(data, depth, count))
    return bytes(min(max(int(alpha * 255 + 0.5), 0), 255) for alpha in alphas)
