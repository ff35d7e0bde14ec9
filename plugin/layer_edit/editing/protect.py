"""Keeps what an edit was not asked for: aligned, in the source's colours, masked to what changed.

result ──> alignment ──> colour match ──> change mask ──> the layer's pixels and mask
                                              └─> nothing of it for an edit of the whole picture,
                                                  asked for (asks) or seen (extent)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image, ImageStat

from .alignment import alignment
from .changes import changes
from .codec import flatten
from .colour_match import ColourMatch, colour_match
from .common_change import difference, unexplained
from .extent import is_global
from .geometry import Size
from .motion import Motion
from .placement import Placement
from .samples import colour_pairs
from .sampling import Box, sampled
from .selection import feather, grow
from .sharpness import missing_detail, sharpened, with_detail

WORKING_PIXELS = 1_600_000
"""Larger pictures are compared reduced to this; their masks are enlarged again."""

NOTICED = 1.0
"""Levels. A colour drift up to this is left: taking it back would only add rounding."""

EDGES = {"soft": (1, 1.2), "strict": (0, 0.6)}
"""By mode: working pixels by which the mask is larger than what changed, and the standard
deviation of its soft edge."""

SPREAD = 3
"""Working pixels by which a change is found beyond its true edge, at most."""

LEAST_SIDE = 8
"""Pixels."""

DETAIL_APART = 6
"""Working pixels around a change where the source's detail is not added."""

SOFT = 0.25
"""Pixels of blur. Less is not seen, and not measured well."""

INVISIBLE = 8
"""Alpha, 0–255. Below, nobody sees what is there."""

MODES = ("off", *EDGES)


@dataclass(frozen=True)
class Protected:
    """A result, made to fit its source; pictures are of the target's size.

    `image`: RGBA, the whole edited picture, aligned and in the source's colours. `mask`: 'L', 255
    shows; None for no mask. `share`: how much of the picture changed, 0–1. `shift`: where the
    result lay, in target pixels right and down at the picture's middle, and `scale`: how much
    larger it was; both are taken back in `image`. `drift`: how far colours lay off, in levels;
    taken back unless `is_global`. `blur`: by how many target pixels (standard deviation) the
    result is softer. `reach`: target pixels beyond a change within which the mask may cover.
    """

    image: Image.Image
    mask: Image.Image | None
    share: float
    shift: tuple[float, float]
    scale: float
    drift: float
    blur: float
    reach: float
    is_global: bool


def protect(
    source: Image.Image,
    result: Image.Image,
    placement: Placement,
    mode: str = "soft",
    seen: Image.Image | None = None,
    whole: bool = False,
) -> Protected:
    """Fit `result` (of any size and mode) to `source` (RGB or RGBA, of the target's size).

    `mode`: one of MODES; 'off' makes no mask. An edit of the whole picture gets none in any mode
    and keeps its colours. `seen`: RGB, what the model was shown of a source with transparency;
    without it the source over white. `whole`: the whole picture was asked for; without it the
    pixels tell. Heavy: for worker threads. Raises ValueError for other modes.
    """
    if mode not in MODES:
        raise ValueError(f"'{mode}' is not one of {', '.join(MODES)}")
    shown = flatten(source) if seen is None else seen
    result = _in_colour(result)
    compared = _compared(shown, flatten(result), placement, source, whole)
    image = sampled(result, compared.box, shown.size)
    if not compared.is_global:
        image = _restored(image, shown, compared)
    mask = None
    if mode != "off" and not compared.is_global:
        mask = _enlarged(compared.core, *EDGES[mode], shown.size)
    across = shown.width / compared.core.width
    return Protected(
        image=_with_alpha(image, source),
        mask=mask,
        share=1.0 if compared.is_global else compared.share,
        shift=compared.motion.shift(shown.size),
        scale=compared.motion.scale,
        drift=compared.match.drift,
        blur=compared.blur * across,
        reach=across * _reach(mode),
        is_global=compared.is_global,
    )


def _in_colour(result: Image.Image) -> Image.Image:
    """RGBA where it has any transparency of its own, else RGB; other modes can be a codec's."""
    if result.mode in ("RGB", "RGBA"):
        return result
    return result.convert("RGBA" if result.has_transparency_data else "RGB")


@dataclass(frozen=True)
class _Compared:
    """What was found. `box`: where the result shows the source. `core`: 'L', of the working size,
    255 where something changed, and `share` that is of what the source shows at all, 0–1. `blur`:
    working pixels. `content`: the size in pixels at which the result shows the source.
    """

    motion: Motion
    box: Box
    match: ColourMatch
    core: Image.Image
    share: float
    blur: float
    content: tuple[int, int]
    is_global: bool


