"""Where the places of a document lie after it was moved, cropped or scaled."""

from __future__ import annotations

from dataclasses import dataclass

from .geometry import Rect


@dataclass(frozen=True)
class Mapping:
    """From old to new document coordinates: x · across + dx, y · down + dy, in pixels."""

    dx: int = 0
    dy: int = 0
    across: float = 1.0
    down: float = 1.0

    @property
    def is_shift(self) -> bool:
        """True when nothing is scaled: every pixel stays itself."""
        return self.across == 1 and self.down == 1

    def shifted(self, dx: int, dy: int) -> Mapping:
        """This one, and then moved by (dx, dy) new pixels."""
        return Mapping(self.dx + dx, self.dy + dy, self.across, self.down)

    def of(self, rect: Rect) -> Rect:
        """Where `rect` is now: edges rounded as Krita does it, never less than a pixel."""
        left, right = round(rect.x * self.across), round(rect.right * self.across)
        top, bottom = round(rect.y * self.down), round(rect.bottom * self.down)
        moved = Rect.from_edges(left, top, max(right, left + 1), max(bottom, top + 1))
        return moved.translated(self.dx, self.dy)

    def box(self, now: Rect, bounds: Rect) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of what is now at `now`, in pixels of a picture that was at
        `bounds`; fractions are kept. Held within the picture, and at least a pixel large.
        """
        left, right = _held(
            now.x - self.dx, now.right - self.dx, self.across, bounds.x, bounds.width
        )
        top, bottom = _held(
            now.y - self.dy, now.bottom - self.dy, self.down, bounds.y, bounds.height
        )
        return left, top, right, bottom


def _held(first: int, last: int, scale: float, start: int, length: int) -> tuple[float, float]:
    low = min(max(0.0, first / scale - start), length - 1.0)
    return low, max(min(float(length), last / scale - start), low + 1)
