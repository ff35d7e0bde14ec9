"""Where a result goes when the document was moved, cropped or scaled while the job ran."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from layer_edit.editing.anchor import Anchor
from layer_edit.editing.compose import ComposedLayer
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.mapping import Mapping
from layer_edit.editing.recognition import choose
from layer_edit.editing.relocation import CutAwayError, mapped, relocate, relocated
from layer_edit.editing.source import RawLayer, RawSource, Source

FILTERS = [getattr(Image.Resampling, name) for name in ("BOX", "BILINEAR", "BICUBIC", "LANCZOS")]
SEEDS = st.integers(0, 2**32 - 1)


def noise(size: Size, seed: int = 1) -> Image.Image:
    """Opaque noise: no two places look alike."""
    values = random.Random(seed).randbytes(size.pixels * 3)  # noqa: S311 - pixels, no secret
    return Image.frombytes("RGB", size.as_tuple, values).convert("RGBA")


def cut(image: Image.Image, rect: Rect) -> Image.Image:
    return image.crop((rect.x, rect.y, rect.right, rect.bottom))


@dataclass(frozen=True)
class Document:
    """A canvas with one layer, `picture` being all of it within the canvas; changes give another.

    `position` is what Krita says of the layer: cropping and moving change it, scaling does not.
    """

    picture: Image.Image
    position: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, canvas: Size, layer: Image.Image, x: int, y: int) -> "Document":
        picture = Image.new("RGBA", canvas.as_tuple)
        picture.paste(layer, (x, y))
        return cls(picture)

    @property
    def canvas(self) -> Size:
        return Size(*self.picture.size)

    @property
    def bounds(self) -> Rect:
        return Rect.from_edges(*(self.picture.getchannel("A").getbbox() or (0, 0, 0, 0)))

    @property
    def layer(self) -> Image.Image:
        return cut(self.picture, self.bounds)

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.canvas, self.bounds, (("layer", *self.position),))

    def cropped(self, rect: Rect) -> "Document":
        """Cropped; or enlarged, where the rectangle is larger than the canvas."""
        moved = (self.position[0] - rect.x, self.position[1] - rect.y)
        return Document(cut(self.picture, rect), moved)

    def scaled(self, size: Size, how: Image.Resampling = Image.Resampling.BICUBIC) -> "Document":
        return Document(self.picture.resize(size.as_tuple, how), self.position)

    def moved(self, dx: int, dy: int) -> "Document":
        picture = Image.new("RGBA", self.picture.size)
        picture.paste(self.picture, (dx, dy))
        return Document(picture, (self.position[0] + dx, self.position[1] + dy))

    def painted(self, rect: Rect, colour: tuple[int, int, int]) -> "Document":
        picture = self.picture.copy()
        picture.paste((*colour, 255), (rect.x, rect.y, rect.right, rect.bottom))
        return Document(picture, self.position)


def found(then: Document, now: Document) -> Mapping | None:
    """The mapping that is recognised between two states of a document."""
    hypotheses = relocate(then.bounds, then.anchor, now.anchor)
    return choose(hypotheses, then.layer, then.bounds, now.layer, now.bounds, now.canvas)


@st.composite
def documents(draw):
    """A noise layer of 60 to 160 pixels somewhere on a canvas that is a little larger."""
    layer = Size(draw(st.integers(60, 160)), draw(st.integers(60, 160)))
    right, below = draw(st.integers(0, 60)), draw(st.integers(0, 60))
    x, y = draw(st.integers(0, 60)), draw(st.integers(0, 60))
    canvas = Size(layer.width + x + right, layer.height + y + below)
    return Document.of(canvas, noise(layer, draw(SEEDS)), x, y)


@st.composite
def crops(draw, document):
    """The document cropped so that at least 24 pixels of the layer's sides are left."""
    bounds, canvas = document.bounds, document.canvas
    left = draw(st.integers(0, bounds.right - 24))
    top = draw(st.integers(0, bounds.bottom - 24))
    right = draw(st.integers(max(bounds.x, left) + 24, canvas.width))
    bottom = draw(st.integers(max(bounds.y, top) + 24, canvas.height))
    rect = Rect.from_edges(left, top, right, bottom)
    assume(rect.size != canvas)
    return document.cropped(rect), Mapping(-left, -top)


@st.composite
def scales(draw, document):
    """The document scaled to 0.35 to 3 times its sides, with any of the usual filters."""
    canvas = document.canvas
    width = draw(st.integers(round(canvas.width * 0.35), canvas.width * 3))
    height = draw(st.integers(round(canvas.height * 0.35), canvas.height * 3))
    assume((width, height) != canvas.as_tuple)
    across, down = width / canvas.width, height / canvas.height
    now = document.scaled(Size(width, height), draw(st.sampled_from(FILTERS)))
    return now, Mapping(0, 0, across, down)


