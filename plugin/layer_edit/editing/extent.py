"""Whether an edit changed a part of the picture, or all of it.

A whole-image model's drift and a wish such as 'slightly warmer' look alike. They are told apart
by what is left when the common change of colours is taken out: a local edit is still there, and
stands out against it; after a wish about the whole picture's colours nothing is.
"""

from __future__ import annotations

import math

from .changes import Changes
from .colour_match import ColourMatch
from .equations import solve
from .samples import Colour, Pair

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

DECOLOURED = 0.25
"""What a picture in one hue has left of them, at most."""


def is_global(
    pairs: list[Pair], match: ColourMatch, found: Changes, share: float, strength: float
) -> bool:
    """True when the edit is one of the whole picture.

    `pairs`: samples of source and result, aligned, before `match`; `found`: the changes after it,
    which cover `share` of the picture (0–1) and differ by `strength` levels there.
    """
    return (
        match.drift > MOST_DRIFT
        or share > MOST_CHANGED
        or found.unchanged < LEAST_UNCHANGED
        or (match.drift > DRIFT and strength < FAINT * match.drift)
        or _in_one_hue(pairs)
    )


def _in_one_hue(pairs: list[Pair]) -> bool:
    """Whether the result has one hue, as black and white and sepia have, and the source has not."""
    before = _colour_left([there for there, _ in pairs])
    return before > COLOURED and _colour_left([here for _, here in pairs]) < DECOLOURED * before


def _colour_left(colours: list[Colour]) -> float:
    """Root mean square of Cb and Cr (levels) about the best curves over luminance."""
    terms, chroma = [], []
    for red, green, blue in colours:
        luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        terms.append((1.0, luminance / 255, (luminance / 255) ** 2))
        chroma.append((0.564 * (blue - luminance), 0.713 * (red - luminance)))
    matrix = [[sum((row[a] * row[b] for row in terms), 0.0) for b in range(3)] for a in range(3)]
    total = 0.0
    for side in (0, 1):
        values = [pair[side] for pair in chroma]
        right = [
            sum((row[term] * value for row, value in zip(terms, values, strict=True)), 0.0)
            for term in range(3)
        ]
        curve = solve(matrix, right)
        fitted = [sum(by * term for by, term in zip(curve, row, strict=True)) for row in terms]
        total += sum((value - fit) ** 2 for value, fit in zip(values, fitted, strict=True))
    return math.sqrt(total / max(1, len(colours)))
