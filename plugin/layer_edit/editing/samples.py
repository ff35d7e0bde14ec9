"""A few thousand pixels of two pictures of one size, for fits in Python."""

from __future__ import annotations

import math

from PIL import Image

COUNT = 2000
"""Enough for a curve, few enough for Python."""

APART = 0.1
"""Of the grid's step: how far the places of one sample lie apart."""

LEAST = 40
"""With fewer there is nothing to fit a curve to."""

Colour = tuple[int, int, int]
"""Red, green, blue: sRGB, 0–255."""

Pair = tuple[Colour, Colour]
"""What the source and the result show at one place."""


def colour_pairs(source: Image.Image, result: Image.Image, known: Image.Image) -> list[Pair]:
    """Pixels of two aligned RGB pictures in an even grid, each the median of a few near ones.

    The median, channel by channel: noise and single outliers go, and where a tone curve was
    applied, it stays that curve, which it would not for means over an edge. `known`, 'L': only
    places where it is 255 are taken, unless those are too few.
    """
    step = max(1.0, math.sqrt(source.width * source.height / COUNT))
    size = max(1, round(source.width / step)), max(1, round(source.height / step))
    there, here = (_medians(image, size) for image in (source, result))
    shown = known.resize(size, Image.Resampling.NEAREST).tobytes()
    taken = [index for index, alpha in enumerate(shown) if alpha == 255]
    if len(taken) < LEAST:
        # Thin ink on a clear layer: what the model was shown behind it drifted in the same way.
        taken = list(range(len(shown)))
    return [(_colour(there, 3 * index), _colour(here, 3 * index)) for index in taken]


def _medians(image: Image.Image, size: tuple[int, int]) -> list[int]:
    """RGB levels in a grid of that size, each the median of nine places about its cell's middle."""
    across, down = image.width / size[0], image.height / size[1]
    apart = round(APART * min(across, down))
    near = [
        image.transform(
            size,
            Image.Transform.AFFINE,
            (across, 0, right * apart, 0, down, below * apart),
            Image.Resampling.NEAREST,
        ).tobytes()
        for right in (-1, 0, 1)
        for below in (-1, 0, 1)
    ]
    return [sorted(levels)[4] for levels in zip(*near, strict=True)]


def _colour(levels: list[int], at: int) -> Colour:
    return levels[at], levels[at + 1], levels[at + 2]
