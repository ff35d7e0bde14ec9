"""The way of a picture's places: cut out, fitted, sent, returned, put back.

For any layer, canvas, selection and size table, a backend that returns what it was sent (at any
size) gives back the same pixels in the same place.
"""

import json
import random
from array import array
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from layer_edit.editing.codec import decode
from layer_edit.editing.compose import compose
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.plan import Wish, plan_edit
from layer_edit.editing.selection import Framing, transparency_mask
from layer_edit.editing.source import Source

MODELS = Path(__file__).resolve().parents[2] / "resources" / "models.json"
SHARED = json.loads(MODELS.read_text("utf-8"))["wavespeed"]["shared"]
SIZES = tuple(Size.parse(text) for text in SHARED["sizes"])
SMALL = tuple(Size(size.width // 8, size.height // 8) for size in SIZES)

RGBA, RGB = ImageLimits(alpha=True), ImageLimits(alpha=False)
WAVESPEED = ImageLimits(SIZES, SHARED["max_ratio"], SHARED["alpha"], SHARED["max_images"])
EIGHTH = ImageLimits(SMALL, WAVESPEED.max_ratio)
"""All of WaveSpeed's sides are multiples of 8: the same ratios, and quick."""

seeds = st.integers(0, 2**32 - 1)


def noise(size: Size, seed: int) -> Image.Image:
    """RGBA, every pixel a random one, alpha too."""
    values = random.Random(seed).randbytes(size.pixels * 4)  # noqa: S311 - pixels, no secret
    return Image.frombytes("RGBA", size.as_tuple, values)


def cut(image: Image.Image, rect: Rect) -> Image.Image:
    """What of an image lies in the rectangle; nothing beyond it."""
    return image.crop((rect.x, rect.y, rect.right, rect.bottom))


def filled(image: Image.Image, rect: Rect, value: int) -> Image.Image:
    """A copy with one value within the rectangle."""
    image = image.copy()
    if not rect.is_empty:
        image.paste(value, (rect.x, rect.y, rect.right, rect.bottom))
    return image


@dataclass(frozen=True)
class Document:
    """A canvas, and a layer of random pixels that may reach far beyond it."""

    canvas: Rect
    bounds: Rect
    seed: int

    @property
    def visible(self) -> Rect:
        """The layer's bounds within the canvas."""
        return self.bounds.intersected(self.canvas)

    @property
    def picture(self) -> Image.Image:
        """All of the layer within the canvas, in a picture of the canvas's size."""
        whole = Image.new("RGBA", self.canvas.size.as_tuple)
        whole.paste(noise(self.bounds.size, self.seed), (self.bounds.x, self.bounds.y))
        return whole


def spans(low: int, high: int, least: int, most: int):
    """(start, length) of `least` to `most`, `least` of it between low and high."""
    return st.integers(least, most).flatmap(
        lambda length: st.tuples(st.integers(low + least - length, high - least), st.just(length))
    )


def rects(within: Rect, least: int, most: int):
    """Rectangles, at least `least` of whose sides lies within another; the rest may not."""
    across, down = (
        spans(start, start + length, least, most)
        for start, length in ((within.x, within.width), (within.y, within.height))
    )
    return st.builds(lambda x, y: Rect(x[0], y[0], x[1], y[1]), across, down)


canvases = st.builds(Size, st.integers(8, 300), st.integers(8, 300)).map(Rect.of_size)
documents = canvases.flatmap(
    lambda canvas: st.builds(Document, st.just(canvas), rects(canvas, 8, 500), seeds)
)


def framings(*limits: ImageLimits):
    """Any context, mask and one of the backends' limits."""
    return st.builds(
        Framing,
        st.integers(0, 200),
        st.integers(-20, 20),
        st.integers(0, 6),
        st.sampled_from(limits),
    )


def echoed(source: Source, limits: ImageLimits, returned: Size | None = None) -> Image.Image:
    """The edit of a backend that returns what it was sent, or that in a size of its own."""
    plan = plan_edit(source, Wish("x", "any"), limits)
    sent = decode(plan.request.images[0].data, "it")
    assert plan.placement.target == source.bounds
    assert (sent.size, plan.request.size) == (
        plan.placement.sent.as_tuple,
        plan.placement.sent if limits.sizes else None,
    )
    if returned is not None:
        sent = sent.resize(returned.as_tuple, Image.Resampling.LANCZOS)
    return compose(sent, plan.placement, source.image)


# -- the same grid: the same pixels ------------------------------------------------------------


@settings(max_examples=60)
@given(documents)
def test_a_layer_comes_back_as_it_was(document):
    """Negative offsets, beyond the canvas, odd sizes: every pixel is there, clear ones too."""
    image = cut(document.picture, document.visible)
    assert echoed(Source(image, document.visible), RGBA).tobytes() == image.tobytes()


@settings(max_examples=60)
@given(documents)
def test_a_layer_comes_back_from_a_backend_without_alpha(document):
    """The alpha is the layer's own again, and what was opaque is exact."""
    image = cut(document.picture, document.visible)
    result = echoed(Source(image, document.visible), RGB)
    alpha = image.getchannel("A")
    assert result.getchannel("A").tobytes() == alpha.tobytes()
    opaque = alpha.point([0] * 255 + [255])
    off = ImageChops.difference(result.convert("RGB"), image.convert("RGB"))
    assert Image.composite(off, Image.new("RGB", off.size), opaque).getbbox() is None


def selected(selection: Rect, crop: Rect) -> Image.Image:
    """A rectangular selection as it is read for a crop."""
    inside = selection.intersected(crop).translated(-crop.x, -crop.y)
    return filled(Image.new("L", crop.size.as_tuple), inside, 255)


@settings(max_examples=80)
@given(documents, framings(RGBA), st.data())
def test_an_echo_of_a_selection_changes_no_pixel(document, framing, data):
    """Laid over its layer with its mask, a crop that was edited to itself is not to be seen."""
    picture = document.picture
    selection = data.draw(rects(document.visible, 1, 400))
    crop = framing.crop(selection.intersected(document.visible), document.canvas)
    result = echoed(Source(cut(picture, crop), crop), framing.limits)
    mask = transparency_mask(selected(selection, crop), framing.grow, framing.feather)
    seen = picture.copy()
    seen.paste(result, (crop.x, crop.y), mask)
    assert seen.tobytes() == picture.tobytes()


@settings(max_examples=100)
@given(canvases, framings(RGBA, ImageLimits(max_ratio=4), EIGHTH), st.data())
def test_an_edit_of_a_selection_stays_within_its_mask(canvas, framing, data):
    """As far as grow and feather reach and no farther, and full within; open at the canvas edge."""
    selection = data.draw(rects(canvas, 1, 400))
    crop = framing.crop(selection, canvas)
    mask = transparency_mask(selected(selection, crop), framing.grow, framing.feather)
    whole = Image.new("L", canvas.size.as_tuple)
    whole.paste(mask, (crop.x, crop.y))
    soft, far = 3 * framing.feather, 1000
    endless = Rect.from_edges(
        selection.x - far if selection.x <= 0 else selection.x,
        selection.y - far if selection.y <= 0 else selection.y,
        selection.right + far if selection.right >= canvas.right else selection.right,
        selection.bottom + far if selection.bottom >= canvas.bottom else selection.bottom,
    )
    inner = endless.grown(min(0, framing.grow) - soft).intersected(canvas)
    if not inner.is_empty:
        assert cut(whole, inner).getextrema() == (255, 255)
    outer = endless.grown(framing.grow + soft).intersected(canvas)
    assert filled(whole, outer, 0).getbbox() is None


# -- other sizes: the same places --------------------------------------------------------------


def centre(image: Image.Image) -> tuple[float, float]:
    """Where the centre of gravity of all brightness lies, in pixels."""
    grey = image.convert("L").convert("F")
    across = array("f", grey.resize((grey.width, 1), Image.Resampling.BOX).tobytes())
    down = array("f", grey.resize((1, grey.height), Image.Resampling.BOX).tobytes())
    return tuple(
        sum(value * (place + 0.5) for place, value in enumerate(line)) / sum(line)
        for line in (across, down)
    )


def mark_returns(canvas: Size, framing: Framing, returned: Size | None, data) -> None:
    """Draw a mark, select something around it, echo that, and look where the mark is then."""
    radius = max(4, max(canvas.as_tuple) // 30)
    room = Rect.of_size(canvas).grown(-2 * radius)
    x = data.draw(st.integers(room.x, room.right - 1))
    y = data.draw(st.integers(room.y, room.bottom - 1))
    mark = Rect(x - radius, y - radius, 2 * radius + 1, 2 * radius + 1)
    picture = filled(Image.new("L", canvas.as_tuple), mark, 255).convert("RGB")
    selection = data.draw(rects(mark, 2 * radius + 1, max(canvas.as_tuple)))
    crop = framing.crop(selection, Rect.of_size(canvas))
    result = echoed(Source(cut(picture, crop), crop), framing.limits, returned)
    seen_x, seen_y = centre(result)
    assert crop.x + seen_x == pytest.approx(x + 0.5, abs=0.5)
    assert crop.y + seen_y == pytest.approx(y + 0.5, abs=0.5)


@settings(max_examples=100)
@given(
    st.integers(40, 300).flatmap(
        lambda width: st.builds(
            Size, st.just(width), st.integers(max(30, -(-width // 4)), min(300, 4 * width))
        )
    ),
    framings(RGBA, RGB, EIGHTH),
    st.one_of(st.none(), st.builds(Size, st.integers(60, 500), st.integers(60, 500))),
    st.data(),
)
def test_a_mark_comes_back_within_half_a_pixel(canvas, framing, returned, data):
    """Cut out, scaled, padded, returned at any size, even stretched: a mark is where it was."""
    mark_returns(canvas, framing, returned, data)


@settings(max_examples=8)
@given(
    st.builds(Size, st.integers(300, 1600), st.integers(400, 1200)),
    framings(WAVESPEED),
    st.one_of(st.none(), st.just(Size(1024, 1024))),
    st.data(),
)
def test_a_mark_comes_back_through_wavespeeds_own_sizes(canvas, framing, returned, data):
    """The same with the real table."""
    mark_returns(canvas, framing, returned, data)


@settings(max_examples=30)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(2, 5), seeds)
def test_flat_blocks_come_back_exactly_from_an_enlargement(across, down, factor, seed):
    """A backend that returns each pixel as a square of pixels: blocks keep colour and place."""
    block, edge = 16, 4
    few = noise(Size(across, down), seed).convert("RGB")
    image = few.resize((across * block, down * block), Image.Resampling.NEAREST)
    source = Source(image, Rect(-3, 8, *image.size))
    plan = plan_edit(source, Wish("x", "any"), RGB)
    larger = tuple(side * factor for side in image.size)
    returned = decode(plan.request.images[0].data, "it").resize(larger, Image.Resampling.NEAREST)
    result = compose(returned, plan.placement, image).convert("RGB")
    for column, row in product(range(across), range(down)):
        # Lanczos looks three pixels far; nearer than that to another block colours may ring.
        inner = Rect(column * block, row * block, block, block).grown(-edge)
        assert cut(result, inner).tobytes() == cut(image, inner).tobytes()
