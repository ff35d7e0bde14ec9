"""Where a sent picture's content lies, so that whatever size comes back can be put in place."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageOps

from .geometry import Rect, Size


@dataclass(frozen=True)
class Placement:
    """`target`: where the result belongs, in document pixels. `sent`: size of the picture sent.

    `content`: the part of the sent picture that shows `target`; the rest is padding.
    """

    target: Rect
    sent: Size
    content: Rect

    def content_box(self, result: Size) -> tuple[float, float, float, float]:
        """The content's (left, top, right, bottom) in a result of that size, in its pixels.

        Fractions are kept: services return other sizes than they were asked for.
        """
        across, down = result.width / self.sent.width, result.height / self.sent.height
        return (
            self.content.x * across,
            self.content.y * down,
            self.content.right * across,
            self.content.bottom * down,
        )


def nearest_size(size: Size, table: tuple[Size, ...]) -> Size:
    """The entry of `table` whose width/height ratio is nearest, measured by its logarithm."""
    return min(table, key=lambda entry: abs(math.log(entry.ratio / size.ratio)))


def place(target: Rect, asked: Size | None) -> Placement:
    """Fit a picture of `target`'s size into `asked`, centred; None keeps its own size."""
    if asked is None:
        return Placement(target, target.size, Rect.of_size(target.size))
    scale = min(asked.width / target.width, asked.height / target.height)
    width = min(asked.width, max(1, round(target.width * scale)))
    height = min(asked.height, max(1, round(target.height * scale)))
    content = Rect((asked.width - width) // 2, (asked.height - height) // 2, width, height)
    return Placement(target, asked, content)


def arrange(image: Image.Image, placement: Placement) -> Image.Image:
    """Scale `image` (of the target's size) into place and fill the padding by reflection.

    Reflection, not a flat colour: a model continues what it sees, and a flat bar becomes a frame.
    """
    content = placement.content
    if image.size != content.size.as_tuple:
        image = image.resize(content.size.as_tuple, Image.Resampling.LANCZOS)
    if content.size == placement.sent:
        return image
    return _padded(_padded(image, placement.sent.width, 0), placement.sent.height, 1)


def _padded(image: Image.Image, length: int, axis: int) -> Image.Image:
    """Centre on a longer axis (0 across, 1 down), the new room filled with mirrored copies."""
    own = image.size[axis]
    if own == length:
        return image
    size = (length, image.height) if axis == 0 else (image.width, length)
    result = Image.new(image.mode, size)
    mirrored = ImageOps.mirror(image) if axis == 0 else ImageOps.flip(image)
    start = (length - own) // 2
    first = -math.ceil(start / own)
    for index in range(first, math.ceil((length - start) / own)):
        tile = image if index % 2 == 0 else mirrored
        offset = start + index * own
        result.paste(tile, (offset, 0) if axis == 0 else (0, offset))
    return result
