"""Where a result differs from its source by more than noise.

Both pictures are aligned and matched in colour. They are compared at the sharpness that the result
really has, in luminance and both colour differences. What a difference has to exceed is measured
on the picture itself: on its unchanged tiles it is some noise and some share of the local contrast
(blur, compression and what is left of a shift all differ at edges).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from PIL import Image, ImageChops

from .equations import solve
from .selection import feather, grow
from .sharpness import relative_blur, softened
from .tiles import central, computed, tile_means

TILE = 16
"""Pixels."""

SEEN = 12.0
"""0–255: mean visibility of a tile from which it counts. Ink on a clear layer fills a part only."""

BESIDE = 2
"""Pixels beside what the source shows that are looked at: thin ink is no speck."""

SMOOTHED = 1.0
"""Pixels, standard deviation: what single pixels do says nothing."""

SHARP = 0.3
"""Pixels. A relative blur below this is within the error of its measurement."""

LEAST = 2.5
"""Levels. Smaller differences are not seen, however little noise there is."""

USUAL = 4.5
"""A difference beyond this many times the usual one is a change."""

LEAST_SHARE = 0.2
"""Of the local contrast: never less than this is tolerated."""

EDGE = 0.4
"""A place differs when it differs by this share of the most that any near place does: smoothing
spreads a strong difference over its surroundings."""

PLAUSIBLE = (3.5, 2.5, 2.5)
"""Levels of luminance and of both colour differences: beyond PLAUSIBLE_SHARE of the contrast, a
tile whose mean difference is larger is taken for changed before the noise is measured."""

PLAUSIBLE_SHARE = 0.35

MORE = 3.0
"""Times the source's contrast: sharpening goes no farther, and has nothing to sharpen in a flat
area."""

ROUGH = 1.75
"""Levels. A tile whose neighbours differ by this much more than those of the source has texture
that it had not: a model's grain and the seams of its grid are fainter."""

UNIT = 50
"""Level of the score picture that stands for the threshold."""

SPECK = 90
"""Least density of a change, on the scale of the doubled score blurred by 3 pixels."""

GAP = 0.0035
"""Of the longer side: gaps narrower than twice this between changed places belong to the change."""

HOLE = 2.5
"""Standard deviation, in gaps, of the surroundings that tell a hole in a change."""

ENCLOSED = 200
"""0–255: a place is a hole where this much of its surroundings changed. Beside a straight edge it
is half of 255, in a right angle's notch three quarters."""


@dataclass(frozen=True)
class Changes:
    """`core`: 'L', 255 where something changed, hard-edged. `blur`: pixels of standard deviation
    by which the result is softer than the source (negative: sharper). `unchanged`: share of the
    tiles that show nothing but what a model does to every picture, 0–1. `roughened`: share of the
    tiles with texture where the source has none, as of brushes and paper, 0–1.
    """

    core: Image.Image
    blur: float
    unchanged: float
    roughened: float


@dataclass(frozen=True)
class _Band:
    """One channel: difference and local contrast as pictures, and by tile their means over what the
    source shows there; `seen`: how much that is, 0–1, 0 for too little to tell.
    """

    difference: Image.Image
    contrast: Image.Image
    differences: Sequence[float]
    contrasts: Sequence[float]
    seen: Sequence[float]


def changes(source: Image.Image, result: Image.Image, known: Image.Image) -> Changes:
    """Compare two RGB pictures of one size; `known`, 'L': 255 where the source shows anything."""
    blur = relative_blur(source.convert("L"), result.convert("L"))
    if abs(blur) < SHARP:
        blur = 0.0
    there = softened(softened(source, max(0.0, blur)), SMOOTHED).convert("YCbCr")
    here = softened(softened(result, max(0.0, -blur)), SMOOTHED).convert("YCbCr")
    shown = grow(known, BESIDE)
    bands = [_band(a, b, shown) for a, b in zip(there.split(), here.split(), strict=True)]
    seen = [share > 0 for share in bands[0].seen]
    unchanged = _unchanged_tiles(bands, seen)
    share = sum(unchanged) / sum(seen) if any(seen) else 1.0
    raw = softened(result.convert("L"), SMOOTHED) if blur < 0 else here.getchannel("Y")
    rough = _roughened(there.getchannel("Y"), raw, shown, bands[0].seen)
    thresholds = [_usual(band, unchanged) for band in bands]
    most = ImageChops.lighter(bands[0].difference, bands[1].difference)
    most = ImageChops.lighter(most, bands[2].difference)
    return Changes(_cleaned(_score(bands, thresholds), most), blur, share, rough)


def _band(there: Image.Image, here: Image.Image, shown: Image.Image) -> _Band:
    difference = ImageChops.multiply(ImageChops.difference(there, here), shown)
    # New letters on a plain ground have edges of their own, with what compression does at edges.
    steps = ImageChops.lighter(_steps(there), _steps(here))
    contrast = ImageChops.lighter(grow(steps, 1), feather(steps, 3))
    seen = [mean / 255 if mean > SEEN else 0.0 for mean in tile_means(shown, TILE)]
    differences, contrasts = (
        [mean / share if share else 0.0 for mean, share in zip(means, seen, strict=True)]
        for means in (
            tile_means(difference, TILE),
            tile_means(ImageChops.multiply(contrast, shown), TILE),
        )
    )
    return _Band(difference, contrast, differences, contrasts, seen)


