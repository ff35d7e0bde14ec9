"""What is sent, and that what comes back lands where it came from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from layer_edit.editing.compose import ComposedLayer, compose
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import arrange, nearest_size, place
from layer_edit.editing.source import from_bgra

TABLE = (
    Size(2048, 2048), Size(2304, 1728), Size(2560, 1440), Size(2496, 1664), Size(3104, 1312),
    Size(2304, 1792), Size(1728, 2304), Size(1440, 2560), Size(1664, 2496), Size(1312, 3104),
    Size(1792, 2304),
)  # fmt: skip


def smooth(size: Size) -> Image.Image:
    """A picture whose pixels tell their place and survive resampling: two ramps."""
    across = Image.linear_gradient("L").rotate(90).resize(size.as_tuple)
    down = Image.linear_gradient("L").resize(size.as_tuple)
    return Image.merge("RGB", (across, down, ImageChops.invert(across)))


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    return max(high for _, high in ImageChops.difference(one, other).getextrema())


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(1000, 1000), Size(2048, 2048)),
        (Size(1920, 1080), Size(2560, 1440)),
        (Size(1080, 1920), Size(1440, 2560)),
        (Size(4000, 1000), Size(3104, 1312)),
        (Size(2560, 1600), Size(2496, 1664)),
    ],
)
def test_nearest_size_goes_by_ratio_alone(size, expected):
    """The table's entry of the nearest ratio is taken, however many pixels there are."""
    assert nearest_size(size, TABLE) == expected


@given(st.integers(8, 300), st.integers(8, 300), st.sampled_from(TABLE))
def test_content_keeps_its_ratio_within_a_pixel_and_lies_inside(width, height, asked):
    """Nothing is stretched: the content's sides are the target's times one factor, rounded."""
    placement = place(Rect(3, -7, width, height), asked)
    content = placement.content
    scale = min(asked.width / width, asked.height / height)
    assert abs(content.width - width * scale) <= 1
    assert abs(content.height - height * scale) <= 1
    assert Rect.of_size(asked).contains(content)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(8, 200), st.integers(8, 200), st.integers(-999, 999), st.sampled_from([None, 160])
)
def test_an_echo_comes_back_to_its_own_pixels(width, height, offset, side):
    """A backend that returns what it was sent changes nothing: exactly, when nothing is scaled."""
    target = Rect(offset, -offset, width, height)
    asked = None if side is None else Size(side * 2, side)
    source = smooth(target.size)
    placement = place(target, asked)
    result = compose(arrange(source, placement), placement, source)
    assert result.size == target.size.as_tuple
    if asked is None:
        assert largest_difference(result.convert("RGB"), source) == 0


def test_an_echo_of_an_enlarged_picture_comes_back_within_rounding():
    """Enlarged to a service's size and reduced again, a smooth picture is itself within 2/255."""
    source = smooth(Size(640, 400))
    placement = place(Rect(0, 0, 640, 400), nearest_size(Size(640, 400), TABLE))
    result = compose(arrange(source, placement), placement, source)
    assert largest_difference(result.convert("RGB"), source) <= 2


@pytest.mark.parametrize("factor", [0.5, 0.8203125, 1.5])
def test_a_result_of_another_size_is_put_in_place_by_its_own_size(factor):
    """Services return other sizes than asked: the content is found by proportion."""
    source = smooth(Size(600, 300))
    placement = place(Rect(0, 0, 600, 300), Size(512, 512))
    sent = arrange(source, placement)
    returned = sent.resize((round(512 * factor), round(512 * factor)), Image.Resampling.LANCZOS)
    result = compose(returned, placement, source)
    assert result.size == (600, 300)
    inner = (20, 20, 580, 280)
    assert largest_difference(result.convert("RGB").crop(inner), source.crop(inner)) <= 4


def test_padding_mirrors_the_picture():
    """Beside the content lies its mirror image, also where more than one copy is needed."""
    source = Image.new("RGB", (2, 2))
    source.putdata([(10, 0, 0), (20, 0, 0), (10, 0, 0), (20, 0, 0)])
    sent = arrange(source, place(Rect(0, 0, 2, 2), Size(10, 2)))
    assert [sent.getpixel((x, 0))[0] for x in range(10)] == [10, 20, 20, 10, 10, 20, 20, 10, 10, 20]


def test_transparency_of_the_source_comes_back():
    """A result without alpha gets the source's, exactly."""
    source = smooth(Size(50, 40)).convert("RGBA")
    source.putalpha(Image.linear_gradient("L").resize((50, 40)))
    placement = place(Rect(0, 0, 50, 40), None)
    result = compose(source.convert("RGB"), placement, source)
    assert result.getchannel("A").tobytes() == source.getchannel("A").tobytes()


def test_alpha_of_a_result_is_kept():
    """A backend that sees transparency returns its own."""
    result = Image.new("RGBA", (4, 4), (1, 2, 3, 77))
    source = Image.new("RGBA", (4, 4), (1, 2, 3, 255))
    assert compose(result, place(Rect(0, 0, 4, 4), None), source).getpixel((0, 0)) == (1, 2, 3, 77)


@given(st.binary(min_size=24, max_size=24))
def test_krita_order_goes_there_and_back(data):
    """B, G, R, A rows become an image and the same rows again."""
    place_of = Rect(5, 6, 3, 2)
    image = from_bgra(data, place_of)
    assert ComposedLayer.of(image, place_of).data == data
    assert image.getpixel((0, 0)) == (data[2], data[1], data[0], data[3])


def test_a_buffer_of_the_wrong_length_is_refused():
    """A mask can return one channel; building a picture from it would read beyond its end."""
    with pytest.raises(ValueError, match="bytes"):
        from_bgra(b"123", Rect(0, 0, 1, 1))