def _compared(
    shown: Image.Image,
    edited: Image.Image,
    placement: Placement,
    source: Image.Image,
    whole: bool,
) -> _Compared:
    nominal = placement.content_box(Size(*edited.size))
    content = math.ceil(nominal[2] - nominal[0]), math.ceil(nominal[3] - nominal[1])
    size = _working_size(shown.size, content)
    small, known = _reduced(shown, size), _known(source, size)
    motion = alignment(small.convert("L"), edited.convert("L"), nominal)
    box = motion.box(nominal)
    moved = sampled(edited, box, size)
    pairs = colour_pairs(small, moved, known)
    match = colour_match(pairs)
    matched = match.restored(moved, small) if match.drift > NOTICED else moved
    found = changes(small, matched, known)
    found = replace(found, core=_continued(found.core, edited.size, box))
    shows = known.getbbox() is not None
    share = ImageStat.Stat(found.core, known).mean[0] / 255 if shows else 0.0
    strength = difference(small, matched, found.core)
    unsaid = partial(unexplained, small, moved, known, pairs, found.core)
    everywhere = whole or (shows and is_global(pairs, match, found, share, strength, unsaid))
    return _Compared(motion, box, match, found.core, share, found.blur, content, everywhere)


def _working_size(target: tuple[int, int], content: tuple[int, int]) -> tuple[int, int]:
    """The target's shape, no larger than what the result really shows."""
    scale = min(
        1.0,
        content[0] / target[0],
        content[1] / target[1],
        math.sqrt(WORKING_PIXELS / (target[0] * target[1])),
    )
    return max(LEAST_SIDE, round(target[0] * scale)), max(LEAST_SIDE, round(target[1] * scale))


def _reduced(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _known(source: Image.Image, size: tuple[int, int]) -> Image.Image:
    """'L': 255 where the source shows anything, 0 where it is as good as transparent."""
    if source.mode != "RGBA":
        return Image.new("L", size, 255)
    alpha = _reduced(source.getchannel("A"), size)
    return alpha.point([0] * INVISIBLE + [255] * (256 - INVISIBLE))


def _continued(core: Image.Image, result: tuple[int, int], box: Box) -> Image.Image:
    """Where no pixel of the result lies behind it, the change goes on from the border of those.

    A shifted result leaves a strip of the picture open; its repeated edge says nothing.
    """
    across, down = core.width / (box[2] - box[0]), core.height / (box[3] - box[1])
    left, top = max(0, math.ceil(-box[0] * across)), max(0, math.ceil(-box[1] * down))
    right = min(core.width, math.floor((result[0] - box[0]) * across))
    bottom = min(core.height, math.floor((result[1] - box[1]) * down))
    if (left, top, right, bottom) == (0, 0, *core.size):
        return core
    # The comparison looks at some pixels around each one.
    left, top = left + SPREAD * (left > 0), top + SPREAD * (top > 0)
    right, bottom = right - SPREAD * (right < core.width), bottom - SPREAD * (bottom < core.height)
    if right <= left or bottom <= top:
        return core
    inner = core.crop((left, top, right, bottom))
    return sampled(inner, (-left, -top, core.width - left, core.height - top), core.size)


def _reach(mode: str) -> float:
    """Working pixels beyond a change that its mask may cover."""
    growth, softness = EDGES.get(mode, (0, 0))
    return SPREAD + growth + 3 * softness


def _enlarged(
    core: Image.Image, growth: int, softness: float, size: tuple[int, int]
) -> Image.Image:
    """The change grown and feathered (working pixels), of the target's size."""
    # Thin changes would show through their own feather.
    full = [min(255, level * 4 // 3) for level in range(256)]
    mask = feather(grow(core, growth), softness).point(full)
    return mask if mask.size == size else mask.resize(size, Image.Resampling.BICUBIC)


def _restored(image: Image.Image, shown: Image.Image, compared: _Compared) -> Image.Image:
    """In the source's colours, as sharp as it, and with its fine detail where nothing changed."""
    if compared.match.drift > NOTICED:
        image = compared.match.applied(image)
    content, blur = compared.content, max(0.0, compared.blur)
    is_enlarged = content[0] < shown.width or content[1] < shown.height
    if image.mode == "RGBA" or not (blur or is_enlarged):
        return image
    at_content = min(1.0, content[0] / shown.width) * shown.width / compared.core.width
    # The detail next to a change is that of what was there before.
    changed = _enlarged(compared.core, DETAIL_APART, 2, shown.size)
    edited = _sharpened(image, blur * shown.width / compared.core.width, changed.getbbox())
    return with_detail(image, missing_detail(shown, content, blur * at_content), changed, edited)


def _sharpened(
    image: Image.Image, blur: float, part: tuple[int, int, int, int] | None
) -> Image.Image:
    """As sharp as the source within that part of the picture; `blur` is in its pixels."""
    if blur < SOFT or part is None:
        return image
    around = math.ceil(4 * blur) + 1
    left, top, right, bottom = part
    left, top = max(0, left - around), max(0, top - around)
    right, bottom = min(image.width, right + around), min(image.height, bottom + around)
    whole = image.copy()
    whole.paste(sharpened(image.crop((left, top, right, bottom)), blur), (left, top))
    return whole


def _with_alpha(image: Image.Image, source: Image.Image) -> Image.Image:
    """RGBA; models return RGB only, and the source's own transparency is given back to that."""
    if image.mode == "RGBA":
        return image
    image = image.convert("RGBA")
    if source.mode == "RGBA":
        image.putalpha(source.getchannel("A"))
    return image
