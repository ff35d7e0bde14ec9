"""How much softer a result is than its source, and what can be given back to it: the source's own
fine detail where nothing changed, sharper edges where something did."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from itertools import chain
from statistics import median

from PIL import Image, ImageChops, ImageFilter

from .tiles import central, computed, tile_means

SMOOTHED = 1.0
"""Pixels, standard deviation: finer structure is noise to the fit."""

ROUNDS = 3
"""A step is right for little blur only: the next one starts from a picture blurred so far."""

MOST = 9.0
"""Pixels²."""

TILE = 16
"""Pixels."""

SMALL = 500_000
"""Pixels. Larger pictures are measured in strips."""

STRIP = 6 * TILE
"""Pixels."""

STILL = 0.02
"""Pixels². A smaller step ends the search."""

STEPS = 2
"""Of sharpening: more of them sharpen noise."""

TEXTURE = 0.1
"""Weight of a tile's squared Laplacian against its noise, in levels²."""


def relative_blur(source: Image.Image, result: Image.Image) -> float:
    """Standard deviation, in pixels, by which `result` is softer than `source`; both 'L', aligned.

    A little blur adds σ²/2 times the Laplacian; that factor is fitted on the tiles where nothing
    else happened. Negative where the result is sharper.
    """
    variance = 0.0
    bands = [
        (softened(source.crop(band), SMOOTHED), softened(result.crop(band), SMOOTHED))
        for band in _bands(*source.size)
    ]
    for _ in range(ROUNDS):
        radius = math.sqrt(abs(variance))
        step = _variance(
            [
                (softened(there, radius), here) if variance > 0 else (there, softened(here, radius))
                for there, here in bands
            ]
        )
        variance = max(-MOST, min(MOST, variance + step))
        if abs(step) < STILL:
            break
    return math.copysign(math.sqrt(abs(variance)), variance)


def softened(image: Image.Image, radius: float) -> Image.Image:
    """Blurred; the radius is the standard deviation in pixels, 0 for none.

    Two blurs after each other are not one of their joint radius: Pillow's is made of boxes.
    """
    return image.filter(ImageFilter.GaussianBlur(radius)) if radius > 0 else image


def _bands(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Every third strip of a large picture: that is enough. All of a small one."""
    if width * height < SMALL:
        return [(0, 0, width, height)]
    return [
        (0, top, width, min(height, top + STRIP)) for top in range(STRIP, height - TILE, 3 * STRIP)
    ]


def _variance(bands: list[tuple[Image.Image, Image.Image]]) -> float:
    """σ² of one step, by least squares in which tiles that nothing explains lose their weight."""
    bends, shared, misses = (
        list(chain.from_iterable(parts))
        for parts in zip(*(_products(there, here) for there, here in bands), strict=True)
    )
    noises = [1 + TEXTURE * bent for bent in bends]
    half = 0.0
    for _ in range(ROUNDS):
        left = [
            max(0.0, missed - 2 * half * share + half * half * bent) / noise
            for missed, share, bent, noise in zip(misses, shared, bends, noises, strict=True)
        ]
        usual = 3 * max(median(left), 0.02)
        weights = [
            (1 + value / usual) ** -2 / noise for value, noise in zip(left, noises, strict=True)
        ]
        total = sum(weight * bent for weight, bent in zip(weights, bends, strict=True))
        half = sum(weight * share for weight, share in zip(weights, shared, strict=True))
        half /= total + 1.0
    return 2 * half


def _products(there: Image.Image, here: Image.Image) -> list[array[float]]:
    """By tile the means of Laplacian², Laplacian · difference and difference²."""
    one, other = there.convert("F"), here.convert("F")
    both = computed(lambda of: (of["a"] + of["b"]) * 0.5, a=one, b=other)
    bend = computed(
        lambda of: of["left"] + of["right"] + of["above"] + of["below"] - of["middle"] * 4,
        **central(both),
    )
    miss = computed(lambda of: of["b"] - of["a"], a=_inner(one), b=_inner(other))
    return [
        tile_means(computed(lambda of: of["a"] * of["b"], a=a, b=b), TILE)
        for a, b in ((bend, bend), (bend, miss), (miss, miss))
    ]


def _inner(image: Image.Image) -> Image.Image:
    return image.crop((1, 1, image.width - 1, image.height - 1))


def missing_detail(source: Image.Image, size: tuple[int, int], blur: float) -> Image.Image:
    """What `source` has and a result of `size` that is `blur` pixels softer cannot have.

    Of the source's size, RGB around 128, cut off beyond 127 levels: for `with_detail`.
    """
    soft = source
    if size[0] < source.width or size[1] < source.height:
        small = (min(size[0], source.width), min(size[1], source.height))
        soft = soft.resize(small, Image.Resampling.LANCZOS)
    soft = softened(soft, blur)
    if soft.size != source.size:
        soft = soft.resize(source.size, Image.Resampling.LANCZOS)
    return ImageChops.subtract(source, soft, 1, 128)


def with_detail(
    image: Image.Image, detail: Image.Image, changed: Image.Image, edited: Image.Image
) -> Image.Image:
    """`image` (RGB) with the detail added where `changed` ('L') is 0; `edited` where it is 255."""
    return Image.composite(edited, ImageChops.add(image, detail, 1, -128), changed)


def sharpened(image: Image.Image, blur: float) -> Image.Image:
    """RGB, with a blur of that many pixels (standard deviation) taken back as far as it can be.

    Van Cittert's iteration: what the next blur would take is added. No value leaves the range of
    those around it, so edges get steeper without the halos that sharpening is known for.
    """
    sharp = image
    for _ in range(STEPS):
        lacks = ImageChops.subtract(image, softened(sharp, blur), 1, 128)
        sharp = ImageChops.add(sharp, lacks, 1, -128)
    darkest = _of_neighbours(image, ImageChops.darker)
    brightest = _of_neighbours(image, ImageChops.lighter)
    return ImageChops.lighter(darkest, ImageChops.darker(brightest, sharp))


def _of_neighbours(
    image: Image.Image, chosen: Callable[[Image.Image, Image.Image], Image.Image]
) -> Image.Image:
    """Of each 3 × 3 pixels the one that is chosen; at the border of those that there are."""
    for right, down in ((1, 0), (0, 1)):
        found = image.copy()
        for sign in (1, -1):
            beside = image.copy()
            beside.paste(image, (sign * right, sign * down))
            found = chosen(found, beside)
        image = found
    return image
