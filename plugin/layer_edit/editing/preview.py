"""The picture that would be sent, small, with the selection's outline: by the plan's own code."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageFilter

from .codec import flatten
from .geometry import Rect, Size
from .limits import ImageLimits
from .placement import Placement, arrange, place
from .plan import as_seen, size_to_ask
from .source import RawSource

LINE = 5
"""Pixels across of the filters that draw the outline: two pixels of white, two of black."""

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True)
class Sending:
    """How a picture is sent: the backend's `limits`, the wished `size` and `background` of the
    settings; and how long the preview's longer side may be, in pixels."""

    limits: ImageLimits
    size: Size | None
    background: str
    longest: int


@dataclass(frozen=True)
class Preview:
    """`image`: RGB, sRGB. `placement` is that of the edit itself, in full-size pixels.

    `canvas`: the document's size; `is_selection`: the picture is a crop around a selection.
    """

    image: Image.Image
    placement: Placement
    canvas: Size
    is_selection: bool


def sent_size(bounds: Rect, sending: Sending) -> Placement:
    """Where the source's pixels come to lie in what is sent."""
    return place(bounds, size_to_ask(bounds.size, sending.size, sending.limits))


def make_preview(small: RawSource, bounds: Rect, canvas: Rect, sending: Sending) -> Preview:
    """Make the preview of an edit of `bounds` (document pixels) from a capture on a coarser grid.

    Heavy (composites): for worker threads.
    """
    source = small.developed()
    image = source.image if sending.limits.alpha else as_seen(source, sending.background)
    placement = sent_size(bounds, sending)
    reduced = _reduced(placement, sending.longest)
    shown = flatten(arrange(image, reduced))
    if source.selection is not None:
        chosen = source.selection.resize(reduced.content.size.as_tuple, Image.Resampling.BILINEAR)
        mask = Image.new("L", shown.size)
        mask.paste(chosen, (reduced.content.x, reduced.content.y))
        shown = _outlined(shown, mask)
    return Preview(shown, placement, canvas.size, source.selection is not None)


def _reduced(placement: Placement, longest: int) -> Placement:
    """The same placement with what is sent at most `longest` pixels long."""
    scale = min(1.0, longest / max(placement.sent.as_tuple))
    sent = Size(*(max(1, round(side * scale)) for side in placement.sent.as_tuple))
    content = placement.content
    left, top = round(content.x * scale), round(content.y * scale)
    fitted = Rect(
        left,
        top,
        max(1, min(sent.width - left, round(content.width * scale))),
        max(1, min(sent.height - top, round(content.height * scale))),
    )
    return replace(placement, sent=sent, content=fitted)


def _outlined(image: Image.Image, mask: Image.Image) -> Image.Image:
    """A white line within a black one, which shows on every picture, where `mask` passes 127."""
    chosen = mask.point([0] * 128 + [255] * 128)
    grown = chosen.filter(ImageFilter.MaxFilter(LINE))
    inner = ImageChops.subtract(chosen, chosen.filter(ImageFilter.MinFilter(LINE)))
    outer = ImageChops.subtract(grown, chosen)
    result = image.copy()
    result.paste(_WHITE, (0, 0), inner)
    result.paste(_BLACK, (0, 0), outer)
    return result
