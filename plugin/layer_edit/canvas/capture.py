"""Reading a layer's pixels in strips, as 8-bit sRGB."""

from __future__ import annotations

from collections.abc import Generator

from .active import ActiveSource
from .pixels import SRGB8, ColourSpace, convert, strips


def capture(source: ActiveSource) -> Generator[None, None, list[bytes]]:
    """Read the source within its bounds, one strip a step; returns the strips from the top.

    Each strip is B, G, R, A rows, sRGB 8 bits. They are joined on a worker: one buffer for all
    would cost the main thread 20 ms at 4096 x 4096. A paint layer is read from a duplicate made
    in the first step (1–3 ms), so that painting on it meanwhile cannot tear the picture. The
    document is not changed. Run by `Pump`.
    """
    node = source.node if source.reads_projection else source.node.duplicate()
    read = node.projectionPixelData if source.reads_projection else node.pixelData
    space = ColourSpace.of(node)
    parts = []
    yield
    for strip in strips(source.bounds, space):
        part = read(strip.x, strip.y, strip.width, strip.height)
        if not space.is_srgb8:
            part = convert(source.document, part, strip, space, SRGB8)
        parts.append(bytes(part.data()))
        yield
    return parts
