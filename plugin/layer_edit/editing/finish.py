"""From what a backend returned to what becomes the layer: in place, protected, limited."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

from .asks import asks_for_all
from .compose import compose
from .limits import ImageLimits
from .placement import Placement
from .plan import Wish, as_seen
from .protect import protect
from .selection import transparency_mask
from .source import Source

SHOWS = 255


@dataclass(frozen=True)
class Finished:
    """`image`: sRGB RGBA of the target's size, the whole edited picture. `mask`: 'L' of the same
    size, 255 where it shows; None for everywhere. `share`: how much of the source changed, 0–1;
    None where that was not looked for.
    """

    image: Image.Image
    mask: Image.Image | None = None
    share: float | None = None

    @property
    def whole_mask(self) -> Image.Image:
        """The mask, all of it 255 where there is none."""
        return self.mask or Image.new("L", self.image.size, SHOWS)

    def over(self, source: Image.Image) -> Image.Image:
        """What shows with the layer above its source (RGB or RGBA, the target's size): RGBA."""
        if self.mask is None:
            return self.image
        return Image.composite(self.image, source.convert("RGBA"), self.mask)


def finish(
    result: Image.Image, placement: Placement, source: Source, wish: Wish, limits: ImageLimits
) -> Finished:
    """Put `result` (any size and mode) in place; keep what the edit was not asked to change.

    Only of a backend that redraws whole pictures something has to be kept, and nothing where the
    instruction asks for all of the picture; a selection's mask stays. Heavy: for workers.
    """
    if limits.redraws:
        fitted = _protected(result, placement, source, wish)
    else:
        fitted = Finished(compose(result, placement, source.image))
    if source.selection is None:
        return fitted
    mask = transparency_mask(source.selection, wish.grow, wish.feather)
    if fitted.mask is not None:
        mask = ImageChops.multiply(mask, fitted.mask)
    return Finished(fitted.image, mask, fitted.share)


def _protected(result: Image.Image, placement: Placement, source: Source, wish: Wish) -> Finished:
    seen = as_seen(source, wish.background) if source.image.mode == "RGBA" else None
    whole = asks_for_all(wish.instruction)
    found = protect(source.image, result, placement, wish.protect, seen, whole)
    # A result without any change would be a layer that shows nothing at all.
    mask = found.mask if found.share else None
    return Finished(found.image, mask, found.share)
