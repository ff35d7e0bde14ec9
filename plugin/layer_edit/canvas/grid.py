"""Which pixels a capture reads: all of them in strips, or every nth of every nth row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..editing.geometry import Rect
from .pixels import ColourSpace, strips


@dataclass(frozen=True)
class Grid:
    """Reads the pixels whose coordinates are multiples of `every`, so that layers stay aligned."""

    every: int = 1

    @classmethod
    def for_room(cls, bounds: Rect, longest: int) -> Grid:
        """The coarsest one that leaves at least twice `longest` pixels on the longer side."""
        return cls(max(1, max(bounds.width, bounds.height) // (2 * max(1, longest))))

    def area(self, bounds: Rect) -> Rect:
        """The same place when only the pixels that are read are counted."""
        left, top, right, bottom = (
            -(-edge // self.every) for edge in (bounds.x, bounds.y, bounds.right, bounds.bottom)
        )
        return Rect.from_edges(left, top, right, bottom)

    def reads(self, bounds: Rect, space: ColourSpace) -> Iterator[Rect]:
        """The rectangles to read, from the top, in document pixels."""
        if self.every == 1:
            yield from strips(bounds, space)
            return
        area = self.area(bounds)
        left = area.x * self.every
        for row in range(area.y, area.bottom):
            yield Rect(left, row * self.every, bounds.right - left, 1)

    def thinned(self, data: bytes, pixel_bytes: int) -> bytes:
        """What is left of what was read: whole strips, or every nth pixel of a row."""
        if self.every == 1:
            return data
        starts = range(0, len(data), pixel_bytes * self.every)
        return b"".join(data[start : start + pixel_bytes] for start in starts)
