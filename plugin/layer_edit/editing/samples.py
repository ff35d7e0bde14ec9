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
    size = _grid(known)
    there, here = (_medians(image, size) for image in (source, result))
    taken = _taken(known, size)
    return [(_colour(there, 3 * index), _colour(here, 3 * index)) for index in taken]


def at_samples(mask: Image.Image, known: Image.Image) -> list[int]:
    """Levels of `mask` ('L', any size, of the whole picture) at the places of `colour_pairs`."""
    size = _grid(known)
    levels = mask.resize(size, Image.Resampling.NEAREST).tobytes()
    return [levels[index] for index in _taken(known, size)]


def _grid(known: Image.Image) -> tuple[int, int]:
    step = max(1.0, math.sqrt(known.width * known.height / COUNT))
    return max(1, round(known.width / step)), max(1, round(known.height / step))


def _taken(known: Image.Image, size: tuple[int, int]) -> list[int]:
    shown = known.resize(size, Image.Resampling.NEAREST).tobytes()
    taken = [index for index, alpha in enumerate(shown) if alpha == 255]
    # Thin ink on a clear layer: what the model was shown behind it drifted in the same way.
    return taken if len(taken) >= LEAST else list(range(len(shown)))


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
