"""What a transparent picture is flattened over before it is sent: models see RGB only."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from .blending import blended
from .codec import flatten
from .geometry import Rect

COLOURS = {"white": (255, 255, 255), "black": (0, 0, 0), "grey": (128, 128, 128)}
"""sRGB, 0–255. Grey is the middle of the code values, not of the light."""

KINDS = ("auto", *COLOURS)
"""'auto' is what lies below, over white."""


@dataclass(frozen=True)
class Layer:
    """One picture of a stack: `image` is sRGB, RGBA with straight alpha or RGB, 8 bits.

    `bounds` says where it lies, in document pixels, and is as large as the image. `opacity` is
    0–255, `mode` one of Krita's blending modes; those not in blending.MODES are taken as normal.
    """

    image: Image.Image
    bounds: Rect
    opacity: int = 255
    mode: str = "normal"


@dataclass(frozen=True)
class Backdrop:
    """What is seen through a source: one of KINDS; for 'auto' the layers below it, bottom first.

    Raises ValueError for another kind.
    """

    kind: str = "auto"
    below: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"'{self.kind}' is not one of {', '.join(KINDS)}")

    def picture(self, bounds: Rect) -> Image.Image:
        """The backdrop alone: sRGB RGB of the bounds' size, 8 bits."""
        if self.kind != "auto":
            return Image.new("RGB", bounds.size.as_tuple, COLOURS[self.kind])
        return flatten(stack(self.below, bounds))


def flatten_over(image: Image.Image, bounds: Rect, backdrop: Backdrop) -> Image.Image:
    """Return `image` over the backdrop: RGB, sRGB, 8 bits, of the same size.

    `image` is RGBA or RGB and lies at `bounds` (document pixels). Its own layer's blending mode
    and opacity play no part: what is edited is the layer's picture.
    """
    if image.mode != "RGBA":
        return image.convert("RGB")
    result = backdrop.picture(bounds)
    result.paste(image, (0, 0), image)
    return result


def stack(layers: tuple[Layer, ...], bounds: Rect) -> Image.Image:
    """Composite the layers, bottom first, within `bounds`: RGBA, sRGB, 8 bits, straight alpha.

    Where nothing lies the result is transparent.
    """
    result = Image.new("RGBA", bounds.size.as_tuple)
    for layer in layers:
        _lay(result, layer, bounds)
    return result


def _lay(result: Image.Image, layer: Layer, bounds: Rect) -> None:
    """Put one layer on `result`, which shows `bounds`.

    As far as what is below is transparent, the layer keeps its own colour:
    cs · (1 − ab) + B(cb, cs) · ab, then plain 'over' (W3C Compositing and Blending 1, section 5.1;
    Krita's own results for 8 bits were measured to differ by its rounding only).
    """
    shared = layer.bounds.intersected(bounds)
    if shared.is_empty or layer.opacity == 0:
        return
    place = shared.translated(-bounds.x, -bounds.y)
    over = _cut(layer.image, shared.translated(-layer.bounds.x, -layer.bounds.y)).convert("RGBA")
    under = _cut(result, place)
    colours = over.convert("RGB")
    shown = blended(colours, under.convert("RGB"), layer.mode)
    piece = Image.composite(shown, colours, under.getchannel("A"))
    opacity = [round(alpha * layer.opacity / 255) for alpha in range(256)]
    piece.putalpha(over.getchannel("A").point(opacity))
    result.alpha_composite(piece, (place.x, place.y))


def _cut(image: Image.Image, rect: Rect) -> Image.Image:
    return image.crop((rect.x, rect.y, rect.right, rect.bottom))
