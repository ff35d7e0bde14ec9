"""Sizes and rectangles in whole pixels, as values that own their arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Size:
        """Read 'W*H' (also 'WxH'), the form of WaveSpeed's `size` field.

        Raises ValueError when the text has another form or a side is 0.
        """
        match = re.fullmatch(r"\s*(\d{1,6})\s*[*xX×]\s*(\d{1,6})\s*", text)
        if not match or int(match[1]) == 0 or int(match[2]) == 0:
            raise ValueError(f"'{text}' is not a size of the form WIDTH*HEIGHT")
        return cls(int(match[1]), int(match[2]))

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height

    @property
    def as_tuple(self) -> tuple[int, int]:
        """(width, height), the form Pillow takes."""
        return self.width, self.height

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


@dataclass(frozen=True)
class Rect:
    """A rectangle in pixels; `x` and `y` may be negative (layers reach beyond the canvas)."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of_size(cls, size: Size) -> Rect:
        """The rectangle of that size at the origin."""
        return cls(0, 0, size.width, size.height)

    @classmethod
    def from_edges(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        """From edges; `right` and `bottom` are the first pixels outside."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        """The first column outside."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row outside."""
        return self.y + self.height

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.width, self.height)

    @property
    def is_empty(self) -> bool:
        """True when it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def intersected(self, other: Rect) -> Rect:
        """What lies in both; empty (0 wide or high) when they do not touch."""
        return Rect.from_edges(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def united(self, other: Rect) -> Rect:
        """The smallest rectangle around both; an empty one adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect.from_edges(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def translated(self, dx: int, dy: int) -> Rect:
        """Moved by (dx, dy) pixels."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, margin: int) -> Rect:
        """`margin` pixels larger on every side (smaller when negative, never below 0)."""
        return Rect.from_edges(
            self.x - margin, self.y - margin, self.right + margin, self.bottom + margin
        )

    def contains(self, other: Rect) -> bool:
        """True when `other` lies wholly inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )
