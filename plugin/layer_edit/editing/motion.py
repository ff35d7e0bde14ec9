"""How far a result lies off its source: a shift and a scale along each axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .sampling import Box


@dataclass(frozen=True)
class Motion:
    """Where the result shows what the source has at a place.

    `x`, `y`: shift at the picture's middle, in half widths and half heights; `across`, `down`:
    factors on distances from the middle. Shares of the picture, so that they hold at any size.
    """

    x: float = 0.0
    y: float = 0.0
    across: float = 1.0
    down: float = 1.0

    def then(self, x: float, y: float, across: float, down: float) -> Motion:
        """Refined by a further motion that was measured after this one had been undone."""
        return Motion(
            self.x + self.across * x,
            self.y + self.down * y,
            self.across * across,
            self.down * down,
        )

    def box(self, nominal: Box) -> Box:
        """Where to sample so that the motion is undone; `nominal` is right for no motion."""
        left, top, right, bottom = nominal
        half_width, half_height = (right - left) / 2, (bottom - top) / 2
        x = (left + right) / 2 + self.x * half_width
        y = (top + bottom) / 2 + self.y * half_height
        return (
            x - self.across * half_width,
            y - self.down * half_height,
            x + self.across * half_width,
            y + self.down * half_height,
        )

    def shift(self, size: tuple[int, int]) -> tuple[float, float]:
        """(dx, dy) at the middle of a picture of that size, in its pixels."""
        return self.x * size[0] / 2, self.y * size[1] / 2

    @property
    def scale(self) -> float:
        """Mean factor of both axes."""
        return math.sqrt(self.across * self.down)

    def farthest(self, size: tuple[int, int]) -> float:
        """The largest move of any point of a picture of that size, in its pixels."""
        return math.hypot(
            (abs(self.x) + abs(self.across - 1)) * size[0] / 2,
            (abs(self.y) + abs(self.down - 1)) * size[1] / 2,
        )
