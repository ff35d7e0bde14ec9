"""Effects that look at neighbouring pixels or at places: RGB picture in, RGB picture out.

All of them work on encoded values in Pillow's C code. Sizes that depend on the picture are a share
of its longer side, so that an effect looks the same on a small and on a large picture.
"""

from __future__ import annotations

import random
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageMath

from .tinting import apply_tintings, black_and_white


def grey(picture: Image.Image) -> Image.Image:
    """Luminance in linear light (BT.709) as mode L."""
    return apply_tintings(picture, (black_and_white(),)).getchannel(0)


def threshold(picture: Image.Image, percent: float) -> Image.Image:
    """White where the encoded luminance is at least `percent` (1–99) of white, else black."""
    limit = percent * 255 / 100
    table = [255 if code >= limit else 0 for code in range(256)]
    return grey(picture).point(table).convert("RGB")


def blur(picture: Image.Image, radius: float | None, factor: float) -> Image.Image:
    """Gaussian blur; `radius` in px (standard deviation), None for 0.4 % of the side × factor."""
    if radius is None:
        radius = max(0.6, _share(picture, 0.004) * factor)
    return picture.filter(ImageFilter.GaussianBlur(radius))


def sharpen(picture: Image.Image, percent: float) -> Image.Image:
    """Unsharp mask of `percent` (1–300) with a radius of 0.06 % of the side, at least 0.8 px."""
    radius = max(0.8, _share(picture, 0.0006))
    # Differences of 1 or 2 codes are noise more often than detail.
    return picture.filter(ImageFilter.UnsharpMask(radius, round(percent), threshold=2))


def soften(picture: Image.Image, percent: float) -> Image.Image:
    """Mix in `percent` (1–100) of a copy blurred by 0.25 % of the side."""
    soft = picture.filter(ImageFilter.GaussianBlur(max(1.0, _share(picture, 0.0025))))
    return Image.blend(picture, soft, percent / 100)


def denoise(picture: Image.Image, percent: float) -> Image.Image:
    """Mix in `percent` of a 3 × 3 median of the tones, with the colours blurred by up to 4 px.

    Tones and colours are JPEG's YCbCr: noise is most visible in colours, detail in tones.
    """
    share = percent / 100
    tones, blue, red = picture.convert("YCbCr").split()
    tones = Image.blend(tones, tones.filter(ImageFilter.MedianFilter(3)), share)
    smooth = ImageFilter.GaussianBlur(4 * share)
    merged = Image.merge("YCbCr", (tones, blue.filter(smooth), red.filter(smooth)))
    return merged.convert("RGB")


def vignette(picture: Image.Image, percent: float) -> Image.Image:
    """Darken smoothly towards the corners, to (1 − percent/100) of the encoded value there.

    Encoded values are nearly a power of light, so the factor acts as a smooth loss of exposure.
    """
    across = _parabola(picture.width).resize(picture.size, Image.Resampling.NEAREST)
    down = _parabola(picture.height).transpose(Image.Transpose.ROTATE_90)
    down = down.resize(picture.size, Image.Resampling.NEAREST)
    half = 255 * percent / 100

    def falloff(args: dict[str, Any]) -> Any:
        # With d² from 0 in the middle to 1 in the corners: 1 − amount · (3d⁴ − 2d⁶).
        square = (args["across"] + args["down"]) / 2
        return args["convert"](255.5 - half * square * square * (3 - 2 * square), "L")

    mask: Image.Image = ImageMath.lambda_eval(falloff, across=across, down=down)
    return ImageChops.multiply(picture, Image.merge("RGB", (mask, mask, mask)))


def grain(picture: Image.Image, percent: float, seed: int) -> Image.Image:
    """Overlay grey noise, strongest in the middle tones as on film.

    One byte per pixel from random.Random(seed).randbytes, row by row from the top left: the
    Mersenne Twister gives the same bytes on every Python. A slight blur gives it the look of
    grains and makes the bytes' even spread nearly normal.
    """
    noise = Image.frombytes("L", picture.size, random.Random(seed).randbytes(_pixels(picture)))  # noqa: S311
    noise = noise.filter(ImageFilter.GaussianBlur(max(0.5, _share(picture, 0.0003))))
    strength = 1.6 * percent / 100
    noise = noise.point([round(127.5 + (code - 127.5) * strength) for code in range(256)])
    return ImageChops.overlay(picture, Image.merge("RGB", (noise, noise, noise)))


def pixelate(picture: Image.Image, block: float | None, factor: float) -> Image.Image:
    """The mean of blocks of `block` px, None for 1.25 % of the side × factor, at least 2."""
    size = max(2, round(_share(picture, 0.0125) * factor if block is None else block))
    small = picture.reduce(size)
    large = small.resize((small.width * size, small.height * size), Image.Resampling.NEAREST)
    return large.crop((0, 0, picture.width, picture.height))


def sketch(picture: Image.Image) -> Image.Image:
    """Dark lines on white: the tones divided by their own blur ('colour dodge' of the negative)."""
    tones = grey(picture).filter(ImageFilter.GaussianBlur(max(0.5, _share(picture, 0.0003))))
    around = tones.filter(ImageFilter.GaussianBlur(max(2.0, _share(picture, 0.004))))

    def dodge(args: dict[str, Any]) -> Any:
        # 24 codes are added to both, or the noise of near-black would be drawn as lines.
        return args["convert"](255 * (args["tones"] + 24) / (args["around"] + 24), "L")

    lines: Image.Image = ImageMath.lambda_eval(dodge, tones=tones, around=around)
    # Pencil is darker than the quotient: a curve that leaves white.
    return lines.point([round(255 * (code / 255) ** 2) for code in range(256)]).convert("RGB")


def edges(picture: Image.Image) -> Image.Image:
    """The length of the Sobel gradient of the tones, light on black."""
    tones = grey(picture).filter(ImageFilter.GaussianBlur(max(0.6, _share(picture, 0.0005))))
    across = tones.filter(ImageFilter.Kernel((3, 3), (-1, 0, 1, -2, 0, 2, -1, 0, 1), 2, 128))
    down = tones.filter(ImageFilter.Kernel((3, 3), (-1, -2, -1, 0, 0, 0, 1, 2, 1), 2, 128))

    def length(args: dict[str, Any]) -> Any:
        x, y = args["float"](args["x"]) - 128, args["float"](args["y"]) - 128
        return args["convert"]((x * x + y * y) ** 0.5 * 5, "L")

    outlines: Image.Image = ImageMath.lambda_eval(length, x=across, y=down)
    return outlines.convert("RGB")


def _share(picture: Image.Image, share: float) -> float:
    """A share of the longer side in px."""
    return max(picture.size) * share


def _pixels(picture: Image.Image) -> int:
    return picture.width * picture.height


def _parabola(length: int) -> Image.Image:
    """A row, mode F: the squared distance from the middle, 1 at both ends."""
    row = Image.new("F", (length, 1))
    middle = (length - 1) / 2
    row.putdata([((x - middle) / max(middle, 0.5)) ** 2 for x in range(length)])
    return row
