"""From what a backend returned to the pixels of the new layer."""

from __future__ import annotations

from PIL import Image

from .geometry import Size
from .placement import Placement


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


def to_bgra(image: Image.Image) -> bytes:
    """Krita's 8-bit memory order for an RGBA image: rows of B, G, R, A without padding."""
    return image.tobytes("raw", "BGRA")
