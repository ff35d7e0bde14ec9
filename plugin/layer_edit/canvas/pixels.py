"""Pixels between Krita's nodes and flat sRGB buffers: cutting into strips, converting colours.

Measured: one `pixelData` call on 4096 x 4096 pixels blocks 255 ms, 64-row strips 10 ms in all.
Colours are converted by Krita itself, on detached nodes of a document that is never shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from krita import Krita
from PIL import Image

from ..editing.errors import LayerEditError
from ..editing.geometry import Rect
from ..qt import QtCore
from ..texts import tr

STRIP_ROWS = 64

EDGE = 64
"""Krita keeps pixels in tiles of 64 x 64 and converts whole tiles."""

CONVERTED_PIXELS = EDGE * EDGE
"""Pixels of a strip that is converted: one tile, some 2 ms each way."""

SRGB = "sRGB-elle-V2-srgbtrc.icc"
LINEAR_SRGB = "sRGB-elle-V2-g10.icc"
"""Two profiles that every Krita carries: sRGB, and the same without its tone curve."""

IDLE_MS = 30_000
"""Milliseconds without a conversion after which the document for them is closed."""

CHANNELS = {"RGBA": 4, "GRAYA": 2, "CMYKA": 5, "LABA": 4, "XYZA": 4, "YCbCrA": 4}
CHANNEL_BYTES = {"U8": 1, "U16": 2, "F16": 2, "F32": 4}

LOWEST, HIGHEST = -0.002, 1.01
"""Linear sRGB beyond these is outside: about one step of 8 bits, which rounding can account for."""


class ColourError(LayerEditError):
    """Krita did not convert the colours."""


@dataclass(frozen=True)
class ColourSpace:
    """A colour space by Krita's names: model 'RGBA', depth 'U8', profile name."""

    model: str
    depth: str
    profile: str

    @classmethod
    def of(cls, thing: Any) -> ColourSpace:
        """That of a krita Node or Document."""
        return cls(thing.colorModel(), thing.colorDepth(), thing.colorProfile())

    @property
    def is_srgb8(self) -> bool:
        """True when its memory is already what this plugin works in."""
        names = (SRGB, "sRGB built-in")
        return self.model == "RGBA" and self.depth == "U8" and self.profile in names

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel, alpha included; 0 for what is no picture (Krita's model 'A')."""
        return CHANNELS.get(self.model, 0) * CHANNEL_BYTES.get(self.depth, 0)

    def __str__(self) -> str:
        return f"{self.model} {self.depth} {self.profile}"


SRGB8 = ColourSpace("RGBA", "U8", SRGB)

LINEAR = ColourSpace("RGBA", "F32", LINEAR_SRGB)
"""What conversions pass through; values outside 0–1 are colours outside sRGB."""


def strips(bounds: Rect, space: ColourSpace) -> Iterator[Rect]:
    """Cut into strips of full width, from the top; lower ones where they have to be converted."""
    rows = STRIP_ROWS
    if not space.is_srgb8:
        rows = min(rows, max(1, CONVERTED_PIXELS // bounds.width))
    for top in range(bounds.y, bounds.bottom, rows):
        yield Rect(bounds.x, top, bounds.width, min(rows, bounds.bottom - top))


class Converter:
    """Converts strips between colour spaces, in a document of its own that is never shown.

    Krita enters every conversion of a node into the undo history of the node's document and marks
    that as modified, even where the node is detached; so it must not be the user's. Opening this
    one takes some 70 ms and closing it 50 ms: it stays open from the first conversion until none
    came for IDLE_MS. To be made in the main thread.
    """

    def __init__(self) -> None:
        self._document: Any = None
        self._empty: dict[ColourSpace, Any] = {}
        self._idle = QtCore.QTimer()
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.close)

    def convert(self, data: Any, pixels: int, now: ColourSpace, then: ColourSpace) -> Any:
        """Convert so many pixels, as bytes or QByteArray; returns a QByteArray.

        Raises ColourError when Krita has no such space, or when the length of the data is wrong.
        """
        return self._convert(data, pixels, now, then)[0]

    def to_srgb8(self, data: Any, pixels: int, now: ColourSpace) -> tuple[bytes, bool]:
        """Convert to B, G, R, A of 8-bit sRGB; True when colours outside sRGB were cut off.

        Raises ColourError as `convert` does.
        """
        check_length(data, pixels, now)
        if now.is_srgb8:
            return bytes(data), False
        converted, linear = self._convert(data, pixels, now, SRGB8)
        return bytes(converted), _is_outside(linear, LINEAR) or _is_outside(bytes(data), now)

    def close(self) -> None:
        """Close the document; the next conversion opens another one."""
        self._idle.stop()
        self._empty.clear()
        if self._document is not None:
            _quitting().disconnect(self.close)
            if _is_there(self._document):
                self._document.setModified(False)
                self._document.close()
            self._document = None

    def _convert(
        self, data: Any, pixels: int, now: ColourSpace, then: ColourSpace
    ) -> tuple[Any, bytes]:
        check_length(data, pixels, now)
        self._idle.start()
        result = _converted(self._node(now).duplicate(), data, pixels, now, then)
        # Or Krita would save it every few minutes, as a file to be recovered.
        self._document.setModified(False)
        return result

    def _node(self, space: ColourSpace) -> Any:
        """An empty node in that space, to be duplicated (0.04 ms; making one takes 0.6 ms)."""
        if self._document is None or not _is_there(self._document):
            self._open()
        if space not in self._empty:
            node = self._document.createNode("", "paintlayer")
            _set_space(node, space)
            self._empty[space] = node
        return self._empty[space]

    def _open(self) -> None:
        self._empty.clear()
        if self._document is None:
            # Krita crashes when it quits while Python holds on to a document without a view.
            _quitting().connect(self.close)
        self._document = Krita.instance().createDocument(
            1, 1, "Layer Edit", LINEAR.model, LINEAR.depth, LINEAR.profile, 72.0
        )
        self._document.setBatchmode(True)


def route(now: ColourSpace, then: ColourSpace) -> tuple[ColourSpace, ...]:
    """The spaces to pass through, the last one included.

    Left to itself Krita has lcms optimise a conversion, which then interpolates in coarse tables:
    measured up to 46/255 wrong from YCbCr, 48 from Lab, 46 from XYZ, 28 from wide RGB. Krita 5.1
    does so between integers; later ones, which have lcms's fast-float plug-in, between floats too,
    but not to or from a profile whose curve is linear. Through linear floats both halves are what
    lcms calculates, to the last bit. A mere change of depth needs no detour.
    """
    if (now.model, now.profile) == (then.model, then.profile):
        return (then,)
    return tuple(space for space in (LINEAR, then) if space != now)


def _converted(
    node: Any, data: Any, pixels: int, now: ColourSpace, then: ColourSpace
) -> tuple[Any, bytes]:
    """The pixels converted on an empty node in `now`; and in LINEAR, where they became that."""
    rows, linear = -(-pixels // EDGE), b""
    # Only as many tiles as needed are converted when the pixels fill them one after the other.
    node.setPixelData(bytes(data).ljust(rows * EDGE * now.pixel_bytes, b"\0"), 0, 0, EDGE, rows)
    for space in route(now, then):
        _set_space(node, space)
        if space == LINEAR:
            # Without the tile's rest: zeros are a strong colour in Lab.
            linear = bytes(node.pixelData(0, 0, EDGE, rows))[: pixels * LINEAR.pixel_bytes]
    converted = node.pixelData(0, 0, EDGE, rows)
    converted.truncate(pixels * then.pixel_bytes)
    return converted, linear


def check_length(data: Any, pixels: int, space: ColourSpace) -> None:
    """Raise ColourError for another length: Krita would read beyond the end of what is too short.

    It gives less, or nothing, of a layer that is deleted or converted while it is read.
    """
    if not 0 < pixels * space.pixel_bytes == len(data):
        raise ColourError(
            tr(
                "Krita gave {bytes} bytes for {pixels} pixels of {space}; nothing was "
                "changed: try again, or edit a copy converted to RGB (Image > Convert "
                "Image Color Space).",
                bytes=len(data),
                pixels=pixels,
                space=space,
            )
        )


def _set_space(node: Any, space: ColourSpace) -> None:
    if ColourSpace.of(node) == space:
        return
    node.setColorSpace(space.model, space.depth, space.profile)
    if ColourSpace.of(node) != space:
        raise ColourError(
            tr(
                "Krita has no colour space '{space}'; nothing was changed: edit a copy "
                "converted to RGB (Image > Convert Image Color Space).",
                space=space,
            )
        )


def _is_outside(data: bytes, space: ColourSpace) -> bool:
    """True when an RGB or grey float value lies outside 0–1, by more than a step of 8 bits."""
    if space.model not in ("RGBA", "GRAYA") or space.depth not in ("F16", "F32") or not data:
        return False
    if space.depth == "F32":
        low, high = _extrema(data)
    else:
        values = struct.unpack(f"<{len(data) // 2}e", data)  # Pillow knows no half floats
        low, high = min(values), max(values)
    return low < LOWEST or high > HIGHEST


def _extrema(floats: bytes) -> tuple[float, float]:
    extrema: Any = Image.frombytes("F", (len(floats) // 4, 1), floats).getextrema()
    return extrema[0], extrema[1]


def _is_there(document: Any) -> bool:
    """False when something else closed it: then Krita gives a width of 0, and crashes on more."""
    return bool(document.width())


def _quitting() -> Any:
    """The signal that Krita is about to end."""
    application: Any = QtCore.QCoreApplication.instance()
    return application.aboutToQuit
