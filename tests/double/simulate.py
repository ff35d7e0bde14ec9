"""The double's model: it returns a recognisable edit of the picture it was sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageOps

SIZES = tuple(
    (w, h)
    for a, b in ((2048, 2048), (2304, 1728), (2560, 1440), (2496, 1664), (3104, 1312), (2304, 1792))
    for w, h in dict.fromkeys(((a, b), (b, a)))
)
"""The 11 sizes of HiDream-O1-Image, in pixels, as in the model's own code."""

Edit = Callable[[Image.Image, str], Image.Image]
"""(RGB picture, prompt) -> RGB picture of the same size."""


def swap_channels(picture: Image.Image, prompt: str) -> Image.Image:
    """Red and blue change places, whatever the prompt: easy to recognise, easy to undo."""
    red, green, blue = picture.split()
    return Image.merge("RGB", (blue, green, red))


def invert_centre(picture: Image.Image, prompt: str) -> Image.Image:
    """The middle half in each direction is inverted, the rest stays as it was."""
    w, h = picture.size
    box = (w // 4, h // 4, w - w // 4, h - h // 4)
    result = picture.copy()
    result.paste(ImageChops.invert(picture.crop(box)), box)
    return result


def unchanged(picture: Image.Image, prompt: str) -> Image.Image:
    """Nothing is edited: what differs then comes from size, shift and cast."""
    return picture


def snapped(width: int, height: int) -> tuple[int, int]:
    """The table's size of the nearest width/height ratio; the pixel count plays no part."""
    ratio = width / height
    return min(SIZES, key=lambda size: abs(size[0] / size[1] - ratio))


@dataclass(frozen=True)
class SimulatedModel:
    """How the double edits.

    `size`: pixels of every result instead of the snapped one. `scale`: factor on the result's
    sides, to keep tests quick. `shift`: pixels right and down, fractions allowed. `cast`: added
    to red, green and blue. `crop`: fill another ratio by a centre crop, as upstream does, or by
    stretching.
    """

    edit: Edit = swap_channels
    size: tuple[int, int] | None = None
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    cast: tuple[int, int, int] = (0, 0, 0)
    crop: bool = True

    def render(
        self, data: bytes, prompt: str, asked: tuple[int, int], output_format: str = "png"
    ) -> bytes:
        """Edit the encoded picture `data`; returns file bytes in `output_format`.

        `asked` is the size asked for, snapped here. Raises OSError when `data` is no picture.
        """
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGB")
        picture = self._sized(picture, self._target(asked))
        picture = self.edit(picture, prompt)
        picture = _cast(_shifted(picture, self.shift), self.cast)
        return encoded(picture, output_format)

    def _target(self, asked: tuple[int, int]) -> tuple[int, int]:
        if self.size:
            return self.size
        w, h = snapped(*asked)
        return max(8, round(w * self.scale)), max(8, round(h * self.scale))

    def _sized(self, picture: Image.Image, target: tuple[int, int]) -> Image.Image:
        if picture.size == target:
            return picture
        if self.crop:
            return ImageOps.fit(picture, target, Image.Resampling.BICUBIC)
        return picture.resize(target, Image.Resampling.BICUBIC)


def encoded(picture: Image.Image, output_format: str) -> bytes:
    """File bytes; png quickly rather than small."""
    out = io.BytesIO()
    options = {"png": {"compress_level": 1}, "jpeg": {"quality": 95}, "webp": {"quality": 90}}
    picture.save(out, output_format.upper(), **options[output_format])
    return out.getvalue()


def _shifted(picture: Image.Image, shift: tuple[float, float]) -> Image.Image:
    if shift == (0.0, 0.0):
        return picture
    matrix = (1, 0, -shift[0], 0, 1, -shift[1])
    moved = picture.transform(
        picture.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    )
    everywhere = Image.new("L", picture.size, 255)
    covered = everywhere.transform(picture.size, Image.Transform.AFFINE, matrix)
    return Image.composite(moved, picture, covered)


def _cast(picture: Image.Image, cast: tuple[int, int, int]) -> Image.Image:
    if cast == (0, 0, 0):
        return picture
    table = [max(0, min(255, value + add)) for add in cast for value in range(256)]
    return picture.point(table)
