"""Whether an edit changed a part of the picture, or all of it.

A whole-image model's drift and a wish such as 'slightly warmer' look alike. They are told apart
by what is left when the common change of colours is taken out: a local edit is still there, and
stands out against it; after a wish about the whole picture's colours nothing is. Instructions that
ask for the whole picture in so many words are known without (asks).
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageStat

from .changes import Changes
from .colour_match import ColourMatch
from .equations import solve
from .samples import Colour, Pair
from .selection import grow

MOST_DRIFT = 32.0
"""Levels. Models drift less far on their own."""

DRIFT = 2.0
"""Levels. A smaller common change of colours is never what was asked for."""

FAINT = 1.3
"""What is left when the common change is taken out, over that change: below, it was what the edit
is about, and the rest is where it could not be followed (colours cut off, say)."""

MOST_CHANGED = 0.65
"""Of the picture: beyond this most of it is new."""

LEAST_UNCHANGED = 0.3
"""Of the tiles: with fewer there is nothing to hold on to."""

COLOURED = 3.0
"""Levels of colour differences that luminance does not explain: below, a picture has one hue."""

DECOLOURED = 0.65
"""What a picture in one hue has left of them, at most: noise and compression add some again."""

RELATED = 0.2
"""And what is left goes along with what was there by less than this share: noise does not."""

ROUGHENED = 0.4
"""Of the tiles: with new texture on so many that were flat, strokes are all over the picture."""

NEARLY_ALL = 0.85
"""Where so much of the picture lies within NEAR of a change, and PART of it changed, nothing is
worth keeping apart."""

NEAR = 0.03
"""Of the longer side."""

PART = 0.3

MOST_DETAIL = 0.65
"""Where so much of what stands out changed, and ALL_OVER of the picture lies within AROUND of that,
all that there was to see is new: stars of a night sky, say. Of one thing on a plain ground it lies
in one place."""

AROUND = 0.06
"""Of the longer side."""

ALL_OVER = 0.4

UNEXPLAINED = 0.5
"""Of the difference within a change: with less left when the rest of the picture has spoken, it is
no edit of its own. Local edits leave four fifths and more, and what is foreseen a fifth."""

COARSE = 8
"""Pixels that are looked at as one."""


def is_global(
    pairs: list[Pair],
    match: ColourMatch,
    found: Changes,
    share: float,
    strength: float,
    unexplained: Callable[[], float],
) -> bool:
    """True when the edit is one of the whole picture.

    `pairs`: samples of source and result, aligned, before `match`; `found`: the changes after it,
    which cover `share` of the picture (0–1) and differ by `strength` levels there. `unexplained`:
    the share of what changed that the rest does not explain; asked only where that decides.
    """
    return (
        match.drift > MOST_DRIFT
        or share > MOST_CHANGED
        or (share > PART and _near(found.core, NEAR) > NEARLY_ALL)
        or (found.detail > MOST_DETAIL and _near(found.core, AROUND) > ALL_OVER)
        or found.unchanged < LEAST_UNCHANGED
        or found.roughened > ROUGHENED
        or (match.drift > DRIFT and strength < FAINT * match.drift)
        or _in_one_hue(pairs)
        or (match.drift > DRIFT and unexplained() < UNEXPLAINED)
    )


def _near(core: Image.Image, distance: float) -> float:
    """Share of the picture that lies as near to a change as that share of the longer side."""
    small = core.reduce(COARSE)
    return ImageStat.Stat(grow(small, round(distance * max(small.size)))).mean[0] / 255


def _in_one_hue(pairs: list[Pair]) -> bool:
    """Whether the result has one hue, as black and white and sepia have, and the source has not."""
    before = _chroma([there for there, _ in pairs])
    after = _chroma([here for _, here in pairs])
    energy, left = _product(before, before), _product(after, after)
    return (
        energy > COLOURED**2 * len(pairs)
        and left < DECOLOURED**2 * energy
        and _product(before, after) < RELATED * energy
    )


def _product(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> float:
    return sum(a * c + b * d for (a, b), (c, d) in zip(one, other, strict=True))


def _chroma(colours: list[Colour]) -> list[tuple[float, float]]:
    """(Cb, Cr) of each, in levels, about the best curves over luminance."""
    terms, chroma = [], []
    for red, green, blue in colours:
        luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        terms.append((1.0, luminance / 255, (luminance / 255) ** 2))
        chroma.append((0.564 * (blue - luminance), 0.713 * (red - luminance)))
    matrix = [[sum((row[a] * row[b] for row in terms), 0.0) for b in range(3)] for a in range(3)]
    sides = []
    for side in (0, 1):
        values = [pair[side] for pair in chroma]
        right = [
            sum((row[term] * value for row, value in zip(terms, values, strict=True)), 0.0)
            for term in range(3)
        ]
        curve = solve(matrix, right)
        fitted = (sum(by * term for by, term in zip(curve, row, strict=True)) for row in terms)
        sides.append([value - fit for value, fit in zip(values, fitted, strict=True)])
    return list(zip(*sides, strict=True))
