"""What is sent around a selection, and the mask that is made from it."""

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.selection import (
    MIN_CONTEXT,
    Framing,
    feather,
    grow,
    reach,
    transparency_mask,
)

CANVAS = Rect(0, 0, 2000, 1500)
TABLE = ImageLimits(sizes=(Size(2048, 2048), Size(3104, 1312), Size(1312, 3104)), max_ratio=4)
RATIO = ImageLimits(max_ratio=4)
ANY = ImageLimits()

sides = st.integers(1, 3000)
selections = st.builds(Rect, st.integers(-900, 2500), st.integers(-900, 2500), sides, sides)
canvases = st.builds(Size, sides, sides).map(Rect.of_size)
framings = st.builds(
    Framing,
    st.integers(0, 200),
    st.integers(-200, 200),
    st.integers(0, 60),
    st.sampled_from([ANY, RATIO, TABLE]),
)


def mask_of(rect: Rect, size: Size, value: int = 255) -> Image.Image:
    """An 'L' mask that is `value` within the rectangle."""
    mask = Image.new("L", size.as_tuple, 0)
    mask.paste(value, (rect.x, rect.y, rect.right, rect.bottom))
    return mask


def solid(mask: Image.Image) -> Rect:
    """The bounds of all that is not 0."""
    return Rect.from_edges(*(mask.getbbox() or (0, 0, 0, 0)))


# -- what is sent ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "framing", "crop"),
    [
        (Rect(500, 400, 400, 200), Framing(25), Rect(400, 300, 600, 400)),
        (Rect(500, 400, 400, 200), Framing(0), Rect(468, 368, 464, 264)),
        (Rect(500, 400, 1, 1), Framing(200), Rect(468, 368, 65, 65)),
        (Rect(0, 1499, 1, 1), Framing(25), Rect(0, 1467, 33, 33)),
        (Rect(-300, -300, 9000, 9000), Framing(25), CANVAS),
        (Rect(-300, 200, 340, 40), Framing(100), Rect(0, 160, 80, 120)),
        (Rect(500, 400, 40, 40), Framing(0, grow=50, feather=3.5), Rect(437, 337, 166, 166)),
        (Rect(500, 400, 40, 40), Framing(0, grow=-50, feather=3.5), Rect(468, 368, 104, 104)),
    ],
)
def test_a_crop_is_the_selection_with_its_context(chosen, framing, crop):
    """A share of the longer side, 32 pixels at the least, and all the mask needs; only clipped."""
    assert framing.crop(chosen, CANVAS) == crop


@pytest.mark.parametrize("chosen", [Rect(2000, 0, 50, 50), Rect(-60, -60, 50, 50)])
def test_a_selection_outside_the_canvas_has_an_empty_crop(chosen):
    """There is nothing to send."""
    assert Framing().crop(chosen, CANVAS).is_empty


def test_a_long_selection_takes_more_of_the_picture_beside_it():
    """1,000 × 10 with 100 pixels around it is too long for 4 : 1, and 90 rows are added."""
    crop = Framing(10, limits=RATIO).crop(Rect(200, 700, 1000, 10), CANVAS)
    assert crop == Rect(100, 555, 1200, 300)


def test_a_long_selection_at_the_edge_takes_all_of_it_from_the_other_side():
    """The canvas has room below, so the whole missing height comes from there."""
    crop = Framing(10, limits=RATIO).crop(Rect(200, 0, 1000, 10), CANVAS)
    assert crop == Rect(100, 0, 1200, 300)


def test_context_is_given_up_where_it_makes_a_crop_too_long():
    """A strip of canvas 100 high: 400 of its length may be sent, around the selection."""
    strip = Rect(0, 0, 4000, 100)
    crop = Framing(200, limits=RATIO).crop(Rect(1000, 20, 300, 50), strip)
    assert crop == Rect(950, 0, 400, 100)


def test_real_picture_takes_the_place_of_padding():
    """A crop takes the ratio of the backend's size, which would be filled by reflection else."""
    crop = Framing(25, limits=TABLE).crop(Rect(500, 400, 200, 100), CANVAS)
    assert crop == Rect(450, 300, 300, 300)


@settings(max_examples=300, deadline=None)
@given(selections, canvases, framings)
def test_a_crop_lies_in_the_canvas_and_holds_what_the_mask_needs(chosen, canvas, framing):
    """Wherever the selection is, and with a pixel to spare: the mask ends within the crop."""
    crop = framing.crop(chosen, canvas)
    box = chosen.intersected(canvas)
    if box.is_empty:
        assert crop.is_empty
        return
    assert canvas.contains(crop)
    needed = box.grown(reach(framing.grow, framing.feather) + 1).intersected(canvas)
    assert crop.contains(needed)
    if framing.limits is ANY:
        assert crop.contains(box.grown(MIN_CONTEXT).intersected(canvas))


@settings(max_examples=300, deadline=None)
@given(selections, canvases, framings)
def test_a_crop_is_too_long_only_where_nothing_can_be_done(chosen, canvas, framing):
    """Beyond 4 : 1 it is as high (or wide) as the canvas, and holds nothing but what it must."""
    crop = framing.crop(chosen, canvas)
    if crop.is_empty or framing.limits.max_ratio is None:
        return
    needed = chosen.intersected(canvas).grown(reach(framing.grow, framing.feather) + 1)
    needed = needed.intersected(canvas)
    if crop.width > 4 * crop.height:
        assert (crop.height, crop.width) == (canvas.height, needed.width)
    if crop.height > 4 * crop.width:
        assert (crop.width, crop.height) == (canvas.width, needed.height)


# -- the mask ----------------------------------------------------------------------------------


