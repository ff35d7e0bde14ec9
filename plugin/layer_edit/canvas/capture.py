"""Reading a layer's pixels in strips, as 8-bit sRGB."""

from __future__ import annotations

from collections.abc import Generator

from .active import ActiveSource
from .pixels import SRGB8, ColourSpace, convert, strips


def capture(source: ActiveSource) -> Generator[None, None, bytearray]:
    """Read the source within its bounds, one strip a step; returns B, G, R, A rows, sRGB 8 bits.

    A paint layer is read from a duplicate made in the first step (1–3 ms), so that painting
    on it meanwhile cannot tear the picture. The document is not changed. Run by `Pump`.
    """
    bounds = source.bounds
    node = source.node if source.reads_projection else source.node.duplicate()
    read = node.projectionPixelData if source.reads_projection else node.pixelData
    space = ColourSpace.of(node)
    row = bounds.width * 4
    data = bytearray(row * bounds.height)
    yield
    for strip in strips(bounds):
        part = read(strip.x, strip.y, strip.width, strip.height)
        if not space.is_srgb8:
            part = convert(source.document, part, strip, space, SRGB8)
        start = (strip.y - bounds.y) * row
        data[start : start + strip.height * row] = part.data()
        yield
    return data
