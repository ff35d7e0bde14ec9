"""Little CMS by itself, through ctypes: what a colour is in another space, without Krita.

The library is the one that the running process has: inside Krita Krita's own, of the same version,
so that differences of version (black point compensation from CMYK changed in 2.17) do not count as
errors. Everything happens in a context of its own, without the plug-ins that Krita puts into the
common one, and without optimisation: lcms then calculates instead of interpolating in tables.
Standard library only: scenarios load this module inside Krita.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

PERCEPTUAL = 0
FLAGS = 0x0100 | 0x2000 | 0x0040 | 0x04000000
"""No optimisation, black point compensation, no cache, copy alpha. Intent and compensation are
those of Krita's KoColorConversionTransformation::internalRenderingIntent and …Flags."""

NUMBERS = {"GRAYA": 3, "RGBA": 4, "CMYKA": 6, "YCbCrA": 7, "XYZA": 9, "LABA": 10}
"""lcms's numbers of the colour models (PT_GRAY …)."""

COLOURS = {"GRAYA": 1, "RGBA": 3, "CMYKA": 4, "YCbCrA": 3, "XYZA": 3, "LABA": 3}
BYTES = {"U8": 1, "U16": 2, "F16": 2, "F32": 4}


@dataclass(frozen=True)
class Space:
    """A colour space: Krita's names of model and depth, and the profile's bytes."""

    model: str
    depth: str
    icc: bytes

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel, alpha included."""
        return (COLOURS[self.model] + 1) * BYTES[self.depth]

    @property
    def format(self) -> int:
        """lcms's description of Krita's memory layout (lcms2.h: COLORSPACE_SH, CHANNELS_SH …)."""
        layout = NUMBERS[self.model] << 16 | 1 << 7 | COLOURS[self.model] << 3 | BYTES[self.depth]
        if self.depth.startswith("F"):
            return layout | 1 << 22
        # Krita keeps integer RGB as B, G, R, A.
        return layout | (1 << 14 | 1 << 10 if self.model == "RGBA" else 0)


class Lcms:
    """The library at `path`, or the one named liblcms2.so.2 that is loaded or installed."""

    def __init__(self, path: str = "liblcms2.so.2") -> None:
        pointer, number, text = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p
        self._library = ctypes.CDLL(path)
        self._context = self._call("cmsCreateContext", pointer, pointer, pointer)(None, None)
        self._open = self._call("cmsOpenProfileFromMemTHR", pointer, pointer, text, number)
        self._close = self._call("cmsCloseProfile", number, pointer)
        self._create = self._call(
            "cmsCreateTransformTHR",
            *(pointer, pointer, pointer, number, pointer, number, number, number),
        )
        self._run = self._call("cmsDoTransform", None, pointer, text, pointer, number)
        self._delete = self._call("cmsDeleteTransform", None, pointer)
        self.version: int = self._call("cmsGetEncodedCMMversion", ctypes.c_int)()
        """2140 for 2.14."""

    def convert(self, pixels: bytes, now: Space, then: Space) -> bytes:
        """Convert pixels in Krita's memory layout; perceptual, with black point compensation."""
        count = len(pixels) // now.pixel_bytes
        result = ctypes.create_string_buffer(count * then.pixel_bytes)
        profiles = [self._open(self._context, one.icc, len(one.icc)) for one in (now, then)]
        transform = self._create(
            *(self._context, profiles[0], now.format, profiles[1], then.format, PERCEPTUAL, FLAGS)
        )
        if not transform:
            raise ValueError(f"lcms cannot convert {now.model} {now.depth} to {then.model}")
        self._run(transform, pixels, result, count)
        self._delete(transform)
        for profile in profiles:
            self._close(profile)
        return result.raw

    def _call(self, name: str, result: object, *arguments: object) -> Any:
        function = getattr(self._library, name)
        function.restype, function.argtypes = result, arguments
        return function
