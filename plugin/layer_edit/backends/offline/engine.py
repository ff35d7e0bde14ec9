"""Runs a plan's steps over a picture.

Every step becomes a Curves (one table per channel), a Tinting (one 3D table) or a filter. Steps of
the same kind that follow each other are merged into one pass and rounded once; a curve is never
folded into a 3D table, which would only be as exact as its grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PIL import Image, ImageChops

from ..base import Stage, Watch
from . import effects, tinting, tone
from .adjustment import Op
from .hidden import fill_hidden
from .oklab import Gamut
from .recolour import recolour
from .step import Plan, Step
from .tinting import Tinting
from .tone import Curves

Filter = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Result:
    """The edited picture, in the mode of the one given (RGB or RGBA), and whether it differs."""

    picture: Image.Image
    changed: bool


def run(picture: Image.Image, plan: Plan, seed: int, watch: Watch) -> Result:
    """Carry out all steps on an RGB or RGBA picture (encoded sRGB, straight alpha).

    Alpha comes back bit for bit. The same picture, plan and seed give the same pixels. Raises
    CancelledError between passes when the user cancels.
    """
    canvas = _Canvas(picture)
    for index, step in enumerate(plan.steps):
        watch.check()
        watch.report(Stage.RUNNING, index / len(plan.steps))
        canvas.add(step, seed)
    watch.check()
    canvas.settle()
    watch.report(Stage.RUNNING, 1.0)
    return canvas.result()


class _Canvas:
    """The picture on its way, with the passes that wait to be merged with the next ones."""

    def __init__(self, picture: Image.Image) -> None:
        self._original = picture.convert("RGB")
        self._alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        self._colours = self._original
        self._gamut = Gamut.of_srgb()
        self._curves: list[Curves] = []
        self._tintings: list[Tinting] = []
        self._filled = self._alpha is None

    def add(self, step: Step, seed: int) -> None:
        """Do a step, or put it in line."""
        if (curves := self._as_curves(step)) is not None:
            if self._tintings:
                self.settle()
            self._curves.append(curves)
        elif (filtered := _as_filter(step, seed)) is not None:
            self.settle()
            self._fill()
            self._colours = filtered(self._colours)
        else:
            if self._curves:
                self.settle()
            # First made, then put in line: making it may settle what was in line before.
            made = self._as_tinting(step)
            self._tintings.append(made)

    def settle(self) -> None:
        """Do what is in line."""
        if self._curves:
            self._colours = tone.apply_curves(self._colours, self._curves)
        if self._tintings:
            self._colours = tinting.apply_tintings(self._colours, self._tintings)
        self._curves, self._tintings = [], []

    def result(self) -> Result:
        """The picture with its own alpha."""
        difference = ImageChops.difference(self._colours, self._original)
        if self._alpha is None:
            return Result(self._colours, difference.getbbox() is not None)
        # What changed only where nothing is visible is no change.
        nothing = Image.new("RGB", self._colours.size)
        seen = Image.composite(difference, nothing, self._visible(self._alpha))
        edited = self._colours.copy()
        edited.putalpha(self._alpha)
        return Result(edited, seen.getbbox() is not None)

    def _fill(self) -> None:
        """Hidden pixels need colours before the first step that looks at neighbours, and once."""
        if not self._filled and self._alpha is not None:
            self._colours = fill_hidden(self._colours, self._alpha)
            self._filled = True

    @staticmethod
    def _visible(alpha: Image.Image) -> Image.Image:
        return alpha.point([0] + [255] * 255)

    def _as_curves(self, step: Step) -> Curves | None:
        amount = step.amount or 0.0
        simple: dict[Op, Callable[[], Curves]] = {
            Op.BRIGHTNESS: partial(tone.brightness, amount),
            Op.EXPOSURE: partial(tone.exposure, amount),
            Op.CONTRAST: partial(tone.contrast, amount),
            Op.GAMMA: partial(tone.gamma, amount),
            Op.WARMTH: partial(tone.warmth, amount),
            Op.TINT: partial(tone.tint, amount),
            Op.INVERT: tone.invert,
            Op.POSTERISE: partial(tone.posterise, int(amount)),
            Op.AUTO_LEVELS: self._auto_levels,
        }
        return simple[step.op]() if step.op in simple else None

    def _as_tinting(self, step: Step) -> Tinting:
        amount = step.amount or 0.0
        simple: dict[Op, Callable[[], Tinting]] = {
            Op.SATURATION: partial(tinting.saturation, amount, self._gamut),
            Op.VIBRANCE: partial(tinting.vibrance, amount, self._gamut),
            Op.HUE: partial(tinting.hue_shift, amount, self._gamut),
            Op.BLACK_AND_WHITE: tinting.black_and_white,
            Op.SEPIA: partial(tinting.sepia, amount),
            Op.FADE: partial(tinting.fade, amount),
            Op.DUOTONE: lambda: tinting.duotone(*step.colours),
            Op.RECOLOUR: lambda: self._recolour(step),
        }
        return simple[step.op]()

    def _auto_levels(self) -> Curves:
        """Looks at the visible pixels of the picture as it is by now."""
        self.settle()
        mask = None if self._alpha is None else self._visible(self._alpha)
        return tone.auto_levels(effects.grey(self._colours).histogram(mask))

    def _recolour(self, step: Step) -> Tinting:
        """Looks at the picture as it is by now; hidden pixels are filled, they must not count."""
        self.settle()
        seen = self._colours
        if self._alpha is not None:
            nothing = Image.new("RGB", seen.size)
            seen = Image.composite(seen, nothing, self._visible(self._alpha))
        source, target = step.colours
        return recolour(source, target, seen, self._gamut)


def _as_filter(step: Step, seed: int) -> Filter | None:
    amount = step.amount or 0.0
    simple: dict[Op, Filter] = {
        Op.THRESHOLD: partial(effects.threshold, percent=amount),
        Op.SHARPEN: partial(effects.sharpen, percent=amount),
        Op.BLUR: partial(effects.blur, radius=step.amount, factor=step.factor),
        Op.SOFTEN: partial(effects.soften, percent=amount),
        Op.DENOISE: partial(effects.denoise, percent=amount),
        Op.VIGNETTE: partial(effects.vignette, percent=amount),
        Op.GRAIN: partial(effects.grain, percent=amount, seed=seed),
        Op.PIXELATE: partial(effects.pixelate, block=step.amount, factor=step.factor),
        Op.SKETCH: effects.sketch,
        Op.EDGES: effects.edges,
    }
    return simple.get(step.op)
