"""Cutting a part of a picture, with fractions, and bringing it to a size."""

from __future__ import annotations

import math

from PIL import Image

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of a picture; fractions and places outside are allowed."""

EXACT = 1e-6
"""Pixels. Edges nearer than this to whole pixels are whole."""


def sampled(image: Image.Image, box: Box, size: tuple[int, int]) -> Image.Image:
    """The part of `image` within `box`, `size` pixels large, by Lanczos.

    On the same grid the pixels come back as they are. Outside, the edge pixels go on.
    """
    image, box = _extended(image, box)
    corners = (round(box[0]), round(box[1]), round(box[2]), round(box[3]))
    exact = all(abs(edge - corner) < EXACT for edge, corner in zip(box, corners, strict=True))
    if exact and (corners[2] - corners[0], corners[3] - corners[1]) == size:
        return image.crop(corners)
    return image.resize(size, Image.Resampling.LANCZOS, box=box)


def _lies_inside(image: Image.Image, box: Box) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= image.width and box[3] <= image.height


def _extended(image: Image.Image, box: Box) -> tuple[Image.Image, Box]:
    """The picture with its edge pixels repeated far enough to hold the box, and the box in it."""
    if _lies_inside(image, box):
        return image, box
    width, height = image.size
    over = math.ceil(max(-box[0], -box[1], box[2] - width, box[3] - height))
    wide = Image.new(image.mode, (width + 2 * over, height))
    wide.paste(image.crop((0, 0, 1, height)).resize((over, height)), (0, 0))
    wide.paste(image, (over, 0))
    wide.paste(image.crop((width - 1, 0, width, height)).resize((over, height)), (over + width, 0))
    tall = Image.new(image.mode, (wide.width, height + 2 * over))
    tall.paste(wide.crop((0, 0, wide.width, 1)).resize((wide.width, over)), (0, 0))
    tall.paste(wide, (0, over))
    bottom = wide.crop((0, height - 1, wide.width, height))
    tall.paste(bottom.resize((wide.width, over)), (0, over + height))
    left, top, right, below = box
    return tall, (left + over, top + over, right + over, below + over)
