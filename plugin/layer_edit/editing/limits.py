"""What pictures can be edited at all, and what one backend takes of them."""

from __future__ import annotations

from dataclasses import dataclass

from ..texts import tr
from .errors import InputError
from .geometry import Size

MIN_SIDE = 8
"""Pixels. Below this there is no picture to edit."""

MAX_SIDE = 16_384
"""Pixels."""

MAX_PIXELS = 100_000_000
"""Width times height; 8-bit RGBA of that size is 400 MB, and an edit holds a few copies."""


@dataclass(frozen=True)
class ImageLimits:
    """What a backend takes.

    `sizes`: the output sizes it can be asked for; empty means it keeps the size it gets.
    `max_ratio`: longer side over shorter side, None for no rule. `alpha`: whether it sees
    transparency; where not, the picture is flattened and its alpha given back to the result.
    `redraws`: whether it makes the whole picture anew, so that what was not asked for may change.
    """

    sizes: tuple[Size, ...] = ()
    max_ratio: float | None = None
    alpha: bool = False
    max_images: int = 1
    redraws: bool = False


def check_picture(size: Size, limits: ImageLimits) -> None:
    """Raise InputError, saying what to do, when a picture of this size cannot be edited."""
    longer, shorter = max(size.as_tuple), min(size.as_tuple)
    if limits.max_ratio is not None and longer > shorter * limits.max_ratio:
        raise InputError(
            tr(
                "The picture is {size} pixels, more than {ratio} times as long as wide, "
                "which this backend does not take: crop it or choose a part of it.",
                size=size,
                ratio=f"{limits.max_ratio:g}",
            )
        )
    if shorter < MIN_SIDE:
        raise InputError(
            tr(
                "The picture is {size} pixels and {side} × {side} is the least: choose a "
                "larger layer.",
                size=size,
                side=MIN_SIDE,
            )
        )
    if longer > MAX_SIDE or size.pixels > MAX_PIXELS:
        raise InputError(
            tr(
                "The picture is {size} pixels ({area} megapixels); at most {side} on a "
                "side and {megapixels} megapixels can be edited: scale it down or crop it.",
                size=size,
                area=f"{size.pixels / 1e6:,.0f}",
                side=f"{MAX_SIDE:,}",
                megapixels=MAX_PIXELS // 10**6,
            )
        )
