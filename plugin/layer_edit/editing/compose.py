"""From what a backend returned to the pixels of the new layer."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from .geometry import Rect, Size
from .placement import Placement


@dataclass(frozen=True)
class ComposedLayer:
    """The new layer's pixels: rows of B, G, R, A (sRGB, 8 bits, straight alpha) for `bounds`.

    `mask`: one byte a pixel for the same bounds, 0 hides and 255 shows; None for no mask.
    """

    data: bytes
    bounds: Rect
    mask: bytes | None = None

    @classmethod
    def of(cls, image: Image.Image, bounds: Rect, mask: Image.Image | None = None) -> ComposedLayer:
        """From an RGBA image and an 'L' mask, both of the size of `bounds`."""
        data = image.tobytes("raw", "BGRA")
        return cls(data, bounds, None if mask is None else mask.tobytes())


def compose(result: Image.Image, placement: Placement, source: Image.Image) -> Image.Image:
    """Return the new layer's pixels: sRGB RGBA of the target's size.

    `result` may have any size. Where it has no transparency of its own, the alpha of `source`
    (target-sized) is given back to it: models see and return RGB only.
    """
    image = _unplaced(result, placement)
    if image.mode != "RGBA":
        image = image.convert("RGBA")
        if source.mode == "RGBA":
            image.putalpha(source.getchannel("A"))
    return image


def _unplaced(result: Image.Image, placement: Placement) -> Image.Image:
    """Cut the content out of `result` and bring it to the target's size."""
    target = placement.target.size
    box = placement.content_box(Size(*result.size))
    corners = tuple(round(edge) for edge in box)
    exact = all(abs(edge - corner) < 1e-6 for edge, corner in zip(box, corners, strict=True))
    width, height = corners[2] - corners[0], corners[3] - corners[1]
    if exact and (width, height) == target.as_tuple:
        # Same grid: cutting keeps every pixel as it came, resampling would not.
        return result.crop(corners)  # type: ignore[arg-type]
    return result.resize(target.as_tuple, Image.Resampling.LANCZOS, box=box)
