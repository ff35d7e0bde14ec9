"""Pictures on their way out (small enough to be taken) and in (whole, and not a bomb)."""

from __future__ import annotations

import base64
import binascii
import io
import struct
import zlib

from PIL import Image

from ...editing.errors import InputError
from ...editing.geometry import Size
from ...editing.request import EncodedImage

RESULT_FORMATS = ("PNG", "JPEG", "WEBP")
JPEG_QUALITY = 95
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders raise for damaged files."""


class ResultError(Exception):
    """A result that cannot be used. `final`: fetching it again would surely end the same way."""

    def __init__(self, reason: str, detail: str = "", final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.final = final


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
            f"Picture {number} cannot be read, and nothing was sent: choose another one.",
            f"{type(error).__name__}: {error}",
        ) from error
    full = Size(*picture.size)
    size, data = full, _jpeg(picture)
    while len(data) > limit and min(size.as_tuple) > 1:
        # Bytes go with the area; a little more is taken off so that few rounds are needed.
        factor = min(0.95, 0.97 * (limit / len(data)) ** 0.5)
        size = Size(max(1, int(size.width * factor)), max(1, int(size.height * factor)))
        data = _jpeg(picture.resize(size.as_tuple, Image.Resampling.LANCZOS))
    scaled = "" if size == full else f" and scaled from {full} to {size} pixels"
    note = (
        f"Picture {number} has {_megabytes(len(image.data))} and WaveSpeed takes "
        f"{_megabytes(limit)}: it was sent as JPEG{scaled}."
    )
    return EncodedImage(data, "image/jpeg", size), note


def data_uri(image: EncodedImage) -> str:
    """The picture as 'data:image/png;base64,…'."""
    return f"data:{image.mime};base64,{base64.b64encode(image.data).decode('ascii')}"


def from_base64(text: str, limit: int) -> bytes:
    """Bytes of a result given as base64, with or without a 'data:' prefix.

    Raises ResultError when it is not base64 or holds more than `limit` bytes.
    """
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            raise ResultError("its result is a data URI in a form that is not understood")
    if len(text) * 3 // 4 > limit:
        raise ResultError(f"its result is larger than {limit / 2**20:,.0f} MB", final=True)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ResultError("its result is neither an address nor base64", str(error)) from error


def check_result(data: bytes, max_pixels: int) -> None:
    """Raise ResultError unless the bytes are a PNG, JPEG or WebP that decodes wholly.

    The size is looked at before memory for the pixels is taken.
    """
    try:
        with Image.open(io.BytesIO(data), formats=RESULT_FORMATS) as picture:
            size = Size(*picture.size)
            if size.pixels > max_pixels:
                raise _too_large(str(size), max_pixels)
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # Pillow's own, far higher limit comes first; its warning is an error under `-W error`.
        raise _too_large("far too many", max_pixels) from error
    except UNREADABLE as error:
        start = data[:40]
        raise ResultError(
            "what was downloaded is not a whole picture",
            f"{type(error).__name__}: {error}; {len(data)} bytes beginning {start!r}",
        ) from error


def _too_large(what: str, max_pixels: int) -> ResultError:
    return ResultError(
        f"its result has {what} pixels, more than {max_pixels // 10**6} megapixels", final=True
    )


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
