"""Edits with known truth for the fidelity bench: local ones, and global ones.

Each gives the picture that a model without any damage would return, at the source's size.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps
from scipy import ndimage
from skimage import color

from .fidelity_pictures import Picture, lettered, mask_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

VISIBLE = 1.0
"""ΔE00: a change below is not seen."""

CLOSING = 0.005
"""Gaps in the truth narrower than twice this share of the longer side belong to the edit: between
the strokes of a word, say, or where a new colour happens to be the old one."""

GLOBAL_LEAST = 0.25
"""A global edit that visibly changes less than this share of the pixels is no case for the bench:
black and white of a grey photograph."""


@dataclass(frozen=True)
class Truth:
    """A damage-free edit. `same`: pixels that are equal in both. `region`: what was edited."""

    source: Image.Image
    edited: Image.Image
    same: Flags
    region: Flags


@cache
def local_truth(picture: Picture, edit: str) -> Truth:
    """The named local edit of the picture."""
    source = picture.image()
    edited = LOCAL[edit](picture, source)
    same = (np.asarray(source) == np.asarray(edited)).all(-1)
    radius = max(2, round(CLOSING * max(source.size)))
    padded = np.pad(difference(source, edited) > VISIBLE, radius, mode="edge")
    closed = ndimage.binary_closing(padded, _disc(radius))
    region = closed[radius:-radius, radius:-radius]
    return Truth(source, edited, same, region)


@cache
def global_truth(picture: Picture, edit: str) -> Truth | None:
    """The named global edit; None where it changes too little of this picture to be one."""
    source = picture.image()
    edited = GLOBAL[edit](source)
    seen = difference(source, edited, step=4) > 2 * VISIBLE
    if seen.mean() < GLOBAL_LEAST:
        return None
    everywhere = np.ones((source.height, source.width), dtype=bool)
    return Truth(source, edited, ~everywhere, everywhere)


def difference(one: Image.Image, other: Image.Image, step: int = 1) -> Floats:
    """ΔE00 of each pixel, of every `step`-th in both directions."""
    pixels = [np.asarray(image.convert("RGB"))[::step, ::step] for image in (one, other)]
    return np.asarray(color.deltaE_ciede2000(*(color.rgb2lab(part) for part in pixels)))


def _disc(radius: int) -> Flags:
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(np.hypot(rows, columns) <= radius + 0.3)


def _recolour(picture: Picture, source: Image.Image) -> Image.Image:
    """The object in another hue of the same lightness; blacks are raised so that it shows."""
    lab = color.rgb2lab(np.asarray(source))
    mask = _object(picture, source, lab)[..., None]
    inside = mask[..., 0] > 0.5
    hue = np.arctan2(lab[inside, 2].mean(), lab[inside, 1].mean()) + 2.2
    chroma = np.maximum(np.hypot(lab[..., 1], lab[..., 2]), 30)
    new = np.stack(
        [
            np.maximum(lab[..., 0], 8 + 0.8 * lab[..., 0]),
            chroma * np.cos(hue),
            chroma * np.sin(hue),
        ],
        -1,
    )
    return _mixed(source, 255 * color.lab2rgb(new), mask)


def _object(picture: Picture, source: Image.Image, lab: Floats) -> Floats:
    spot, limit = picture.things.recolour, picture.things.colour
    mask = mask_of(spot, source.size)
    if limit is None:
        return mask
    smooth = ndimage.gaussian_filter(lab, (1.5, 1.5, 0))
    middle = smooth[mask > 0.5]
    centre = middle[np.hypot(middle[:, 1], middle[:, 2]) >= np.percentile(
        np.hypot(middle[:, 1], middle[:, 2]), 60)].mean(0)  # fmt: skip
    like = (np.linalg.norm(smooth - centre, axis=-1) < limit) & (mask > 0.5)
    like = ndimage.binary_opening(ndimage.binary_closing(like, _disc(3)), _disc(3))
    labels, count = ndimage.label(like)
    sizes = ndimage.sum_labels(like, labels, range(1, count + 1))
    largest = labels == 1 + int(np.argmax(sizes))
    return np.asarray(ndimage.gaussian_filter(largest.astype(float), 0.7))


def _remove(picture: Picture, source: Image.Image) -> Image.Image:
    """Filled smoothly from around, with the grain of the rest."""
    pixels = np.asarray(source, dtype=np.float64)
    mask = mask_of(picture.things.remove, source.size)
    known = (mask < 0.004)[..., None].astype(float)
    fill = _filled(pixels * known, known)
    fine = pixels - ndimage.gaussian_filter(pixels, (1, 1, 0))
    random = np.random.default_rng(zlib.crc32(picture.name.encode()))
    grain = 1.2 * np.median(np.abs(fine)) / 0.6745
    noise = ndimage.gaussian_filter(random.normal(size=pixels.shape), (0.5, 0.5, 0)) * grain * 1.6
    return _mixed(source, fill + noise, mask[..., None])


def _filled(pixels: Floats, known: Floats) -> Floats:
    """Unknown places get the weighted mean of what is near, from wide to narrow."""
    result = np.zeros_like(pixels)
    for sigma in (64, 32, 16, 8, 4, 2):
        total = ndimage.gaussian_filter(known, (sigma, sigma, 0))
        mean = ndimage.gaussian_filter(pixels, (sigma, sigma, 0)) / np.maximum(total, 1e-12)
        trust = np.clip(total * 4 - 0.2, 0, 1) if sigma < 64 else 1.0
        result = result * (1 - trust) + mean * trust
    return result


def _add(picture: Picture, source: Image.Image) -> Image.Image:
    """A shaded ball on a stick: one colour that the picture has not, and one line."""
    spot = picture.things.add
    width, height = source.size
    rows, columns = np.mgrid[0:height, 0:width]
    across = (columns / width - spot[0]) / spot[2]
    down = (rows / height - spot[1]) / spot[3]
    light = np.clip(1.25 - 0.55 * np.hypot(across + 0.35, down + 0.35), 0, 1.3)[..., None]
    bright = np.asarray(source.convert("L")).mean() > 110
    colour = np.array((40, 120, 150)) if bright else np.array((225, 150, 70))
    ball = mask_of((spot[0], spot[1], spot[2] * 0.8, spot[3] * 0.8), source.size)
    image = _mixed(source, light * colour, ball[..., None])
    draw = ImageDraw.Draw(image)
    x, y = spot[0] * width, (spot[1] + 0.75 * spot[3]) * height
    draw.line((x, y, x + 4, y + 0.5 * spot[3] * height), fill=(120, 70, 40), width=4)
    return image


def _text(picture: Picture, source: Image.Image) -> Image.Image:
    """Other letters on the sign, or another word on the page."""
    spot = picture.things.sign
    if picture.has_sign:
        return lettered(source, spot, "SHUT 9")
    paper = source.copy()
    box = tuple(
        round(edge)
        for edge in (
            (spot[0] - spot[2]) * source.width,
            (spot[1] - spot[3] / 2) * source.height,
            (spot[0] + spot[2]) * source.width,
            (spot[1] + spot[3]) * source.height,
        )
    )
    ImageDraw.Draw(paper).rectangle(box, fill=(250, 248, 242))
    return lettered(paper, spot, "SOMETHING ELSE", panel=False)


def _mixed(source: Image.Image, new: Floats, mask: Floats) -> Image.Image:
    """Exactly the source where the mask is next to nothing."""
    mask = np.where(mask < 0.004, 0.0, mask)
    mixed = np.asarray(source) * (1 - mask) + np.clip(new, 0, 255) * mask
    return Image.fromarray(np.round(mixed).astype(np.uint8))


def _sepia(image: Image.Image) -> Image.Image:
    return ImageOps.colorize(image.convert("L"), (28, 16, 8), (255, 240, 208), mid=(150, 112, 76))


def _warm(image: Image.Image) -> Image.Image:
    return image.point(
        [min(255, round(v * 1.1 + 6)) for v in range(256)]
        + [min(255, round(v * 1.02 + 2)) for v in range(256)]
        + [round(v * 0.82) for v in range(256)]
    )


def _slightly_warm(image: Image.Image) -> Image.Image:
    return image.point(
        [min(255, round(v * 1.035 + 2)) for v in range(256)]
        + [min(255, round(v * 1.01)) for v in range(256)]
        + [round(v * 0.94) for v in range(256)]
    )


def _night(image: Image.Image) -> Image.Image:
    dim = ImageEnhance.Brightness(ImageEnhance.Color(image).enhance(0.5)).enhance(0.42)
    return dim.convert("RGB", (0.8, 0, 0, 2, 0, 0.9, 0, 5, 0, 0, 1.2, 16))


def _oil(image: Image.Image) -> Image.Image:
    daubed = image.filter(ImageFilter.ModeFilter(11)).filter(ImageFilter.MedianFilter(5))
    return ImageEnhance.Color(ImageOps.posterize(daubed, 3)).enhance(1.35)


def _sketch(image: Image.Image) -> Image.Image:
    grey = image.convert("L")
    blurred = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(6))
    light, ink = np.asarray(grey, dtype=float), 255 - np.asarray(blurred, dtype=float)
    lines = np.clip(255 * light / np.maximum(ink, 1), 0, 255).astype(np.uint8)
    return ImageOps.colorize(Image.fromarray(lines), (60, 60, 66), (238, 234, 222))


LOCAL: dict[str, Callable[[Picture, Image.Image], Image.Image]] = {
    "recolour": _recolour,
    "remove": _remove,
    "add": _add,
    "text": _text,
}
LOCAL_INSTRUCTIONS = {
    "recolour": "Change the colour of the jacket to teal. Keep everything else unchanged.",
    "remove": "Remove the object on the table. Keep lighting natural and consistent.",
    "add": "Add a red balloon on a stick",
    "text": "Change the text on the sign to SHUT 9",
}
"""What a person would type. One about a thing asks for the same, whatever the thing is."""

GLOBAL: dict[str, Callable[[Image.Image], Image.Image]] = {
    "black and white": lambda image: image.convert("L").convert("RGB"),
    "sepia": _sepia,
    "warmer": _warm,
    "slightly warmer": _slightly_warm,
    "night": _night,
    "oil painting": _oil,
    "sketch": _sketch,
}
GLOBAL_INSTRUCTIONS = {
    "black and white": "Make it black and white",
    "sepia": "Give the photo a sepia tone",
    "warmer": "Make the picture warmer",
    "slightly warmer": "a little warmer",
    "night": "Turn day into night",
    "oil painting": "Keep the same composition. Turn the picture into an oil painting.",
    "sketch": "Make it look like a pencil sketch",
}
