"""Results on their way in: whole, decodable, and not a bomb."""

from __future__ import annotations

import base64
import binascii
import io
import struct
import zlib

from PIL import Image

from ...editing.geometry import Size
from ...texts import N_, tr

RESULT_FORMATS = ("PNG", "JPEG", "WEBP")
MAX_RESULT_BYTES = 200 * 2**20
MAX_RESULT_PIXELS = 64_000_000
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


def from_base64(text: str, limit: int) -> bytes:
    """Bytes of a result given as base64, with or without a 'data:' prefix.

    Raises ResultError when it is not base64 or holds more than `limit` bytes.
    """
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            raise ResultError(N_("its result is a data URI in a form that is not understood"))
    if len(text) * 3 // 4 > limit:
        raise ResultError(
            tr("its result is larger than {limit} MB", limit=f"{limit / 2**20:,.0f}"), final=True
        )
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ResultError(N_("its result is neither an address nor base64"), str(error)) from error


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
        raise _too_large(tr("far too many"), max_pixels) from error
    except UNREADABLE as error:
        start = data[:40]
        raise ResultError(
            N_("what was downloaded is not a whole picture"),
            f"{type(error).__name__}: {error}; {len(data)} bytes beginning {start!r}",
        ) from error


def _too_large(what: str, max_pixels: int) -> ResultError:
    return ResultError(
        tr(
            "its result has {what} pixels, more than {most} megapixels",
            what=what,
            most=max_pixels // 10**6,
        ),
        final=True,
    )
