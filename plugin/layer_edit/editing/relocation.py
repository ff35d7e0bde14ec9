"""Where a result belongs in a document that was moved, cropped or scaled while the job ran."""

from __future__ import annotations

from PIL import Image

from ..texts import tr
from .anchor import Anchor
from .compose import ComposedLayer
from .errors import LayerEditError
from .geometry import Rect, Size
from .mapping import Mapping
from .recognition import Hypothesis, choose
from .source import RawSource, Source, from_bgra


class CutAwayError(LayerEditError):
    """Nothing is left of the place where the result belongs."""


def relocated(
    layer: ComposedLayer, kept: Source, current: RawSource, then: Anchor, now: Anchor
) -> ComposedLayer | None:
    """The result where its source is now; None when the pictures do not tell where that is.

    `kept` is what was captured, `current` all of the same source as it is now. Heavy: for worker
    threads. Raises CutAwayError when its place is not in the canvas any more.
    """
    seen = current.developed()
    mapping = choose(
        relocate(layer.bounds, then, now),
        kept.image,
        kept.bounds,
        seen.image,
        seen.bounds,
        now.canvas,
    )
    if mapping is None:
        return None
    canvas = None if then.canvas == now.canvas else now.canvas
    image, bounds = mapped(from_bgra(layer.data, layer.bounds), layer.bounds, mapping, canvas)
    if bounds.is_empty:
        raise CutAwayError(
            tr(
                "The part of the image that was edited has been cropped away; the result "
                "is kept in the list."
            )
        )
    mask = None
    if layer.mask is not None:
        mask = Image.frombytes("L", layer.bounds.size.as_tuple, layer.mask)
        mask, _ = mapped(mask, layer.bounds, mapping, canvas)
    return ComposedLayer.of(image, bounds, mask)


def relocate(target: Rect, then: Anchor, now: Anchor) -> tuple[Hypothesis, ...]:
    """What may have happened between two looks at a source; never empty.

    A canvas of the same size: the layer was moved. Another size: it was cropped or enlarged, which
    shifts the layers' positions, or scaled, which leaves them (measured in Krita 5.1, 5.2, 5.3 and
    6.0); a shift beside scaling is the user's own, before or after it. Of those that put `target`
    (old document pixels) in the same place, or all outside the canvas, only the first is named.
    """
    dx, dy = then.shift_to(now)
    mappings = [Mapping(dx, dy)]
    if then.canvas != now.canvas:
        across = now.canvas.width / then.canvas.width
        down = now.canvas.height / then.canvas.height
        mappings.append(Mapping(dx, dy, across, down))
        mappings.append(Mapping(round(dx * across), round(dy * down), across, down))
    different: dict[Rect | None, Mapping] = {}
    for one in mappings:
        place = one.of(target)
        is_out = place.intersected(Rect.of_size(now.canvas)).is_empty
        different.setdefault(None if is_out else place, one)
    return tuple(Hypothesis(one, _misfit(one, then, now)) for one in different.values())


def mapped(
    image: Image.Image, target: Rect, mapping: Mapping, canvas: Size | None
) -> tuple[Image.Image, Rect]:
    """Bring a picture at `target` to its new place, cut to `canvas` unless that is None.

    Pixels stay as they are where nothing is scaled, else they are resampled (Lanczos). Any mode.
    The rectangle is empty, and so is the picture, when nothing of it lies within the canvas.
    """
    place = mapping.of(target)
    if canvas is not None:
        place = place.intersected(Rect.of_size(canvas))
    if place.is_empty:
        return Image.new(image.mode, (0, 0)), place
    if mapping.is_shift:
        there = place.translated(-mapping.dx - target.x, -mapping.dy - target.y)
        return image.crop((there.x, there.y, there.right, there.bottom)), place
    box = mapping.box(place, target)
    return image.resize(place.size.as_tuple, Image.Resampling.LANCZOS, box), place


def _misfit(mapping: Mapping, then: Anchor, now: Anchor) -> int:
    """By how many pixels the source's bounds are off where the mapping puts them.

    Cropping may cut layers at the canvas or leave them whole, and a layer that filled the canvas
    (a background has a colour everywhere) fills it again.
    """
    place, canvas = mapping.of(then.bounds), Rect.of_size(now.canvas)
    possible = [place, place.intersected(canvas)]
    if then.bounds.contains(Rect.of_size(then.canvas)):
        possible.append(canvas)
    return min(_distance(one, now.bounds) for one in possible)


def _distance(one: Rect, other: Rect) -> int:
    """The farthest that two rectangles' edges are apart; an empty one is nowhere near another."""
    if one.is_empty or other.is_empty:
        return (
            0 if one.is_empty and other.is_empty else max(*one.size.as_tuple, *other.size.as_tuple)
        )
    return max(
        abs(one.x - other.x),
        abs(one.y - other.y),
        abs(one.right - other.right),
        abs(one.bottom - other.bottom),
    )
