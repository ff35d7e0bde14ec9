"""Takes a global cast and tone drift back, estimated on what the edit left as it was.

For each channel the correction is a curve (straight between knots) plus shares of how far the
other channels lie off. It is fitted by weighted least squares on a few thousand pixels of the
aligned pictures; pixels that no common correction explains, as those of the edit, lose their
weight. It is applied as one look-up table over all colours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from PIL import Image, ImageChops, ImageFilter

from .equations import solve
from .samples import Pair

KNOTS = 17
"""Knots of a curve, and of the look-up table along each channel."""

SPACING = 255 / (KNOTS - 1)

FLOORS = (16.0, 12.0, 8.0, 8.0)
"""Levels, by round. Misses up to this lose little weight: generous at first, so that colours which
drifted otherwise than most can join, then firm."""

FARTHEST = 40.0
"""Levels. A pixel that starts farther off than this is edited, whatever the fit says."""

SMOOTHNESS = 10.0
"""Samples' worth of holding a knot to the line through its neighbours."""

FLATNESS = 2.0
"""Samples' worth of holding a knot to its neighbours: a curve goes on level where nothing is."""

STILLNESS = 0.05
"""Samples' worth of holding a knot to no correction."""

MIXING = 160.0
"""Levels². The same for the other channels' shares, for each sample: a picture whose colours vary
less than this says nothing about them (its noise would)."""

FAR = 4.0
"""Levels. What the samples that are not cut off say is taken for the common drift unless it leaves
most others this much farther off."""

BEYOND = 2.0
"""Levels. Less than this is within the error of the fit."""

CLIPPED = 3
"""Levels. A channel as near as this to 0 or 255 may have been cut off."""

TELLING = 40
"""Samples that are not cut off and tell the first guess; with fewer all of them do."""


@dataclass(frozen=True)
class Fit:
    """One correction. `curves`: by channel, levels to add at each knot. `mixing`: by channel, the
    shares of (next channel − own) and (next but one − own) to add.
    """

    curves: tuple[tuple[float, ...], ...]
    mixing: tuple[tuple[float, float], ...]

    def applied(self, image: Image.Image) -> Image.Image:
        """The corrected picture; RGB or RGBA."""
        levels = [knot * SPACING for knot in range(KNOTS)]
        first, second, third = (
            [level + add for level, add in zip(levels, curve, strict=True)] for curve in self.curves
        )
        (to_green, to_blue), (blue_to, red_to), (red_in, green_in) = self.mixing
        table = [
            value / 255
            for blue, its_blue in zip(levels, third, strict=True)
            for green, its_green in zip(levels, second, strict=True)
            for red, its_red in zip(levels, first, strict=True)
            for value in (
                its_red + to_green * (green - red) + to_blue * (blue - red),
                its_green + blue_to * (blue - green) + red_to * (red - green),
                its_blue + red_in * (red - blue) + green_in * (green - blue),
            )
        ]
        return image.filter(ImageFilter.Color3DLUT(KNOTS, table))


@dataclass(frozen=True)
class ColourMatch:
    """A correction of the result's colours.

    `drift`: how far it moves colours, in levels (Euclidean, of red, green and blue), of all but the
    2 % of samples that it moves farthest.

    Levels that were cut off at an end came from many: `applied` gives all of them what suits most,
    `restored` looks at what drifted before it was cut off.
    """

    whole: Fit
    inner: Fit
    drift: float = 0.0

    def applied(self, image: Image.Image) -> Image.Image:
        """The corrected picture; RGB or RGBA."""
        return self.whole.applied(image)

    def restored(self, raw: Image.Image, source: Image.Image) -> Image.Image:
        """The corrected RGB picture for comparing: what was cut off is taken from the source.

        A channel of `raw` that stands at an end can have been any level beyond; where `source`
        has such a level, nothing differs.
        """
        bands = zip(self.inner.applied(raw).split(), raw.split(), source.split(), strict=True)
        return Image.merge(
            "RGB",
            [
                self._unclipped(channel, matched, before, there)
                for channel, (matched, before, there) in enumerate(bands)
            ],
        )

    def _unclipped(
        self, channel: int, matched: Image.Image, raw: Image.Image, source: Image.Image
    ) -> Image.Image:
        curve = self.inner.curves[channel]
        low, high = round(2 * CLIPPED + curve[0]), round(255 - 2 * CLIPPED + curve[-1])
        at_bottom = raw.point([255] * (CLIPPED + 1) + [0] * (255 - CLIPPED))
        at_top = raw.point([0] * (255 - CLIPPED) + [255] * (CLIPPED + 1))
        flat = Image.new("L", raw.size, min(255, max(0, high)))
        matched = Image.composite(ImageChops.lighter(source, flat), matched, at_top)
        flat = Image.new("L", raw.size, min(255, max(0, low)))
        return Image.composite(ImageChops.darker(source, flat), matched, at_bottom)


NOTHING = Fit(((0.0,) * KNOTS,) * 3, ((0.0, 0.0),) * 3)

NO_MATCH = ColourMatch(NOTHING, NOTHING)


