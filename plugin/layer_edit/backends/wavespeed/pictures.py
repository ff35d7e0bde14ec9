"""Pictures on their way out: small enough to be taken."""

from __future__ import annotations

import base64
import io

from PIL import Image

from ...editing.errors import InputError
from ...editing.geometry import Size
from ...editing.request import EncodedImage
from ...texts import tr
from ..net.pictures import UNREADABLE

JPEG_QUALITY = 95


def fitted(image: EncodedImage, limit: int, number: int = 1) -> tuple[EncodedImage, str]:
    """The picture in at most `limit` bytes, and a sentence about what that took ('' for nothing).

    First it is encoded as JPEG at full size, then scaled down until it fits. `number` names it in
    messages. Raises InputError when it is no picture.
    """
    if len(image.data) <= limit:
        return image, ""
    try:
        with Image.open(io.BytesIO(image.data)) as opened:
            picture = opened.convert("RGB")
    except (*UNREADABLE, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(
            tr(
                "Picture {number} cannot be read, and nothing was sent: choose another one.",
                number=number,
            ),
            f"{type(error).__name__}: {error}",
        ) from error
    full = Size(*picture.size)
    size, data = full, _jpeg(picture)
    while len(data) > limit and min(size.as_tuple) > 1:
        # Bytes go with the area; a little more is taken off so that few rounds are needed.
        factor = min(0.95, 0.97 * (limit / len(data)) ** 0.5)
        size = Size(max(1, int(size.width * factor)), max(1, int(size.height * factor)))
        data = _jpeg(picture.resize(size.as_tuple, Image.Resampling.LANCZOS))
    words = {
        "number": number,
        "megabytes": _megabytes(len(image.data)),
        "limit": _megabytes(limit),
    }
    if size == full:
        note = tr(
            "Picture {number} has {megabytes} and WaveSpeed takes {limit}: it was sent as JPEG.",
            **words,
        )
    else:
        note = tr(
            "Picture {number} has {megabytes} and WaveSpeed takes {limit}: it was sent as JPEG "
            "and scaled from {full} to {size} pixels.",
            full=full,
            size=size,
            **words,
        )
    return EncodedImage(data, "image/jpeg", size), note


def data_uri(image: EncodedImage) -> str:
    """The picture as 'data:image/png;base64,…'."""
    return f"data:{image.mime};base64,{base64.b64encode(image.data).decode('ascii')}"


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
