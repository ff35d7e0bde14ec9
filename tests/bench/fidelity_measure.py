"""What the fidelity bench measures of one case, and the same for pasting the resized result."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import color

from layer_edit.editing.compose import compose
from layer_edit.editing.placement import Placement
from layer_edit.editing.protect import Protected, protect

from .fidelity_damage import Damage, Floats, moved_by
from .fidelity_edits import Flags, Truth

PIXELS = 60_000
"""A mean ΔE00 is taken over at most about this many pixels, evenly spread."""

BLOCK = 8
"""Pixels: the side of the means that tell a colour error from lost grain."""


def measured(
    truth: Truth, result: Image.Image, placement: Placement, damage: Damage, whole: bool
) -> tuple[dict[str, Any], Protected]:
    """All figures of a local edit, and what `protect` made of it; `whole` as there.

    Names that end in 'plain' belong to pasting the resized result. Alignment errors are root mean
    squares over the picture, in its pixels.
    """
    start = time.process_time()
    found = protect(truth.source, result, placement, whole=whole)
    seconds = time.process_time() - start
    image = found.image.convert("RGB")
    plain = compose(result, placement, truth.source).convert("RGB")
    full = Image.new("L", image.size, 255)
    mask = full if found.mask is None else found.mask
    composite = Image.composite(image, truth.source, mask)
    covered = np.asarray(mask) >= 128
    # The feather's own width around the change is left out.
    far = ndimage.distance_transform_edt(truth.same) > found.reach
    off, off_plain = _misplaced(found, placement, damage, image.size)
    figures = {
        "off": off,
        "off plain": off_plain,
        "IoU": _overlap(covered, truth.region),
        "IoU plain": float(truth.region.mean()),
        "identical": _identical(composite, truth.source, far),
        "identical plain": _identical(plain, truth.source, far),
        "unchanged ΔE": mean_difference(image, truth.source, truth.same),
        "unchanged ΔE plain": mean_difference(plain, truth.source, truth.same),
        "unchanged ΔE of means": _means_difference(image, truth),
        "unchanged ΔE of means plain": _means_difference(plain, truth),
        "edit ΔE": mean_difference(composite, truth.edited, truth.region),
        "edit ΔE plain": mean_difference(plain, truth.edited, truth.region),
        "global": found.is_global,
        "reach": found.reach,
        "seconds": seconds,
    }
    return figures, found


def _misplaced(
    found: Protected, placement: Placement, damage: Damage, size: tuple[int, int]
) -> tuple[float, float]:
    """Root mean square distance of where things were taken to be from where they were."""
    shares = (np.arange(21) + 0.5) / 21
    points = np.stack(np.meshgrid(shares * size[0], shares * size[1]), -1).reshape(-1, 2)
    true = moved_by(placement, damage, points)
    said = np.array(found.shift) + (points - np.array(size) / 2) * (found.scale - 1)
    return _root_mean_square(true - said), _root_mean_square(true)


def _root_mean_square(vectors: Floats) -> float:
    return float(np.sqrt((vectors**2).sum(-1).mean()))


def _overlap(one: Flags, other: Flags) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _identical(image: Image.Image, source: Image.Image, where: Flags) -> float:
    """Share of the pixels in which no bit differs."""
    return float((np.asarray(image) == np.asarray(source)).all(-1)[where].mean())


def mean_difference(one: Image.Image, other: Image.Image, where: Flags) -> float:
    """Mean ΔE00 of two RGB pictures over the given pixels."""
    pixels = [np.asarray(image)[where] for image in (one, other)]
    step = max(1, len(pixels[0]) // PIXELS)
    labs = [color.rgb2lab(part[None, ::step]) for part in pixels]
    return float(color.deltaE_ciede2000(*labs).mean())


def _means_difference(image: Image.Image, truth: Truth) -> float:
    """Mean ΔE00 of the means of blocks in which nothing was edited."""
    blocks = [part.reduce(BLOCK) for part in (image, truth.source)]
    same = np.asarray(Image.fromarray(truth.same.astype(np.uint8) * 255).reduce(BLOCK)) == 255
    return mean_difference(blocks[0], blocks[1], same)