def colour_match(pairs: list[Pair]) -> ColourMatch:
    """Estimate what brings the result's colours back to the source's."""
    if not pairs:
        return NO_MATCH
    channels = [_Channel.of(pairs, channel) for channel in range(3)]
    corrections = _first_guess(channels)
    misses = _left(channels, corrections)
    possible = [miss < FARTHEST for miss in misses]
    found: list[list[float]] = []
    weights: list[float] = []
    for floor in FLOORS:
        scale = floor + 2 * median(misses)
        weights = [
            (1 + (miss / scale) ** 2) ** -2 if may_be else 0.0
            for miss, may_be in zip(misses, possible, strict=True)
        ]
        found = [
            channel.fitted(channel.telling(weights, done))
            for channel, done in zip(channels, corrections, strict=True)
        ]
        corrections = [
            channel.corrections(unknowns) for channel, unknowns in zip(channels, found, strict=True)
        ]
        misses = _left(channels, corrections)
    moves = sorted(
        move for move, weight in zip(_lengths(corrections), weights, strict=True) if weight > 0.1
    )
    whole = [channel.fitted(weights) for channel in channels]
    return ColourMatch(_fit(whole), _fit(found), moves[-1 - len(moves) // 50] if moves else 0.0)


def _fit(channels: list[list[float]]) -> Fit:
    return Fit(
        tuple(tuple(unknowns[:KNOTS]) for unknowns in channels),
        tuple((unknowns[KNOTS], unknowns[KNOTS + 1]) for unknowns in channels),
    )


def _first_guess(channels: list[_Channel]) -> list[list[float]]:
    """By channel one correction for all samples: the one that explains most of them.

    Samples that are cut off say less than others, and on paper there may be none but those: what
    is drawn on white is the edit then, and not a drift.
    """
    every = range(len(channels[0].ends))
    whole = [index for index in every if not any(channel.ends[index] for channel in channels)]
    by_whole, by_all = (
        [[median(channel.wanted[at] for at in taken)] * len(every) for channel in channels]
        for taken in (whole if len(whole) >= TELLING else every, every)
    )
    theirs, least = (median(_left(channels, guess)) for guess in (by_whole, by_all))
    return by_whole if theirs < least + FAR else by_all


def _left(channels: list[_Channel], corrections: list[list[float]]) -> list[float]:
    """How far each sample is off after these corrections, in levels."""
    return _lengths(
        [channel.left(done) for channel, done in zip(channels, corrections, strict=True)]
    )


def _lengths(channels: list[list[float]]) -> list[float]:
    return [math.hypot(*values) for values in zip(*channels, strict=True)]


@dataclass(frozen=True)
class _Channel:
    """The equations of one channel, a row for each sample.

    `rows`: the knot below, the share of the knot above, and how far the other two channels lie
    off. `wanted`: the correction that the sample asks for, in levels. `ends`: 1 where the result is
    cut off at 255, -1 where at 0, else 0.
    """

    rows: list[tuple[int, float, int, int]]
    wanted: list[int]
    ends: list[int]

    @classmethod
    def of(cls, pairs: list[Pair], channel: int) -> _Channel:
        following, last = (channel + 1) % 3, (channel + 2) % 3
        rows = []
        for _, here in pairs:
            own = here[channel]
            knot = min(int(own / SPACING), KNOTS - 2)
            rows.append((knot, own / SPACING - knot, here[following] - own, here[last] - own))
        wanted = [there[channel] - here[channel] for there, here in pairs]
        ends = [(here[channel] >= 255 - CLIPPED) - (here[channel] <= CLIPPED) for _, here in pairs]
        return cls(rows, wanted, ends)

    def corrections(self, unknowns: list[float]) -> list[float]:
        """What these unknowns (the knots, then the other channels' shares) add to each sample."""
        first, second = unknowns[KNOTS:]
        return [
            unknowns[knot] * (1 - part)
            + unknowns[knot + 1] * part
            + first * off
            + second * other_off
            for knot, part, off, other_off in self.rows
        ]

    def left(self, corrections: list[float]) -> list[float]:
        """What is left after these corrections; what is cut off can have lain farther out."""
        misses = (wanted - done for wanted, done in zip(self.wanted, corrections, strict=True))
        return [
            0.0 if miss * end > 0 else miss for miss, end in zip(misses, self.ends, strict=True)
        ]

    def telling(self, weights: list[float], corrections: list[float]) -> list[float]:
        """The weights without those of samples that were cut off and, after these corrections, lay
        beyond the end: how far is not known. The others of those do tell that it went no farther.
        """
        return [
            0.0 if (wanted - done) * end > BEYOND else weight
            for weight, wanted, done, end in zip(
                weights, self.wanted, corrections, self.ends, strict=True
            )
        ]

    def fitted(self, weights: list[float]) -> list[float]:
        """The unknowns, by weighted least squares."""
        size = KNOTS + 2
        matrix = [[0.0] * size for _ in range(size)]
        right = [0.0] * size
        for (knot, part, *off), wanted, weight in zip(self.rows, self.wanted, weights, strict=True):
            if weight < 1e-3:
                continue
            terms = ((knot, 1 - part), (knot + 1, part), (KNOTS, off[0]), (KNOTS + 1, off[1]))
            for first, value in terms:
                row, weighted = matrix[first], weight * value
                right[first] += weighted * wanted
                for second, other in terms:
                    row[second] += weighted * other
        _add_priors(matrix, sum(weights))
        return solve(matrix, right)


def _add_priors(matrix: list[list[float]], total: float) -> None:
    for knot in range(KNOTS):
        matrix[knot][knot] += STILLNESS
    _hold(matrix, (1.0, -1.0), FLATNESS)
    _hold(matrix, (1.0, -2.0, 1.0), SMOOTHNESS)
    for share in (KNOTS, KNOTS + 1):
        matrix[share][share] += MIXING * total


def _hold(matrix: list[list[float]], pattern: tuple[float, ...], weight: float) -> None:
    """Hold this combination of neighbouring knots to 0, wherever it fits."""
    for start in range(KNOTS - len(pattern) + 1):
        for first, by in enumerate(pattern, start):
            for second, other in enumerate(pattern, start):
                matrix[first][second] += weight * by * other
