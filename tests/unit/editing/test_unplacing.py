"""Whatever size comes back, the content lies where it lay, to a small fraction of a pixel."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layer_edit.editing.compose import compose
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.placement import Placement, arrange, nearest_size, place
from layer_edit.editing.protect import protect
from layer_edit.editing.selection import Framing
from tests.unit.editing.test_placement import TABLE

EXACT = 0.05
"""Pixels: what putting in place may lose."""

MEASURED = 0.15
"""Pixels: with what the alignment may find in rounding, on a picture without any texture. The
largest of a random 450 was 0.055; hypothesis has found one with 0.1001."""

RADII = (26.0, 15.0)
"""Pixels, standard deviations: smooth enough that only places are lost, never detail."""

sizes = st.builds(Size, st.integers(150, 320), st.integers(150, 320))
asked = st.one_of(
    st.none(),
    st.builds(Size, st.integers(200, 480), st.integers(200, 480)),
    st.sampled_from([Size(entry.width // 8, entry.height // 8) for entry in TABLE]),
)
returned = st.builds(Size, st.integers(180, 520), st.integers(180, 520))


def hill(size: Size, x: float, y: float) -> Image.Image:
    """One smooth hill, RGB, its top at (x, y); 0 far from it."""
    lines = []
    for length, top, radius in ((size.width, x, RADII[0]), (size.height, y, RADII[1])):
        values = (math.exp(-(((at + 0.5 - top) / radius) ** 2) / 2) for at in range(length))
        lines.append(list(values))
    across, down = lines
    data = bytes(round(255 * high * wide) for high in down for wide in across)
    grey = Image.frombytes("L", size.as_tuple, data)
    return Image.merge("RGB", (grey, grey, grey))


def shape(image: Image.Image) -> tuple[float, float, float, float]:
    """Centre of gravity and standard deviation of what is bright, x, y, across, down, in pixels."""
    grey = image.convert("L")
    # Beyond this the rounding of the tails would weigh as much as the hill.
    grey = grey.point([0] * 8 + list(range(8, 256)))
    found = []
    data, (width, height) = grey.tobytes(), grey.size
    columns = [sum(data[at::width]) for at in range(width)]
    rows = [sum(data[at * width : (at + 1) * width]) for at in range(height)]
    for line in (columns, rows):
        total = sum(line)
        middle = sum(value * (at + 0.5) for at, value in enumerate(line)) / total
        spread = sum(value * (at + 0.5 - middle) ** 2 for at, value in enumerate(line)) / total
        found.append((middle, math.sqrt(spread)))
    (x, across), (y, down) = found
    return x, y, across, down


def off(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """How far the hills of two pictures lie apart, in pixels, and by what share one is wider."""
    first, second = shape(one), shape(other)
    apart = math.dist(first[:2], second[:2])
    return apart, max(abs(a / b - 1) for a, b in zip(first[2:], second[2:], strict=True))


def echo(source: Image.Image, placement: Placement, size: Size) -> Image.Image:
    """What a service sends that changes nothing but the size."""
    return arrange(source, placement).resize(size.as_tuple, Image.Resampling.LANCZOS)


@settings(max_examples=60, deadline=None)
@given(sizes, asked, returned, st.floats(-20, 20), st.floats(-20, 20))
def test_any_size_is_put_back_in_place(size, sent, came_back, dx, dy):
    """Within 0.05 pixels, whatever was sent and whatever came back; nothing is stretched."""
    source = hill(size, size.width / 2 + dx, size.height / 2 + dy)
    placement = place(Rect(-7, 3, size.width, size.height), sent)
    result = compose(echo(source, placement, came_back), placement, source)
    assert result.size == source.size
    apart, wider = off(result, source)
    assert apart < EXACT
    assert wider < 0.01


@settings(max_examples=15, deadline=None)
@given(sizes, asked, returned)
def test_protection_puts_it_in_the_same_place(size, sent, came_back):
    """The alignment finds nothing to mend where nothing moved."""
    source = hill(size, size.width / 2, size.height / 2)
    placement = place(Rect.of_size(size), sent)
    found = protect(source, echo(source, placement, came_back), placement, "off")
    apart, _ = off(found.image, source)
    assert apart < MEASURED
    assert math.hypot(*found.shift) < MEASURED


@settings(max_examples=200, deadline=None)
@given(
    st.builds(Size, st.integers(8, 4000), st.integers(8, 4000)),
    st.one_of(
        st.sampled_from(TABLE),
        st.builds(Size, st.integers(64, 4096), st.integers(64, 4096)),
    ),
    returned,
)
def test_both_axes_have_one_scale(size, sent, came_back):
    """What is sent is never stretched by more than its rounding to whole pixels, and what comes
    back is cut where the content lies, by the share of the picture."""
    placement = place(Rect.of_size(size), sent)
    content = placement.content
    scale = min(sent.width / size.width, sent.height / size.height)
    assert abs(content.width - max(1, size.width * scale)) <= 0.5
    assert abs(content.height - max(1, size.height * scale)) <= 0.5
    left, top, right, bottom = placement.content_box(came_back)
    by_width, by_height = came_back.width / sent.width, came_back.height / sent.height
    assert math.isclose(right - left, content.width * by_width, rel_tol=1e-9)
    assert math.isclose(bottom - top, content.height * by_height, rel_tol=1e-9)
    assert min(left, top) >= 0
    assert right <= came_back.width + 1e-9
    assert bottom <= came_back.height + 1e-9


@settings(max_examples=200, deadline=None)
@given(st.builds(Size, st.integers(300, 3000), st.integers(300, 3000)), st.sampled_from(TABLE),
       st.data())  # fmt: skip
def test_a_fixed_size_is_filled_with_real_picture_where_there_is_some(size, fixed, data):
    """With the one size that is asked for, padding is left only where the canvas ends."""
    canvas = Rect.of_size(size)
    x, y = data.draw(st.integers(0, size.width - 60)), data.draw(st.integers(0, size.height - 60))
    width = data.draw(st.integers(60, size.width - x))
    height = data.draw(st.integers(60, size.height - y))
    layer = Rect(x, y, width, height)
    framed = Framing(limits=ImageLimits(sizes=(fixed,))).extended(layer, canvas)
    assert canvas.contains(framed)
    assert framed.contains(layer)
    placement = place(framed, nearest_size(framed.size, (fixed,)))
    scale = placement.content.width / framed.width
    # Whole pixels: a column more may be rows too few for the ratio.
    least = 1 + max(fixed.ratio, 1 / fixed.ratio)
    fills_width = (fixed.width - placement.content.width) / scale <= least
    fills_height = (fixed.height - placement.content.height) / scale <= least
    assert fills_width or framed.width == canvas.width
    assert fills_height or framed.height == canvas.height
