"""A selection's part in an edit: what is sent around it, and the mask that limits the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageFilter

from .geometry import Rect, Size
from .limits import ImageLimits
from .placement import nearest_size

MIN_CONTEXT = 32
"""Pixels of picture sent around a selection at the least: a model needs to see what it is in."""

Offsets = tuple[tuple[int, int], ...]


def reach(grow: int, feather: float) -> int:
    """Pixels by which a mask may go beyond its selection: Pillow's blur ends within 3 sigma."""
    return max(0, grow + 3 * math.ceil(feather))


@dataclass(frozen=True)
class Framing:
    """How much of the picture is sent with a selection.

    `context` is a percentage of the selection's longer side; `grow` and `feather` (pixels) are
    those of the mask; `limits` those of the backend.
    """

    context: int = 25
    grow: int = 0
    feather: float = 0
    limits: ImageLimits = field(default=ImageLimits())

    def crop(self, chosen: Rect, canvas: Rect) -> Rect:
        """The part of the canvas to send for a selection's bounds; all in document pixels.

        Contains the selection within the canvas, its context (at least MIN_CONTEXT) and all that
        the mask can reach. Where padding would be needed to fit a size of the backend, it is more
        of the picture instead, as far as there is some. Context is given up again where the crop
        is longer than the backend takes. Empty when the selection lies outside the canvas.
        """
        box = chosen.intersected(canvas)
        if box.is_empty:
            return box
        share = math.ceil(max(box.size.as_tuple) * self.context / 100)
        # One pixel more than the mask reaches: it ends within the crop unless the canvas does.
        needed = reach(self.grow, self.feather) + 1
        crop = box.grown(max(share, MIN_CONTEXT, needed)).intersected(canvas)
        crop = _around(crop, _room(crop.size, self.limits), canvas)
        kept = box.grown(needed).intersected(canvas)
        return _around(kept, _shortened(crop.size, kept.size, self.limits.max_ratio), crop)

    def extended(self, bounds: Rect, canvas: Rect) -> Rect:
        """`bounds` (within the canvas) with more of the picture in place of padding."""
        return _around(bounds, _room(bounds.size, self.limits), canvas)


def _room(size: Size, limits: ImageLimits) -> Size:
    """`size` with one side made longer: the backend's nearest ratio, or the longest it takes."""
    if limits.sizes:
        like = nearest_size(size, limits.sizes)
        width = -(-size.height * like.width // like.height)
        height = -(-size.width * like.height // like.width)
    elif limits.max_ratio is not None:
        width = math.ceil(size.height / limits.max_ratio)
        height = math.ceil(size.width / limits.max_ratio)
    else:
        return size
    return Size(max(size.width, width), max(size.height, height))


def _shortened(size: Size, least: Size, max_ratio: float | None) -> Size:
    """`size` with a side that is too long for `max_ratio` made shorter, but not below `least`."""
    if max_ratio is None:
        return size
    width = min(size.width, math.floor(size.height * max_ratio))
    height = min(size.height, math.floor(size.width * max_ratio))
    return Size(max(width, least.width), max(height, least.height))


def _around(inner: Rect, size: Size, outer: Rect) -> Rect:
    """A rectangle of `size` around `inner`, its middle if it can be, within `outer`.

    Smaller where `outer` is. `outer` contains `inner`, and `size` is not below `inner`'s.
    """
    left, width = _centred(inner.x, inner.width, size.width, outer.x, outer.width)
    top, height = _centred(inner.y, inner.height, size.height, outer.y, outer.height)
    return Rect(left, top, width, height)


def _centred(start: int, length: int, wanted: int, low: int, room: int) -> tuple[int, int]:
    wanted = min(wanted, room)
    first = start - (wanted - length) // 2
    return min(max(first, low), low + room - wanted), wanted


def transparency_mask(selection: Image.Image, grow_by: int, radius: float) -> Image.Image:
    """The mask for a result: `selection` ('L', 0–255, of the crop) grown, then feathered.

    At the image's edges the selection is taken to go on as it is there: a crop's edge is either
    the canvas's, where a mask must not fade, or unselected (see Framing.crop), or the source's.
    """
    return feather(grow(selection, grow_by), radius)


def feather(mask: Image.Image, radius: float) -> Image.Image:
    """Soften an 'L' mask: a Gaussian blur, `radius` its standard deviation in pixels.

    Beyond the image's edges the mask is taken to go on as it is there.
    """
    return mask.filter(ImageFilter.GaussianBlur(radius)) if radius > 0 else mask


def grow(mask: Image.Image, pixels: int) -> Image.Image:
    """Enlarge an 'L' mask by `pixels` (shrink it when negative): each pixel takes the largest
    (smallest) value within an octagon; beyond the image's edges there are no values.

    The octagon is |x| ≤ n, |y| ≤ n, |x| + |y| ≤ n + q with q the whole number nearest n/3: exactly
    n along the axes, elsewhere within 6 % of n and a quarter of a pixel of a disc of radius n.
    """
    if pixels < 0:
        return ImageChops.invert(grow(ImageChops.invert(mask), -pixels))
    square = round(pixels / 3)
    mask = _diamond(mask, pixels - square)
    mask = _segment(mask, square, ((1, 0), (-1, 0)))
    return _segment(mask, square, ((0, 1), (0, -1)))


def _diamond(mask: Image.Image, radius: int) -> Image.Image:
    """Largest value within |x| + |y| ≤ radius. Four copies at most one radius away double it."""
    done = 0
    while done < radius:
        step = min(max(1, done), radius - done)
        mask = _spread(mask, step, ((1, 0), (-1, 0), (0, 1), (0, -1)))
        done += step
    return mask


def _segment(mask: Image.Image, radius: int, directions: Offsets) -> Image.Image:
    """Largest value within `radius` in these two opposite directions, each step three times."""
    done = 0
    while done < radius:
        step = min(2 * done + 1, radius - done)
        mask = _spread(mask, step, directions)
        done += step
    return mask


def _spread(mask: Image.Image, step: int, directions: Offsets) -> Image.Image:
    """The largest of the mask and its copies moved by `step` in each direction."""
    width, height = mask.size
    result = mask
    for x, y in directions:
        # Pillow's crop fills with 0 beyond the image; ImageChops.offset would wrap around.
        left, top = -x * step, -y * step
        moved = mask.crop((left, top, left + width, top + height))
        result = ImageChops.lighter(result, moved)
    return result
