"""Pictures for the tests of protection: a colourful texture, and what models do to it."""

import random

from PIL import Image, ImageChops, ImageDraw

SIZE = (320, 240)


def scene(size: tuple[int, int] = SIZE, seed: int = 1) -> Image.Image:
    """A smooth coloured ground with details down to two pixels; the same for the same seed."""
    source = random.Random(seed)  # noqa: S311 - a picture, no secret
    ground = _noise(source, (5, 4), size)
    coarse = _noise(source, (size[0] // 6, size[1] // 6), size)
    fine = _noise(source, (size[0] // 2, size[1] // 2), size)
    return Image.blend(ground, Image.blend(coarse, fine, 0.5), 0.45)


def _noise(source: random.Random, grid: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    small = Image.frombytes("RGB", grid, source.randbytes(grid[0] * grid[1] * 3))
    # Kept away from the ends, so that a cast cuts nothing off.
    inner = [40 + level * 2 // 3 for level in range(256)]
    return small.resize(size, Image.Resampling.BICUBIC).point(inner * 3)


def with_disc(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """An edit: a bright disc where there was none."""
    edited = image.copy()
    ImageDraw.Draw(edited).ellipse(box, fill=(225, 215, 60))
    return edited


def disc_mask(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    """'L': 255 where `with_disc` draws."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def moved(image: Image.Image, dx: float, dy: float, scale: float = 1.0) -> Image.Image:
    """Shifted right and down by pixels, and scaled about the middle."""
    x, y = image.width / 2, image.height / 2
    matrix = (1 / scale, 0, x - (x + dx) / scale, 0, 1 / scale, y - (y + dy) / scale)
    # A wider picture first: what comes in from outside is the edge's own colour.
    return _widened(image, 16).transform(
        image.size,
        Image.Transform.AFFINE,
        (matrix[0], 0, matrix[2] + 16, 0, matrix[4], matrix[5] + 16),
        Image.Resampling.BICUBIC,
    )


def _widened(image: Image.Image, by: int) -> Image.Image:
    wide = image.resize((image.width + 2 * by, image.height + 2 * by))
    wide.paste(image, (by, by))
    return wide


def tinted(image: Image.Image, add: tuple[int, int, int]) -> Image.Image:
    """A cast: levels added to red, green and blue."""
    return image.point([min(255, max(0, v + levels)) for levels in add for v in range(256)])


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    """Levels, over all channels and pixels."""
    extremes = ImageChops.difference(one, other).getextrema()
    return max(high for _, high in extremes)