def octagon(radius: int) -> list[tuple[int, int]]:
    """The offsets that `grow` documents."""
    reaches = range(-radius, radius + 1)
    most = radius + round(radius / 3)
    return [(x, y) for x, y in product(reaches, reaches) if abs(x) + abs(y) <= most]


def grown_pixel_by_pixel(mask: Image.Image, pixels: int) -> Image.Image:
    """Greyscale dilation or erosion as its definition has it, within the image."""
    offsets, choose = octagon(abs(pixels)), max if pixels >= 0 else min
    result, (width, height) = mask.copy(), mask.size
    for x, y in product(range(width), range(height)):
        near = [(x + dx, y + dy) for dx, dy in offsets]
        inside = [at for at in near if 0 <= at[0] < width and 0 <= at[1] < height]
        result.putpixel((x, y), choose(mask.getpixel(at) for at in inside))
    return result


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 14), st.integers(1, 14), st.integers(-7, 7), st.randoms(use_true_random=False)
)
def test_growing_is_greyscale_dilation_by_the_octagon(width, height, pixels, random):
    """Every pixel is the largest (smallest) of its octagon; nothing wraps around an edge."""
    values = [random.choice([0, 0, 0, 255, random.randrange(256)]) for _ in range(width * height)]
    mask = Image.frombytes("L", (width, height), bytes(values))
    expected = grown_pixel_by_pixel(mask, pixels)
    assert grow(mask, pixels).tobytes() == expected.tobytes()


@pytest.mark.parametrize("radius", [1, 2, 3, 4, 5, 7, 10, 25, 60])
def test_the_octagon_is_near_a_disc(radius):
    """Exact along the axes; elsewhere within 6 % of the radius and a quarter of a pixel."""
    side = 4 * radius + 1
    grown = grow(mask_of(Rect(2 * radius, 2 * radius, 1, 1), Size(side, side)), radius)
    assert solid(grown) == Rect(radius, radius, 2 * radius + 1, 2 * radius + 1)
    distances: dict[int, list[float]] = {0: [], 255: []}
    for x, y in product(range(side), range(side)):
        distances[grown.getpixel((x, y))].append(math.dist((x, y), (2 * radius, 2 * radius)))
    assert max(distances[255]) <= radius * 1.06 + 0.25
    assert min(distances[0]) >= radius * 0.94 - 0.25


@given(st.integers(0, 40))
def test_a_rectangle_grown_and_shrunk_is_itself_again(pixels):
    """Closing a convex shape that is far from the edges changes nothing."""
    mask = mask_of(Rect(60, 50, 30, 9), Size(150, 120), 200)
    assert grow(grow(mask, pixels), -pixels).tobytes() == mask.tobytes()


def test_shrinking_leaves_the_canvas_edge_alone():
    """A selection of everything stays one of everything: its border is not its edge."""
    everything = Image.new("L", (30, 20), 255)
    assert grow(everything, -8).getextrema() == (255, 255)


@pytest.mark.parametrize("radius", [0.5, 1, 2.5, 6, 20])
def test_feathering_is_half_at_the_edge_and_ends_within_three_radii(radius):
    """A straight edge becomes a ramp around it; beyond what `reach` says there is nothing."""
    mask = feather(mask_of(Rect(0, 0, 100, 3), Size(200, 3)), radius)
    row = list(mask.crop((0, 1, 200, 2)).tobytes())
    assert row == sorted(row, reverse=True)
    assert (row[99] + row[100]) / 2 == pytest.approx(127.5, abs=1.5)
    assert row[100 + reach(0, radius)] == 0
    assert row[99 - reach(0, radius)] == 255


@pytest.mark.parametrize("radius", [1, 7, 40])
def test_feathering_does_not_fade_at_the_canvas_edge(radius):
    """Along the border a selection is as opaque as within; all of it stays all of it."""
    assert feather(Image.new("L", (50, 40), 255), radius).getextrema() == (255, 255)
    mask = feather(mask_of(Rect(0, 0, 50, 10), Size(50, 40)), radius)
    top, ninth = (mask.crop((0, y, 50, y + 1)).tobytes() for y in (0, 9))
    assert top > ninth
    assert len(set(top)) == 1


def test_no_grow_and_no_feather_leave_the_selection_as_it_is():
    """The user's own soft edge comes through unchanged."""
    mask = Image.linear_gradient("L")
    assert transparency_mask(mask, 0, 0).tobytes() == mask.tobytes()


@settings(max_examples=60, deadline=None)
@given(
    st.builds(Size, st.integers(20, 120), st.integers(20, 120)),
    st.builds(Rect, *[st.integers(-40, 100)] * 2, *[st.integers(1, 150)] * 2),
    st.integers(-12, 12),
    st.integers(0, 5),
    st.sampled_from([ANY, RATIO]),
    st.booleans(),
)
def test_the_mask_of_a_crop_is_that_of_the_whole_selection(
    canvas, chosen, grow_by, radius, limits, is_round
):
    """What lies beyond the crop plays no part: its edges are the canvas's, or unselected."""
    mask = mask_of(chosen, canvas)
    if is_round:
        mask = Image.new("L", canvas.as_tuple)
        outline = (chosen.x, chosen.y, chosen.right, chosen.bottom)
        ImageDraw.Draw(mask).ellipse(outline, fill=200)
    crop = Framing(0, grow_by, radius, limits).crop(chosen, Rect.of_size(canvas))
    if crop.is_empty:
        return
    box = (crop.x, crop.y, crop.right, crop.bottom)
    whole = transparency_mask(mask, grow_by, radius)
    part = transparency_mask(mask.crop(box), grow_by, radius)
    assert ImageChops.difference(part, whole.crop(box)).getbbox() is None
    whole.paste(0, box)
    assert whole.getbbox() is None
