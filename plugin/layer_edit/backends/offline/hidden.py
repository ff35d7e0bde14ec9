"""Colours for fully transparent pixels, so that blurring cannot bring hidden ones to light."""

from __future__ import annotations

from PIL import Image


def fill_hidden(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    """Give pixels of alpha 0 the colour of the visible ones nearest to them, roughly.

    `picture` is RGB, `alpha` mode L of the same size; visible pixels stay bit for bit. The pull and
    push of Gortler et al. ('The Lumigraph', SIGGRAPH 1996, section 3.6.2): halve the picture until
    one pixel is left, then fill each size's holes from the next smaller one. A filter run on the
    result and given the old alpha back is free of hidden colours, also a median or an unsharp mask,
    for which premultiplying would not do.
    """
    visible = alpha.point([0] + [255] * 255)
    lowest, _ = visible.getextrema()
    if lowest == 255 or visible.getbbox() is None:
        return picture
    levels = [_masked(picture, visible)]
    while max(levels[-1].size) > 1:
        levels.append(_halved(levels[-1]))
    filled = levels.pop().convert("RGB")
    while levels:
        level = levels.pop()
        filled = filled.resize(level.size, Image.Resampling.BILINEAR)
        filled.paste(level.convert("RGB"), mask=level.getchannel("A"))
    return filled


def _masked(picture: Image.Image, visible: Image.Image) -> Image.Image:
    """RGBA whose alpha is 0 or 255."""
    masked = picture.convert("RGBA")
    masked.putalpha(visible)
    return masked


def _halved(level: Image.Image) -> Image.Image:
    """Half the size, the mean of the visible pixels only; visible where any of them was."""
    half = level.convert("RGBa").reduce(2).convert("RGBA")
    half.putalpha(half.getchannel("A").point([0] + [255] * 255))
    return half
