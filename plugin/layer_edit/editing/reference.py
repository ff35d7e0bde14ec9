"""Further pictures of a request: what a model is to take something from."""

from __future__ import annotations

import math

from PIL import Image

from ..texts import tr
from .codec import encode, flatten
from .errors import InputError
from .geometry import Size
from .limits import ImageLimits, check_picture
from .request import EncodedImage

MAX_PIXELS = 2048 * 2048
"""Width times height: the services work at about that size, so more would only be upload."""


def encoded_reference(image: Image.Image, limits: ImageLimits) -> EncodedImage:
    """An sRGB picture as a reference: scaled down to MAX_PIXELS, PNG. Heavy: for worker threads.

    Transparency is laid over white where the backend sees none. Raises InputError for a picture
    that the backend does not take.
    """
    check_picture(Size(*image.size), limits)
    if image.mode == "RGBA" and not limits.alpha:
        image = flatten(image)
    return encode(_reduced(image, MAX_PIXELS))


def check_references(number: int, limits: ImageLimits) -> None:
    """Raise InputError when a backend does not take that many pictures beside the first."""
    if number + 1 > limits.max_images:
        raise InputError(
            tr(
                "{number} reference pictures were given and this backend takes {most}: remove "
                "some.",
                number=number,
                most=limits.max_images - 1,
            )
        )


def _reduced(image: Image.Image, pixels: int) -> Image.Image:
    size = Size(*image.size)
    if size.pixels <= pixels:
        return image
    factor = math.sqrt(pixels / size.pixels)
    sides = (max(1, int(size.width * factor)), max(1, int(size.height * factor)))
    return image.resize(sides, Image.Resampling.LANCZOS)
