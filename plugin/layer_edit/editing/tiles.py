"""Sums over the tiles of a picture: in Pillow's C code, a few thousand numbers to Python."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageMath


def computed(expression: Callable[[dict[str, Any]], Any], **images: Image.Image) -> Image.Image:
    """The picture of an expression over single-band pictures of one size, by name."""
    result: Image.Image = ImageMath.lambda_eval(expression, **images)
    return result


def tile_means(image: Image.Image, tile: int) -> array[float]:
    """Row by row the mean of each whole tile of an 'L' or 'F' picture.

    Partial tiles at the right and below are left out, unless the picture is smaller than a tile.
    """
    across, down = max(1, image.width // tile), max(1, image.height // tile)
    # 'L' would round the means.
    whole = image.convert("F").crop(
        (0, 0, min(image.width, across * tile), min(image.height, down * tile))
    )
    return array("f", whole.reduce(tile).tobytes())


def central(image: Image.Image) -> dict[str, Image.Image]:
    """The picture without its outermost pixels ('middle'), and the same moved by a pixel:

    'left' holds each pixel's neighbour on the left, and so on. All two pixels smaller.
    """
    width, height = image.size
    corners = {"middle": (1, 1), "left": (0, 1), "right": (2, 1), "above": (1, 0), "below": (1, 2)}
    return {
        name: image.crop((x, y, x + width - 2, y + height - 2)) for name, (x, y) in corners.items()
    }
