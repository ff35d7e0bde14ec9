"""Reads .kra files without Krita: the layer tree, and the pixels of paint layers.

Written from the file format alone: a .kra is a zip with maindoc.xml and, for each paint layer, a
file of 64 x 64 tiles. A tile is a text line 'x,y,LZF,length', one byte that says whether the rest
is compressed, and the pixels channel by channel (all bytes 0 of the pixels, then all bytes 1 …).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image


@dataclass(frozen=True)
class KraLayer:
    """One node of the tree, children from the top of the layer list to its bottom.

    `data` is the file of its tiles, `default` its default pixel; both empty for other kinds.
    """

    name: str
    kind: str
    uuid: str
    data: bytes = b""
    default: bytes = b""
    offset: tuple[int, int] = (0, 0)
    opacity: int = 255
    blending_mode: str = "normal"
    children: list[KraLayer] = field(default_factory=list)


@dataclass(frozen=True)
class KraFile:
    """`size` in pixels; `layers` from the top down."""

    size: tuple[int, int]
    layers: list[KraLayer]


def read_kra(path: Path) -> KraFile:
    """Read the whole tree of a .kra file."""
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("maindoc.xml"))  # noqa: S314 - our own file
        image = next(element for element in root if element.tag.endswith("IMAGE"))
        names = set(archive.namelist())
        folder = image.get("name", "") + "/layers/"
        layers = _layers(image, archive, folder, names)
        return KraFile((int(image.get("width", 0)), int(image.get("height", 0))), layers)


def _layers(
    element: ET.Element, archive: zipfile.ZipFile, folder: str, names: set[str]
) -> list[KraLayer]:
    found = []
    for container in element:
        if container.tag.split("}")[-1] not in ("layers", "masks"):
            continue
        for node in container:
            file = folder + node.get("filename", "")
            found.append(
                KraLayer(
                    name=node.get("name", ""),
                    kind=node.get("nodetype", ""),
                    uuid=node.get("uuid", ""),
                    data=archive.read(file) if file in names else b"",
                    default=_default(archive, file, names),
                    offset=(int(node.get("x", 0)), int(node.get("y", 0))),
                    opacity=int(node.get("opacity", 255)),
                    blending_mode=node.get("compositeop", "normal"),
                    children=_layers(node, archive, folder, names),
                )
            )
    return found


def _default(archive: zipfile.ZipFile, file: str, names: set[str]) -> bytes:
    return archive.read(file + ".defaultpixel") if file + ".defaultpixel" in names else b""


def pixels(layer: KraLayer, size: tuple[int, int]) -> bytes:
    """The layer's pixels over a canvas of that size, rows without padding, in Krita's order."""
    header, position = {}, 0
    while "DATA" not in header:
        line, position = _line(layer.data, position)
        key, _, value = line.partition(" ")
        header[key] = int(value)
    depth, edge = header["PIXELSIZE"], header["TILEWIDTH"]
    default = layer.default or bytes(depth)
    canvas = bytearray(default * (size[0] * size[1]))
    for _ in range(header["DATA"]):
        line, position = _line(layer.data, position)
        left, top, _kind, length = line.split(",")
        raw = _tile(layer.data[position : position + int(length)], edge * edge * depth)
        position += int(length)
        x, y = int(left) + layer.offset[0], int(top) + layer.offset[1]
        _paste(canvas, size, raw, (x, y), edge, depth)
    return bytes(canvas)


def rgba(layer: KraLayer, size: tuple[int, int]) -> Image.Image:
    """An 8-bit RGBA layer as an image of the canvas's size."""
    return Image.frombytes("RGBA", size, pixels(layer, size), "raw", "BGRA")


def _line(data: bytes, position: int) -> tuple[str, int]:
    end = data.index(b"\n", position)
    return data[position:end].decode("ascii"), end + 1


def _tile(data: bytes, length: int) -> bytes:
    """One tile's bytes, channel by channel."""
    return data[1:] if data[0] == 0 else lzf_decompress(data[1:], length)


def _paste(
    canvas: bytearray,
    size: tuple[int, int],
    planes: bytes,
    place: tuple[int, int],
    edge: int,
    depth: int,
) -> None:
    area = edge * edge
    tile = bytearray(area * depth)
    for channel in range(depth):
        tile[channel::depth] = planes[channel * area : (channel + 1) * area]
    x, y = place
    first, last = max(0, -x), min(edge, size[0] - x)
    if first >= last:
        return
    for row in range(max(0, -y), min(edge, size[1] - y)):
        start = ((y + row) * size[0] + x + first) * depth
        part = tile[(row * edge + first) * depth : (row * edge + last) * depth]
        canvas[start : start + len(part)] = part


def lzf_decompress(data: bytes, length: int) -> bytes:
    """LZF: a control byte below 32 copies that many + 1 literals, else it is a back reference."""
    out, position = bytearray(), 0
    while position < len(data):
        control = data[position]
        position += 1
        if control < 32:
            out += data[position : position + control + 1]
            position += control + 1
            continue
        count = control >> 5
        if count == 7:
            count += data[position]
            position += 1
        back = ((control & 31) << 8) + data[position] + 1
        position += 1
        start = len(out) - back
        for index in range(count + 2):
            out.append(out[start + index])
    if len(out) != length:
        raise ValueError(f"{len(out)} bytes instead of {length}")
    return bytes(out)
