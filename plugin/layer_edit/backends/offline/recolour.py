"""One named colour to another, keeping light and shade.

A colour is described by its hue's triangle black – white – most vivid colour (see oklab.Gamut).
Recolouring keeps its shares of black and white and puts the target in the place of the most vivid
colour: highlights stay highlights, shade stays shade, and nothing leaves sRGB. Borders are soft in
hue, chroma and lightness, so no edge appears where the picture has none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image

from .colours import Colour, Window
from .oklab import Gamut, Triple, from_oklab, hue_distance, hue_of, polar, smoothstep, to_oklab
from .tinting import Tinting

_BIN = 4
"""Degrees of hue in one bin of the histogram."""

_SAMPLES = 80
"""The histogram looks at 80 × 80 pixels."""

_KEPT_VARIATION = 0.2
"""How much of the hue's variation within the source stays around the target's hue."""


@dataclass(frozen=True)
class Source:
    """What is recoloured in one picture: the window, and the mean hue of what lies in it."""

    window: Window
    hue: float


def recolour(source: Colour, target: Colour, picture: Image.Image, gamut: Gamut) -> Tinting:
    """A function of one colour (encoded sRGB 0–1) that recolours `source` to `target`.

    `picture` (RGB) is only looked at for how far its own colours run on from the named ones.
    """
    if source.window is None:
        return partial(_from_neutral, source.name, target.oklab)
    found = find_source(source.window, hue_weights(picture))
    return partial(_from_hue, found, target.oklab, gamut)


def hue_weights(picture: Image.Image) -> tuple[float, ...]:
    """The chroma of a sample of the picture, summed by hue in bins of 4°.

    Near-black and near-grey pixels are left out: their hue is noise.
    """
    size = (min(_SAMPLES, picture.width), min(_SAMPLES, picture.height))
    data = picture.resize(size, Image.Resampling.NEAREST).tobytes()
    weights = [0.0] * (360 // _BIN)
    for index in range(0, len(data), 3):
        red, green, blue = data[index : index + 3]
        lightness, a, b = to_oklab(red / 255, green / 255, blue / 255)
        chroma = (a * a + b * b) ** 0.5
        if chroma > 0.04 and lightness > 0.25:
            weights[int(hue_of(a, b) // _BIN) % len(weights)] += chroma
    return tuple(weights)


def find_source(window: Window, weights: Sequence[float]) -> Source:
    """Widen the window where the picture's colours run on without a gap.

    A bin is taken while it holds at least a twentieth of the fullest bin inside the window, and not
    clearly more than it (which would be another colour's own hill), up to the window's reach.
    """

    def weight(hue: float) -> float:
        return weights[int(hue % 360 // _BIN) % len(weights)]

    peak = max(weight(hue) for hue in range(int(window.low), int(window.high) + 1, _BIN))

    def edge(start: float, reach: float) -> float:
        step = _BIN if reach > start else -_BIN
        hue = start
        while peak and hue != reach and weight(hue + step) >= 0.05 * peak:
            if weight(hue + step) > 1.25 * peak:
                # Another colour's hill: even the soft border is to end before it.
                back = min(window.fade, abs(hue - start))
                return hue - math.copysign(back, step)
            hue = min(hue + step, reach) if step > 0 else max(hue + step, reach)
        return hue

    low, high = edge(window.low, window.reach_low), edge(window.high, window.reach_high)
    hues = range(int(low), int(high) + 1, _BIN)
    total = sum(weight(hue) for hue in hues)
    middles = ((hue // _BIN + 0.5) * _BIN for hue in hues)
    mean = (low + high) / 2
    if total:
        mean = sum(weight(hue) * middle for hue, middle in zip(hues, middles, strict=True)) / total
    return Source(replace(window, low=low, high=high), mean)


def _weight(source: Source, gamut: Gamut, lightness: float, chroma: float, hue: float) -> float:
    """How much a colour belongs to the source, 0–1."""
    window = source.window
    half = (window.high - window.low) / 2
    outside = abs(hue_distance(hue, window.low + half)) - half
    weight = 1.0 - smoothstep(0.0, window.fade, outside)
    if weight == 0.0:
        return 0.0
    # Near-black and near-grey pixels have a hue by accident of noise and compression only. Dark
    # ones count when they are as vivid as their darkness allows, as the rim of a blurred petal is,
    # or when the name itself is a dark colour's.
    weight *= smoothstep(0.02, 0.055, chroma)
    share = chroma / max(gamut.most_chroma(lightness, hue), 1e-6)
    floor = 0.06 if window.lightest < 1.0 else 0.20
    dark = smoothstep(floor, floor + 0.14, lightness * min(share, 1.0) ** 2)
    weight *= max(dark, smoothstep(floor + 0.08, floor + 0.22, lightness))
    if window.darkest > 0.0:
        weight *= smoothstep(window.darkest - 0.1, window.darkest, lightness)
    if window.lightest < 1.0:
        weight *= 1.0 - smoothstep(window.lightest, window.lightest + 0.1, lightness)
    return weight


def _from_hue(
    source: Source, target: Triple, gamut: Gamut, red: float, green: float, blue: float
) -> Triple:
    lightness, a, b = to_oklab(red, green, blue)
    chroma = (a * a + b * b) ** 0.5
    hue = hue_of(a, b)
    weight = _weight(source, gamut, lightness, chroma, hue)
    if weight == 0.0:
        return red, green, blue
    cusp_lightness, cusp_chroma = gamut.cusp(hue)
    vivid = chroma / cusp_chroma
    white = max(0.0, lightness - vivid * cusp_lightness)
    black = max(0.0, 1.0 - vivid - white)
    target_chroma = (target[1] ** 2 + target[2] ** 2) ** 0.5
    # A dark target also darkens highlights, white and grey also lift shade: black velvet has no
    # white highlights, and a white wall no black shadows.
    to_white = min(1.0, 0.2 + 2.2 * target[0])
    to_black = 0.4 * smoothstep(0.7, 1.0, target[0]) if target_chroma < 0.02 else 0.0
    to_black *= smoothstep(0.25, 0.60, lightness)
    # An orange shade on a yellow is also its darker part: the cusps' lightness tells how much.
    shade = cusp_lightness / gamut.cusp(source.hue)[0]
    # More light than usual takes up what is left to white, so that light targets do not clip.
    shaded = target[0] * shade if shade < 1.0 else 1.0 - (1.0 - target[0]) / shade
    new_lightness = min(1.0, vivid * shaded + white * to_white + black * to_black)
    variation = _KEPT_VARIATION * hue_distance(hue, source.hue)
    new_hue = hue_of(target[1], target[2]) + variation
    new_chroma = min(
        vivid * target_chroma * min(shade, 1.0), 1.05 * gamut.most_chroma(new_lightness, new_hue)
    )
    _, new_a, new_b = polar(new_lightness, new_chroma, new_hue)
    return from_oklab(
        lightness + (new_lightness - lightness) * weight,
        a + (new_a - a) * weight,
        b + (new_b - b) * weight,
    )


def _from_neutral(name: str, target: Triple, red: float, green: float, blue: float) -> Triple:
    """Recolour black, white or grey: the target stands at that lightness, towards black and white.

    Only colours of low chroma are taken; the borders in lightness are soft.
    """
    lightness, a, b = to_oklab(red, green, blue)
    chroma = (a * a + b * b) ** 0.5
    weight = 1.0 - smoothstep(0.03, 0.08, chroma)
    if name == "white":
        weight *= smoothstep(0.72, 0.90, lightness)
        pivot = 1.0
    elif name == "black":
        weight *= 1.0 - smoothstep(0.25, 0.45, lightness)
        pivot = 0.0
    else:
        weight *= smoothstep(0.25, 0.40, lightness) * (1.0 - smoothstep(0.80, 0.93, lightness))
        pivot = 0.6
    if weight == 0.0:
        return red, green, blue
    if lightness <= pivot:
        share = lightness / pivot if pivot else 1.0
        new = (target[0] * share, target[1] * share, target[2] * share)
    else:
        share = (lightness - pivot) / (1.0 - pivot)
        new = (
            target[0] + (1 - target[0]) * share,
            target[1] * (1 - share),
            target[2] * (1 - share),
        )
    old = (lightness, a, b)
    mixed = tuple(o + (n - o) * weight for o, n in zip(old, new, strict=True))
    return from_oklab(mixed[0], mixed[1], mixed[2])
