"""What an edit starts from: pixels as they were read from the document, and as pictures."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from .background import Layer, stack
from .codec import flatten
from .geometry import Rect

LAYER, LAYERS, IMAGE = "layer", "layers", "image"
"""What is edited: the active layer; each of the selected layers; all that is visible."""

OPAQUE = 255


@dataclass(frozen=True)
class RawLayer:
    """A layer as it was read: `strips` from the top, rows of B, G, R, A, sRGB, 8 bits, straight.

    `bounds` is where they lie, in document pixels; `opacity` 0–255 and `blending_mode` (Krita's
    name) say how Krita would lay it over what is below.
    """

    strips: tuple[bytes, ...]
    bounds: Rect
    opacity: int = OPAQUE
    blending_mode: str = "normal"

    def image(self) -> Image.Image:
        """The pixels as RGBA. Raises ValueError when they do not fill the bounds."""
        return from_bgra(b"".join(self.strips), self.bounds)


@dataclass(frozen=True)
class RawSource:
    """Everything that was read for one edit, within `bounds` in document pixels.

    `layers`: the source, from the bottom; more than one where Krita has no picture of it as a whole
    (groups that pass through). `below`: what lies under it, from the bottom. `selection`: strips of
    one byte a pixel, None without a selection. `is_clipped`: some colours were outside sRGB.
    """

    layers: tuple[RawLayer, ...]
    bounds: Rect
    below: tuple[RawLayer, ...] = ()
    selection: tuple[bytes, ...] | None = None
    is_clipped: bool = False

    def developed(self) -> Source:
        """As pictures. Heavy (joins and composites): for worker threads."""
        image = self.layers[0].image() if self._is_one else _stack(self.layers, self.bounds)
        backdrop = _stack(self.below, self.bounds) if self.below else None
        selection = None
        if self.selection is not None:
            size = self.bounds.size.as_tuple
            selection = Image.frombytes("L", size, b"".join(self.selection))
        return Source(image, self.bounds, backdrop and flatten(backdrop), selection)

    @property
    def _is_one(self) -> bool:
        return len(self.layers) == 1 and self.layers[0].bounds == self.bounds


@dataclass(frozen=True)
class Source:
    """The picture to edit: `image` is sRGB RGBA or RGB, 8 bits, straight alpha.

    `bounds` says where it lies, in document pixels. `backdrop` (RGB, same size) is what lies below
    it, where that is known; `selection` ('L', same size, 0–255) limits where the result shows.
    """

    image: Image.Image
    bounds: Rect
    backdrop: Image.Image | None = None
    selection: Image.Image | None = None


def _stack(layers: tuple[RawLayer, ...], bounds: Rect) -> Image.Image:
    pictures = (Layer(one.image(), one.bounds, one.opacity, one.blending_mode) for one in layers)
    return stack(tuple(pictures), bounds)


def from_bgra(data: bytes, bounds: Rect) -> Image.Image:
    """An RGBA image from Krita's 8-bit memory order: rows of B, G, R, A without padding.

    Raises ValueError when the length does not match the bounds.
    """
    if len(data) != bounds.width * bounds.height * 4:
        raise ValueError(f"{len(data)} bytes are not {bounds.size} pixels of 4 bytes")
    return Image.frombytes("RGBA", bounds.size.as_tuple, data, "raw", "BGRA")
