"""A few thousand pixels of two pictures of one size, for fits in Python."""

from __future__ import annotations

import math

from PIL import Image

COUNT = 2000
"""Enough for a curve, few enough for Python."""

LEAST = 40
"""With fewer there is nothing to fit a curve to."""

Colour = tuple[int, int, int]
"""Red, green, blue: sRGB, 0–255."""

Pair = tuple[Colour, Colour]
"""What the source and the result show at one place."""


def colour_pairs(source: Image.Image, result: Image.Image, known: Image.Image) -> list[Pair]:
    """Pixels of two aligned RGB pictures in an even grid, each a mean over a few pixels.

    `known`, 'L': only places where it is 255 are taken, unless those are too few.
    """
    share = math.sqrt(COUNT / (source.width * source.height))
    # Means over a quarter of the grid's step: little noise, and still nearly the pixels' range.
    near = max(1, round(0.25 / share))
    width = max(1, min(source.width, round(source.width * share)))
    height = max(1, min(source.height, round(source.height * share)))
    there, here, shown = (
        image.reduce(near).resize((width, height), Image.Resampling.NEAREST).tobytes()
        for image in (source, result, known)
    )
    taken = [index for index, alpha in enumerate(shown) if alpha == 255]
    if len(taken) < LEAST:
        # Thin ink on a clear layer: what the model was shown behind it drifted in the same way.
        taken = list(range(len(shown)))
    return [(_colour(there, 3 * index), _colour(here, 3 * index)) for index in taken]


def _colour(pixels: bytes, at: int) -> Colour:
    return pixels[at], pixels[at + 1], pixels[at + 2]
