"""Whether what changed most is what the rest of the picture says about it.

'Warmer' of a dark picture moves its darks by a few levels and its only lamp by fifty: the lamp
stands out as an edit does. But whoever knows what became of the darks can tell what becomes of the
lamp, if both were changed alike; of an edit of the lamp alone the darks know nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageStat

from .equations import solve
from .samples import Pair, at_samples
from .selection import grow

COARSE = 4
"""Working pixels that are looked at as one."""

APART = 2
"""Of those: samples nearer than this to what changed do not speak for the rest."""

LEAST = 40
"""Samples. Fewer do not tell what became of the rest."""

ROUNDS = 4
"""Of the fit; in each, samples that no common change explains lose weight."""

FLOOR = 4.0
"""Levels. Misses up to this lose little weight."""

SPREAD = (0.5, 0.3, 20.0)
"""What is expected of a change (standard deviations) before the samples speak: of a channel's own
gain, of its share of another channel, and of its offset in levels. Dark greys hardly tell which of
the channels it was, and then it was all of them a little."""

NOISE = 2.5
"""Levels: how far samples are off by themselves."""

CUT_OFF = 3
"""Levels. A channel as near as this to 0 or 255 may have been cut off."""

Row = tuple[float, float, float, float]
"""Shares of red, green and blue, and an offset in levels."""


@dataclass(frozen=True)
class CommonChange:
    """One affine change of all colours; a row for each channel of the result."""

    rows: tuple[Row, Row, Row]

    def applied(self, image: Image.Image) -> Image.Image:
        """The changed RGB picture, cut off at 0 and 255."""
        return image.convert("RGB", tuple(value for row in self.rows for value in row))

    def misses(self, pairs: list[Pair]) -> list[float]:
        """How far each sample is off after the change, in levels (Euclidean)."""
        return [math.dist(self._of(there), here) for there, here in pairs]

    def _of(self, colour: tuple[int, int, int]) -> tuple[float, ...]:
        red, green, blue = colour
        return tuple(
            min(255.0, max(0.0, of_red * red + of_green * green + of_blue * blue + offset))
            for of_red, of_green, of_blue, offset in self.rows
        )


def unexplained(
    source: Image.Image,
    result: Image.Image,
    known: Image.Image,
    pairs: list[Pair],
    core: Image.Image,
) -> float:
    """Share of the difference within the change that the rest of the picture does not explain.

    0 where all of it is as the rest says, about 1 for a change of its own, 1 where there is no
    rest or no change. `source` and `result`: RGB, aligned, of one size, their colours as they
    came. `pairs`: their samples (`colour_pairs`). `core`: 'L', 255 where something changed.
    """
    near = at_samples(_near(core), known)
    rest = [pair for pair, level in zip(pairs, near, strict=True) if not level]
    if len(rest) < LEAST:
        return 1.0
    whole = difference(source, result, core)
    if not whole:
        return 1.0
    return difference(common_change(rest).applied(source), result, core) / whole


def difference(one: Image.Image, other: Image.Image, core: Image.Image) -> float:
    """Mean difference of two RGB pictures where `core` is 255, in levels (Euclidean); 0 where it
    is nowhere."""
    if core.getbbox() is None:
        return 0.0
    return math.hypot(*ImageStat.Stat(ImageChops.difference(one, other), core).mean)


def common_change(pairs: list[Pair]) -> CommonChange:
    """What was done to all of these samples, by robust least squares; the fewer and greyer they
    are, the nearer it stays to nothing."""
    change = CommonChange(((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)))
    weights = [1.0] * len(pairs)
    for _ in range(ROUNDS):
        red, green, blue = (_row(pairs, weights, channel) for channel in range(3))
        change = CommonChange((red, green, blue))
        misses = change.misses(pairs)
        scale = FLOOR + 2 * sorted(misses)[len(misses) // 2]
        weights = [(1 + (miss / scale) ** 2) ** -2 for miss in misses]
    return change


def _row(pairs: list[Pair], weights: list[float], channel: int) -> Row:
    matrix = [[0.0] * 4 for _ in range(4)]
    right = [0.0] * 4
    for (there, here), weight in zip(pairs, weights, strict=True):
        level = here[channel]
        if not CUT_OFF < level < 255 - CUT_OFF:
            continue
        terms = (*there, 1.0)
        moved = level - there[channel]
        for first in range(4):
            weighted = weight * terms[first]
            right[first] += weighted * moved
            row = matrix[first]
            for second in range(first, 4):
                row[second] += weighted * terms[second]
    own, other, offset = SPREAD
    spreads = [own if index == channel else other for index in range(3)] + [offset]
    for first in range(4):
        matrix[first][first] += (NOISE / spreads[first]) ** 2
        for second in range(first):
            matrix[first][second] = matrix[second][first]
    shares = solve(matrix, right)
    shares[channel] += 1
    return shares[0], shares[1], shares[2], shares[3]


def _near(core: Image.Image) -> Image.Image:
    return grow(core.reduce(COARSE), APART)
