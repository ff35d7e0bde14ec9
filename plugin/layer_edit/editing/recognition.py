"""Which of several mappings a document went through, seen from a layer's pixels then and now."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PIL import Image, ImageChops

from .geometry import Rect, Size
from .mapping import Mapping

CELLS = 256
"""Pictures are compared with at most this many cells on a side."""

TELLING = 24
"""Of 255: two predictions for a cell that differ by less do not tell two mappings apart."""

NEAR = 2.5
"""A cell speaks for a prediction when it is this much nearer to it than that is to the other."""

SHARE = 0.3
"""So many of the telling cells must speak for the right mapping: the rest may be painted over."""

CLEARLY = 3
"""And so many times as many as for the other."""

LEAST = 16
"""Telling cells below which nothing is said."""

STEP = 32
"""The right mapping must fit better than itself moved by one part in STEP of the longer side."""

LOOSE = 2
"""Pixels by which bounds may be off their prediction: Krita rounds."""


class Verdict(Enum):
    """What a comparison of two mappings says."""

    FIRST = auto()
    SECOND = auto()
    UNDECIDED = auto()
    """They can be told apart, but neither fits clearly better."""
    BLIND = auto()
    """The picture is too flat, or too little of it is left, to tell them apart."""


@dataclass(frozen=True)
class Hypothesis:
    """A mapping, and `misfit`: by how many pixels the layer's bounds are off where it puts them."""

    mapping: Mapping
    misfit: int


def choose(
    hypotheses: Sequence[Hypothesis],
    kept: Image.Image,
    kept_bounds: Rect,
    current: Image.Image,
    current_bounds: Rect,
    canvas: Size,
) -> Mapping | None:
    """The mapping that clearly brings `kept` to what is there now, None when there is none.

    `kept` was at `kept_bounds` in the old document, `current` is all of the layer within the new
    `canvas`, at `current_bounds`; RGBA or RGB, sRGB, 8 bits. A single hypothesis is not questioned.
    Where the pictures cannot tell, the bounds must: flat layers. Heavy: for worker threads.
    """
    if len(hypotheses) == 1:
        return hypotheses[0].mapping
    scene = _Scene(
        _premultiplied(kept), kept_bounds, _premultiplied(current), current_bounds, canvas
    )
    fits = [scene.fit(one.mapping) for one in hypotheses]
    for one, fit in zip(hypotheses, fits, strict=True):
        rivals = [(other, its) for other, its in zip(hypotheses, fits, strict=True) if other != one]
        if all(_beats(scene, one, fit, other, its) for other, its in rivals):
            return one.mapping
    return None


def _beats(
    scene: _Scene, one: Hypothesis, fit: Verdict, other: Hypothesis, its_fit: Verdict
) -> bool:
    """Whether `one` is right rather than `other`; `fit` is what comparing it with itself said."""
    if fit not in (Verdict.FIRST, Verdict.BLIND):
        return False
    verdict = scene.compare(one.mapping, other.mapping)
    if verdict in (Verdict.FIRST, Verdict.SECOND):
        return verdict is Verdict.FIRST
    if fit is Verdict.FIRST and its_fit is not Verdict.FIRST:
        return True
    return one.misfit <= LOOSE and other.misfit > 3 * LOOSE


@dataclass(frozen=True)
class _Scene:
    """The layer's pictures, premultiplied, then and now, and where they lie."""

    kept: Image.Image
    kept_bounds: Rect
    current: Image.Image
    current_bounds: Rect
    canvas: Size

    def fit(self, mapping: Mapping) -> Verdict:
        """FIRST when the mapping fits better than itself moved a little to each side.

        What is only the lesser evil among the hypotheses does not.
        """
        area = self._area(mapping)
        step = max(math.ceil(2 * _least_side((mapping,))), max(area.size.as_tuple) // STEP)
        moves = ((step, 0), (-step, 0), (0, step), (0, -step))
        verdicts = {self.compare(mapping, mapping.shifted(*move)) for move in moves}
        for verdict in (Verdict.SECOND, Verdict.FIRST, Verdict.UNDECIDED):
            if verdict in verdicts:
                return verdict
        return Verdict.BLIND

    def compare(self, first: Mapping, second: Mapping) -> Verdict:
        """Which of two mappings predicts better what is there now, where both predict something.

        Cells are counted, not differences added: one that was painted over speaks for neither.
        """
        area = self._area(first).intersected(self._area(second))
        if area.is_empty:
            return Verdict.BLIND
        cells = _cells(area, (first, second))
        one, other = self._predicted(first, area, cells), self._predicted(second, area, cells)
        seen = self._seen(area, cells)
        apart = _difference(one, other).point([v if v >= TELLING else 0 for v in range(256)])
        telling = _count(apart)
        if telling < LEAST:
            return Verdict.BLIND
        votes = _nearer(seen, one, apart), _nearer(seen, other, apart)
        if max(votes) < SHARE * telling or max(votes) < CLEARLY * min(votes):
            return Verdict.UNDECIDED
        return Verdict.FIRST if votes[0] > votes[1] else Verdict.SECOND

    def _area(self, mapping: Mapping) -> Rect:
        """Where in the new canvas the kept picture would be."""
        return mapping.of(self.kept_bounds).intersected(Rect.of_size(self.canvas))

    def _predicted(self, mapping: Mapping, area: Rect, cells: tuple[int, int]) -> Image.Image:
        box = mapping.box(area, self.kept_bounds)
        return self.kept.resize(cells, Image.Resampling.BOX, box)

    def _seen(self, area: Rect, cells: tuple[int, int]) -> Image.Image:
        """What is there now, transparent where the layer has nothing."""
        there = area.translated(-self.current_bounds.x, -self.current_bounds.y)
        box = (there.x, there.y, there.right, there.bottom)
        if self.current_bounds.contains(area):
            return self.current.resize(cells, Image.Resampling.BOX, box)
        return self.current.crop(box).resize(cells, Image.Resampling.BOX)


def _premultiplied(image: Image.Image) -> Image.Image:
    return image.convert("RGBA").convert("RGBa")


def _cells(area: Rect, mappings: tuple[Mapping, ...]) -> tuple[int, int]:
    """How many cells to compare `area` with, across and down."""
    side = max(_least_side(mappings), area.width / CELLS, area.height / CELLS)
    return max(1, int(area.width / side)), max(1, int(area.height / side))


def _least_side(mappings: tuple[Mapping, ...]) -> float:
    """New pixels that a cell must be wide and high not to be smaller than an old pixel."""
    return max(1.0, *(max(one.across, one.down) for one in mappings))


def _difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """The largest difference of the four channels, cell by cell; 'L'."""
    first, *rest = ImageChops.difference(one, other).split()
    for channel in rest:
        first = ImageChops.lighter(first, channel)
    return first


def _nearer(seen: Image.Image, predicted: Image.Image, apart: Image.Image) -> int:
    """How many cells are so near their prediction that they speak for it."""
    off = _difference(seen, predicted).point([min(255, round(v * NEAR)) for v in range(256)])
    return _count(ImageChops.subtract(apart, off))


def _count(image: Image.Image) -> int:
    """How many pixels of an 'L' image are not 0."""
    return sum(image.histogram()[1:])