@st.composite
def changes(draw):
    """(the document before, after, and the mapping between them)."""
    then = draw(documents())
    now, mapping = draw(crops(then) if draw(st.booleans()) else scales(then))
    return then, now, mapping


@st.composite
def brushes(draw, bounds: Rect):
    """A rectangle that covers up to a third of the bounds."""
    width = draw(st.integers(1, bounds.width))
    height = min(bounds.height, bounds.size.pixels // 3 // width)
    assume(height > 0)
    x = draw(st.integers(bounds.x, bounds.right - width))
    y = draw(st.integers(bounds.y, bounds.bottom - height))
    return Rect(x, y, width, height)


colours = st.tuples(*[st.integers(0, 255)] * 3)


# -- what may have happened --------------------------------------------------------------------


def test_in_a_canvas_of_the_same_size_the_layer_was_moved():
    """One hypothesis, that of the position; it is not questioned, whatever was painted."""
    then = Document.of(Size(200, 100), noise(Size(50, 40)), 20, 30)
    now = then.moved(7, -12).painted(Rect(0, 0, 200, 100), (1, 2, 3))
    (only,) = relocate(then.bounds, then.anchor, now.anchor)
    assert only.mapping == found(then, now) == Mapping(7, -12)


def test_another_canvas_size_may_mean_cropping_or_scaling():
    """A shift beside scaling is the user's own, made before or after it."""
    then = Document.of(Size(200, 100), noise(Size(50, 40)), 20, 30)
    now = Document(Image.new("RGBA", (100, 75)), (-10, -20))
    mappings = [one.mapping for one in relocate(then.bounds, then.anchor, now.anchor)]
    assert mappings == [
        Mapping(-10, -20),
        Mapping(-10, -20, 0.5, 0.75),
        Mapping(-5, -15, 0.5, 0.75),
    ]


def test_hypotheses_that_make_no_difference_are_one():
    """A pixel more of canvas, a small layer at its origin: scaled or not, it is where it was."""
    then = Document.of(Size(4000, 4000), noise(Size(40, 40)), 0, 0)
    now = Document(Image.new("RGBA", (4001, 4000)))
    (only,) = relocate(then.bounds, then.anchor, now.anchor)
    assert only.mapping == Mapping(0, 0)


@pytest.mark.parametrize(
    ("bounds", "size", "seen"),
    [
        (Rect(50, 40, 120, 80), Size(800, 600), Rect(100, 80, 240, 160)),
        (Rect(50, 40, 120, 80), Size(200, 150), Rect(25, 20, 60, 40)),
        (Rect(50, 40, 120, 80), Size(253, 190), Rect(32, 25, 76, 51)),
        (Rect(-5, 35, 60, 50), Size(800, 600), Rect(-10, 70, 120, 100)),
        (Rect(300, 200, 60, 50), Size(253, 190), Rect(190, 127, 38, 31)),
    ],
)
def test_scaled_bounds_are_those_that_krita_gives(bounds, size, seen):
    """Seen in Krita 5.1, 5.2, 5.3 and 6.0 for a canvas of 400 × 300."""
    assert Mapping(0, 0, size.width / 400, size.height / 300).of(bounds) == seen


def test_scaled_bounds_are_never_empty():
    """A speck keeps a pixel however much the image is reduced."""
    assert Mapping(0, 0, 0.01, 0.01).of(Rect(10, 10, 3, 3)) == Rect(0, 0, 1, 1)


# -- what did happen ---------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(changes())
def test_cropping_and_scaling_are_recognised(change):
    """Any crop of a noise picture and any scaling, whatever the filter."""
    then, now, mapping = change
    assert found(then, now) == mapping


@settings(max_examples=40, deadline=None)
@given(changes(), st.data())
def test_what_was_painted_meanwhile_does_not_mislead(change, data):
    """With up to a third of the layer covered the answer is right, or none; never another."""
    then, now, mapping = change
    brush = data.draw(brushes(now.bounds))
    assert found(then, now.painted(brush, data.draw(colours))) in (mapping, None)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("scale", [None, 0.6, 1.5, 2.4])
def test_what_was_painted_meanwhile_does_not_hide_it(seed, scale):
    """A third of the layer covered: still recognised."""
    then = Document.of(Size(220, 200), noise(Size(150, 120), seed), 30, 40)
    now, mapping = then.cropped(Rect(25, 20, 130, 150)), Mapping(-25, -20)
    if scale is not None:
        now = then.scaled(Size(round(220 * scale), round(200 * scale)))
        mapping = Mapping(0, 0, now.canvas.width / 220, now.canvas.height / 200)
    third = Rect(now.bounds.x, now.bounds.y, now.bounds.width, now.bounds.height // 3)
    assert found(then, now.painted(third, (200, 30, 60))) == mapping


@pytest.mark.parametrize("is_first", [True, False])
def test_moving_and_scaling_are_told_apart_by_their_order(is_first):
    """The position says how far the layer was moved, the picture whether before or after."""
    then = Document.of(Size(200, 160), noise(Size(90, 80)), 40, 30)
    if is_first:
        now, mapping = then.moved(20, -10).scaled(Size(400, 320)), Mapping(40, -20, 2, 2)
    else:
        now, mapping = then.scaled(Size(400, 320)).moved(20, -10), Mapping(20, -10, 2, 2)
    assert found(then, now) == mapping


def test_a_larger_canvas_is_not_a_scaled_one():
    """The picture keeps its size and has moved with the canvas's corner."""
    then = Document.of(Size(120, 90), noise(Size(120, 90)), 0, 0)
    assert found(then, then.cropped(Rect(-40, -30, 240, 180))) == Mapping(40, 30)


def drawing(size: Size) -> Image.Image:
    """A few black strokes on white: nearly all of it is alike."""
    image = Image.new("RGBA", size.as_tuple, "white")
    draw = ImageDraw.Draw(image)
    draw.line([(10, 20), (90, 120), (170, 40)], fill="black", width=3)
    draw.ellipse((120, 60, 160, 130), outline="black", width=3)
    return image


def test_a_drawing_on_white_is_recognised_by_its_few_strokes():
    """White cells agree with everything and say nothing; strokes tell, painting does not."""
    then = Document.of(Size(200, 160), drawing(Size(200, 160)), 0, 0)
    now = then.cropped(Rect(0, 0, 150, 120)).painted(Rect(100, 0, 50, 60), (255, 200, 0))
    assert found(then, now) == Mapping(0, 0)
    now = then.scaled(Size(300, 240)).painted(Rect(0, 0, 100, 100), (0, 0, 0))
    assert found(then, now) == Mapping(0, 0, 1.5, 1.5)


@pytest.mark.parametrize(
    "change",
    [
        lambda then: then.cropped(Rect(30, 20, 100, 90)).scaled(Size(170, 160)),
        lambda then: then.cropped(Rect(0, 0, 120, 100)).scaled(Size(150, 140)),
        lambda then: Document(then.picture.transpose(Image.Transpose.ROTATE_90)),
        lambda then: Document(noise(Size(150, 100), 99)),
    ],
    ids=["cropped and scaled", "cropped at the origin and scaled", "turned", "painted over"],
)
def test_what_no_hypothesis_explains_has_no_place(change):
    """Then the result waits."""
    then = Document.of(Size(200, 160), noise(Size(200, 160)), 0, 0)
    assert found(then, change(then)) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_lesser_evil_is_not_taken(seed):
    """Cut by a tenth and then enlarged: scaling alone is nearly right, and still not it."""
    blurred = noise(Size(7, 6), seed).resize((200, 160), Image.Resampling.BICUBIC)
    for picture in (blurred, drawing(Size(200, 160))):
        then = Document.of(Size(200, 160), picture, 0, 0)
        assert found(then, then.cropped(Rect(0, 0, 180, 144)).scaled(Size(270, 216))) is None


def test_a_flat_layer_is_recognised_by_its_bounds():
    """One colour looks the same everywhere, but a scaled layer has another size."""
    then = Document.of(Size(200, 100), Image.new("RGBA", (80, 60), "teal"), 10, 20)
    assert found(then, then.scaled(Size(400, 200))) == Mapping(0, 0, 2, 2)
    assert found(then, then.cropped(Rect(0, 0, 150, 90))) == Mapping(0, 0)
    assert found(then, then.cropped(Rect(30, 0, 150, 50))) == Mapping(-30, 0)
    assert found(then, then.cropped(Rect(-50, -40, 400, 200))) == Mapping(50, 40)


def test_a_flat_layer_that_fills_the_canvas_tells_nothing():
    """Cropped and scaled look the same, so there is no answer."""
    then = Document.of(Size(200, 100), Image.new("RGBA", (200, 100), "white"), 0, 0)
    assert found(then, then.cropped(Rect(0, 0, 150, 90))) is None
    assert found(then, then.scaled(Size(150, 90))) is None
    assert found(then, Document(Image.new("RGBA", (300, 200), "white"))) is None


def test_a_layer_that_was_cropped_away_is_recognised_by_its_absence():
    """Scaled it would still be there; emptied by the user it is nowhere."""
    then = Document.of(Size(200, 100), noise(Size(40, 30)), 10, 20)
    assert found(then, then.cropped(Rect(100, 0, 100, 100))) == Mapping(-100, 0)
    assert found(then, Document(Image.new("RGBA", (150, 80)))) is None


# -- and where the result goes -----------------------------------------------------------------


@given(
    st.builds(Rect, *[st.integers(-60, 60)] * 2, *[st.integers(1, 40)] * 2),
    st.integers(-80, 80),
    st.integers(-80, 80),
    st.one_of(st.none(), st.builds(Size, st.integers(1, 90), st.integers(1, 90))),
)
def test_a_shift_keeps_every_pixel(target, dx, dy, canvas):
    """What lies within the canvas is the same as before, at its new place."""
    image = noise(target.size)
    result, place = mapped(image, target, Mapping(dx, dy), canvas)
    inside = target.translated(dx, dy)
    inside = inside if canvas is None else inside.intersected(Rect.of_size(canvas))
    assert place == inside
    if not inside.is_empty:
        assert (
            result.tobytes()
            == cut(image, inside.translated(-dx - target.x, -dy - target.y)).tobytes()
        )


@settings(max_examples=60, deadline=None)
@given(
    st.builds(Rect, st.integers(-30, 60), st.integers(-30, 60), st.just(60), st.just(50)),
    st.integers(40, 300),
    st.integers(40, 300),
)
def test_scaling_keeps_places_within_half_a_pixel(target, width, height):
    """A mark on a picture is where the canvas's scale puts it, cut by the canvas or not."""
    across, down = width / 100, height / 100
    mark = Rect(25, 20, 9, 9)
    image = Image.new("L", target.size.as_tuple, 0)
    image.paste(255, (mark.x, mark.y, mark.right, mark.bottom))
    result, place = mapped(image, target, Mapping(0, 0, across, down), Size(width, height))
    x, y = (target.x + mark.x + 4.5) * across, (target.y + mark.y + 4.5) * down
    reach = Rect.from_edges(
        *(round(v) for v in (x - 8 * across, y - 8 * down, x + 8 * across, y + 8 * down))
    )
    assume(Rect(0, 0, width, height).contains(reach))
    seen_x, seen_y = centre(result)
    assert place.x + seen_x == pytest.approx(x, abs=0.5)
    assert place.y + seen_y == pytest.approx(y, abs=0.5)


def centre(image: Image.Image) -> tuple[float, float]:
    """The centre of gravity of an 'L' image, in pixels from its corner."""
    across = image.resize((image.width, 1), Image.Resampling.BOX).tobytes()
    down = image.resize((1, image.height), Image.Resampling.BOX).tobytes()
    return tuple(
        sum(v * (i + 0.5) for i, v in enumerate(line)) / sum(line) for line in (across, down)
    )


def as_read(document: Document) -> RawSource:
    """What the canvas side reads of a document's layer."""
    bounds = document.bounds
    return RawSource((RawLayer((document.layer.tobytes("raw", "BGRA"),), bounds),), bounds)


def brought(then: Document, now: Document) -> ComposedLayer | None:
    """The then inverted layer as a result, with a half-open mask, brought to `now`."""
    result, mask = (
        ImageChops.invert(then.layer.convert("RGB")),
        Image.new("L", then.layer.size, 128),
    )
    layer = ComposedLayer.of(result.convert("RGBA"), then.bounds, mask)
    return relocated(layer, Source(then.layer, then.bounds), as_read(now), then.anchor, now.anchor)


def test_a_result_follows_a_cropped_image():
    """Cut to the new canvas: the inverse of what is there, pixel for pixel, and its mask."""
    then = Document.of(Size(200, 160), noise(Size(90, 80)), 40, 30)
    now = then.cropped(Rect(60, 10, 100, 80))
    layer = brought(then, now)
    inverse = ImageChops.invert(now.layer.convert("RGB")).convert("RGBA")
    assert layer == ComposedLayer.of(inverse, now.bounds, Image.new("L", inverse.size, 128))


def test_a_result_follows_a_scaled_image():
    """Resampled with the image, mask and all."""
    then = Document.of(Size(200, 160), noise(Size(90, 80)), 40, 30)
    layer = brought(then, then.scaled(Size(300, 240)))
    assert layer.bounds == Rect(60, 45, 135, 120)
    assert (len(layer.data), set(layer.mask)) == (135 * 120 * 4, {128})


def test_a_moved_layer_may_take_its_result_beyond_the_canvas():
    """The canvas is the same, so nothing is cut off: neither is the layer."""
    then = Document.of(Size(200, 160), noise(Size(90, 80)), 40, 30)
    assert brought(then, then.moved(-60, 0)).bounds == Rect(-20, 30, 90, 80)


def test_a_result_without_a_place_says_so():
    """None where it is not known, an error where it has been cut away."""
    then = Document.of(Size(200, 100), noise(Size(40, 30)), 10, 20)
    with pytest.raises(CutAwayError, match="kept"):
        brought(then, then.cropped(Rect(100, 0, 100, 100)))
    assert brought(then, Document(noise(Size(77, 88), 5))) is None
