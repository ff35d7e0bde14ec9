"""File bytes to a picture and back, with Pillow."""

from __future__ import annotations

import io

from PIL import Image

from ...editing.errors import InputError
from ...editing.geometry import Size
from ...editing.limits import ImageLimits, check_picture
from ...editing.request import FORMATS
from ...texts import tr


def decode(data: bytes, limits: ImageLimits) -> Image.Image:
    """File bytes (PNG, JPEG or WebP, sRGB) → mode RGB, or RGBA when it has any transparency.

    Raises InputError when the bytes are no such picture, or one of a size that cannot be edited.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            check_picture(Size(*opened.size), limits)
            picture: Image.Image = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
            return picture
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            tr("The picture could not be read: it is damaged, or no PNG, JPEG or WebP."), str(error)
        ) from error


def encode(picture: Image.Image, output_format: str) -> bytes:
    """An RGB or RGBA picture → file bytes; lossless except 'jpeg', which is flattened on white.

    Raises InputError for a format that is not in FORMATS.
    """
    if output_format not in FORMATS:
        raise InputError(
            tr(
                "The format '{output_format}' is not one of {formats}.",
                output_format=output_format,
                formats=", ".join(FORMATS),
            )
        )
    file = io.BytesIO()
    if output_format == "png":
        picture.save(file, "PNG", compress_level=1)
    elif output_format == "webp":
        # `exact` keeps the colours of transparent pixels; method 0 is the quick one.
        picture.save(file, "WEBP", lossless=True, exact=True, method=0, quality=25)
    else:
        _flattened(picture).save(file, "JPEG", quality=95, subsampling="4:4:4")
    return file.getvalue()


def _flattened(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
