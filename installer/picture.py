"""Tells from a file's first bytes, before anything is started, whether it is a whole picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from .console import InputError
from .metadata import add_plugin_path

_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n"),
    (0, b"\xff\xd8\xff"),  # JPEG
    (0, b"GIF8"),
    (0, b"BM"),
    (8, b"WEBP"),
    (0, b"II*\0"),  # TIFF
    (0, b"MM\0*"),
    (0, b"8BPS"),  # Photoshop
    (0, b"\x76\x2f\x31\x01"),  # OpenEXR
    (0, b"PK\x03\x04"),  # Krita, OpenRaster
)

_SCAN = 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers: start of the compressed picture, and of the header with its size."""


def check_image(file: Path) -> None:
    """Raise InputError with one sentence when the file cannot be a picture to edit."""
    if not file.exists():
        raise InputError(f"There is no file {file}: give a picture with --image.")
    if not file.is_file():
        raise InputError(f"{file} is not a file: give a picture with --image.")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}).") from error
    if not any(content[at : at + len(magic)] == magic for at, magic in _SIGNATURES):
        raise InputError(
            f"{file} is not a picture that Krita opens (PNG, JPEG, WebP, TIFF, KRA …)."
        )
    if _cut_off(content):
        raise InputError(f"{file} is not complete: its end is missing. Get the file anew.")
    size = size_of(content)
    if size is not None:
        _check_size(size)


def _cut_off(content: bytes) -> bool:
    if content.startswith(b"\x89PNG"):
        return b"IEND" not in content[-4096:]
    if content.startswith(b"\xff\xd8"):
        scan = next((at for marker, at in _segments(content) if marker == _SCAN), None)
        return scan is None or content.find(b"\xff\xd9", scan) < 0
    if content[8:12] == b"WEBP":
        return bool(len(content) < struct.unpack("<I", content[4:8])[0] + 8)
    return False


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG, None where it takes more to know."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"GIF8") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    for marker, at in _segments(content):
        if marker in _FRAMES and at + 9 <= len(content):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Marker and place of each of a JPEG's segments up to the first scan.

    Walking over them keeps apart the picture and the small ones inside its metadata.
    """
    at, marker = 2, 0
    while at + 4 <= len(content) and content[at] == 0xFF and marker != _SCAN:
        marker = content[at + 1]
        yield marker, at
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]


def _check_size(size: tuple[int, int]) -> None:
    """The plugin's own rule and sentence for what can be edited."""
    add_plugin_path()
    from layer_edit.editing.errors import InputError as PluginError  # noqa: PLC0415
    from layer_edit.editing.geometry import Size  # noqa: PLC0415
    from layer_edit.editing.limits import ImageLimits, check_picture  # noqa: PLC0415

    try:
        check_picture(Size(*size), ImageLimits())
    except PluginError as error:
        raise InputError(error.message) from error
