"""Where a source lay when it was captured: what is needed to follow it in a changed document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from .geometry import Rect, Size


@dataclass(frozen=True)
class Anchor:
    """A source's place at one moment, in document pixels.

    `canvas` is the document's size, `bounds` the whole source's (also beyond the canvas).
    `positions`: (unique id, x, y) of the layers it consists of. A layer's position changes when it
    is moved, and when the image is cropped or its canvas resized; scaling leaves it as it is.
    """

    canvas: Size
    bounds: Rect
    positions: tuple[tuple[str, int, int], ...] = ()

    def shift_to(self, now: Anchor) -> tuple[int, int]:
        """By how much most of the layers that are in both have moved; (0, 0) when there are none.

        Most, because one layer of a group may have been moved by itself.
        """
        there = {layer_id: (x, y) for layer_id, x, y in now.positions}
        shifts = Counter(
            (there[layer_id][0] - x, there[layer_id][1] - y)
            for layer_id, x, y in self.positions
            if layer_id in there
        )
        return shifts.most_common(1)[0][0] if shifts else (0, 0)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "canvas": [self.canvas.width, self.canvas.height],
            "bounds": [self.bounds.x, self.bounds.y, self.bounds.width, self.bounds.height],
            "positions": [list(position) for position in self.positions],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Anchor:
        """The inverse of `to_json`. Raises KeyError or TypeError for a damaged one."""
        positions = tuple((str(name), int(x), int(y)) for name, x, y in data["positions"])
        return cls(Size(*data["canvas"]), Rect(*data["bounds"]), positions)