def _roughened(
    there: Image.Image, here: Image.Image, shown: Image.Image, seen: Sequence[float]
) -> float:
    """Share of the tiles in which neighbours differ by ROUGH more than MORE times as before.

    The result as sharp as it came: new texture makes it look sharper than its source.
    """
    more = [min(255, round(MORE * level)) for level in range(256)]
    beyond = ImageChops.subtract(_steps(here), _steps(there).point(more))
    gained = tile_means(ImageChops.multiply(beyond, shown), TILE)
    rough = sum(mean > ROUGH * share > 0 for mean, share in zip(gained, seen, strict=True))
    return rough / max(1, sum(share > 0 for share in seen))


def _steps(image: Image.Image) -> Image.Image:
    """At each pixel the larger of the steps between its neighbours, across and down."""
    near = central(image)
    across = ImageChops.difference(near["left"], near["right"])
    down = ImageChops.difference(near["above"], near["below"])
    return ImageChops.lighter(across, down).resize(image.size, Image.Resampling.NEAREST)


def _unchanged_tiles(bands: list[_Band], seen: list[bool]) -> list[bool]:
    return [
        there
        and all(
            band.differences[index] <= limit + PLAUSIBLE_SHARE * band.contrasts[index]
            for band, limit in zip(bands, PLAUSIBLE, strict=True)
        )
        for index, there in enumerate(seen)
    ]


def _usual(band: _Band, unchanged: list[bool]) -> tuple[float, float]:
    """(level, share): the usual difference of unchanged places is level + share · contrast."""
    tiles = [
        (contrast, difference)
        for contrast, difference, same in zip(
            band.contrasts, band.differences, unchanged, strict=True
        )
        if same
    ]
    if not tiles:
        return 0.0, 0.0
    level, share = 0.0, 0.0
    for _ in range(4):
        misses = [abs(difference - level - share * contrast) for contrast, difference in tiles]
        scale = 0.2 + 2 * median(misses)
        level, share = _line(tiles, [(1 + (miss / scale) ** 2) ** -2 for miss in misses])
    misses = [abs(difference - level - share * contrast) for contrast, difference in tiles]
    return level + median(misses), share


def _line(points: list[tuple[float, float]], weights: list[float]) -> tuple[float, float]:
    """Weighted least squares for y = level + share · x, neither of them negative."""
    weighed = list(zip(weights, points, strict=True))
    total = sum(weights) + 1e-6
    first = sum(weight * x for weight, (x, _) in weighed)
    second = sum(weight * x * x for weight, (x, _) in weighed) + 1e-3
    height = sum(weight * y for weight, (_, y) in weighed)
    tilted = sum(weight * x * y for weight, (x, y) in weighed)
    level, share = solve([[total, first], [first, second]], [height, tilted])
    if level < 0:
        return 0.0, max(0.0, tilted / second)
    return (level, share) if share > 0 else (height / total, 0.0)


def _score(bands: list[_Band], thresholds: list[tuple[float, float]]) -> Image.Image:
    """'L': the largest difference of the channels over its threshold, UNIT where they are equal."""
    score = Image.new("L", bands[0].difference.size)
    for band, (level, share) in zip(bands, thresholds, strict=True):
        base, slope = USUAL * level + LEAST, USUAL * share + LEAST_SHARE

        def over(of: dict[str, Image.Image], base: float = base, slope: float = slope) -> object:
            return of["d"] * UNIT / (of["c"] * slope + base)  # type: ignore[operator]

        ratio = computed(over, d=band.difference.convert("F"), c=band.contrast.convert("F"))
        score = ImageChops.lighter(score, ratio.convert("L"))
    return score


def _cleaned(score: Image.Image, difference: Image.Image) -> Image.Image:
    """255 where the score exceeds the threshold; spread cut back, specks dropped, gaps filled."""
    nearby = feather(grow(difference, 2), 1.5).point([round(EDGE * level) for level in range(256)])
    strong = ImageChops.subtract(difference, nearby).point([0] + [255] * 255)
    exceeding = ImageChops.darker(_from(score, UNIT), strong)
    dense = _from(feather(score.point([min(255, 2 * level) for level in range(256)]), 3), SPECK)
    changed = ImageChops.darker(exceeding, grow(dense, 4))
    gap = max(2, round(GAP * max(score.size)))
    closed = grow(grow(changed, gap), -gap)
    # Left open, small holes show specks of what was there before.
    return ImageChops.lighter(closed, _from(feather(closed, HOLE * gap), ENCLOSED))


def _from(image: Image.Image, level: int) -> Image.Image:
    """255 where the picture has that level or more, else 0."""
    return image.point([0] * level + [255] * (256 - level))
