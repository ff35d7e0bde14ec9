"""Protection holds for pictures that nobody expects: tiny, clear, equal, of another shape or mode,
and for sources far larger than what comes back."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import arrange, place
from layer_edit.editing.protect import MODES, Protected, protect
from tests.unit.editing.scenes import SIZE, disc_mask, largest_difference, scene, tinted, with_disc

BOX = (90, 60, 190, 170)
SAME = place(Rect(0, 0, *SIZE), None)


def composite(source: Image.Image, found: Protected) -> Image.Image:
    """The layer under its mask over the source, RGB."""
    mask = found.mask or Image.new("L", source.size, 255)
    return Image.composite(found.image.convert("RGB"), source.convert("RGB"), mask)


def fits(found: Protected, size: tuple[int, int]) -> bool:
    """Whether what was made has the kinds and sizes that the layer needs."""
    masked = found.mask is None or (found.mask.mode, found.mask.size) == ("L", size)
    return (found.image.mode, found.image.size) == ("RGBA", size) and masked


# -- tiny --------------------------------------------------------------------------------------

sides = st.integers(1, 12)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(sides, sides),
    st.tuples(sides, sides),
    st.sampled_from(MODES),
    st.booleans(),
    st.sampled_from([None, Size(64, 48), Size(9, 9)]),
)
def test_tiny_pictures_pass(size, came_back, mode, same_picture, sent):
    """From 1 × 1 pixel, whatever comes back: a layer of the target's size, no error."""
    source = scene((70, 70)).crop((0, 0, *size))
    result = source if same_picture else scene((90, 90), 5)
    found = protect(source, result.resize(came_back), place(Rect(0, 0, *size), sent), mode)
    assert fits(found, size)
    assert 0 <= found.share <= 1
    assert found.reach >= 0


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3), (8, 8), (9, 200)])
@pytest.mark.parametrize("mode", MODES)
def test_slivers_that_come_back_as_they_were_show_nothing(size, mode):
    """A line of pixels that did not change is not covered, in any mode."""
    source = scene((300, 300)).crop((0, 0, *size))
    found = protect(source, source, place(Rect(0, 0, *size), None), mode)
    assert composite(source, found).tobytes() == source.tobytes()
    assert found.share == 0


# -- nothing there, nothing changed ------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_source_without_a_visible_pixel_stays_invisible(mode):
    """Its alpha comes back: whatever was painted under full transparency does not show."""
    clear = scene().convert("RGBA")
    clear.putalpha(0)
    found = protect(clear, with_disc(scene(), BOX), SAME, mode)
    assert fits(found, SIZE)
    assert found.image.getchannel("A").getextrema() == (0, 0)
    assert found.share == 0


def inked(lines: int, colour=(20, 20, 30)) -> Image.Image:
    """RGBA: thin strokes on a clear layer, as of inked drawings."""
    ink = Image.new("RGBA", SIZE, (255, 255, 255, 0))
    draw = ImageDraw.Draw(ink)
    for line in range(lines):
        draw.rectangle((10, 15 + 20 * line, 310, 16 + 20 * line), fill=(*colour, 255))
    return ink


def test_ink_on_a_clear_layer_is_compared_where_it_shows():
    """Lines that stayed are not covered, lines in another colour are; nothing else is looked at."""
    ink = inked(10)
    seen = Image.new("RGB", SIZE, (255, 255, 255))
    seen.paste(ink, (0, 0), ink)
    same = protect(ink, seen, SAME, seen=seen)
    assert (same.is_global, same.share) == (False, 0)
    result = seen.copy()
    red = inked(10, (200, 30, 30))
    result.paste(red, (0, 0), ImageChops.darker(red.getchannel("A"), disc_mask(SIZE, BOX)))
    found = protect(ink, tinted(result, (-6, -3, -8)), SAME, seen=seen)
    assert not found.is_global
    assert 0.05 < found.share < 0.3
    lines = ink.getchannel("A")
    inner, outer = (10, 10, -10, -10), (-16, -16, 16, 16)
    within, around = (
        disc_mask(SIZE, tuple(edge + by for edge, by in zip(BOX, margin, strict=True)))
        for margin in (inner, outer)
    )
    assert ImageStat.Stat(found.mask, ImageChops.darker(lines, within)).mean[0] > 245
    apart = ImageChops.darker(lines, ImageChops.invert(around))
    assert ImageStat.Stat(found.mask, apart).mean[0] == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_result_that_is_the_source_comes_back_to_the_bit(mode):
    """Share 0, no motion, no drift; the mask, where there is one, is empty."""
    source = scene()
    found = protect(source, source, SAME, mode)
    assert found.image.convert("RGB").tobytes() == source.tobytes()
    assert (found.share, found.shift, found.scale, found.drift) == (0, (0, 0), 1, 0)
    assert not found.is_global
    assert found.mask is None if mode == "off" else found.mask.getextrema() == (0, 0)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (250, 10, 10)])
def test_a_picture_of_one_colour_can_be_edited(colour):
    """Nothing to align or match on: the object alone is the change."""
    source = Image.new("RGB", SIZE, colour)
    found = protect(source, with_disc(source, BOX), SAME)
    assert not found.is_global
    assert (found.shift, found.scale) == ((0, 0), 1)
    disc = disc_mask(SIZE, BOX)
    assert found.share == pytest.approx(ImageStat.Stat(disc).mean[0] / 255, rel=0.1)
    assert largest_difference(composite(source, found), with_disc(source, BOX)) < 16


# -- other shapes and modes --------------------------------------------------------------------


@pytest.mark.parametrize("came_back", [(320, 320), (500, 200), (240, 320), (321, 239), (160, 240)])
def test_a_result_of_another_shape_is_put_in_place_and_masked(came_back):
    """A service that stretches what it was sent changes nothing but the object."""
    source = scene()
    result = with_disc(source, BOX).resize(came_back, Image.Resampling.LANCZOS)
    found = protect(source, result, SAME)
    assert fits(found, SIZE)
    assert not found.is_global
    seen = ImageChops.difference(composite(source, found), source).convert("L")
    grown = tuple(edge + by * found.reach for edge, by in zip(BOX, (-1, -1, 1, 1), strict=True))
    apart = ImageChops.invert(disc_mask(SIZE, grown))
    assert ImageChops.multiply(seen, apart).getbbox() is None
    assert ImageStat.Stat(found.mask, disc_mask(SIZE, BOX)).mean[0] > 245


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK", "L", "LA", "P", "1"])
def test_a_result_of_any_mode_becomes_a_layer(mode):
    """Palettes, grey and the like count as the colours they stand for."""
    source = scene()
    result = with_disc(source, BOX).convert(mode)
    plain = protect(source, result.convert("RGB"), SAME)
    found = protect(source, result, SAME)
    assert fits(found, SIZE)
    assert found.is_global is (mode in ("L", "LA", "1"))
    assert found.share == pytest.approx(plain.share)
    assert largest_difference(found.image.convert("RGB"), plain.image.convert("RGB")) == 0


def test_transparency_of_a_palette_is_kept():
    """As that of RGBA is: the backend decided about it."""
    source = scene()
    result = with_disc(source, BOX).quantize(32)
    clear = result.getpixel((5, 5))
    result.info["transparency"] = clear
    found = protect(source, result, SAME, "off")
    expected = result.point([0 if level == clear else 255 for level in range(256)], "L")
    assert found.image.getchannel("A").tobytes() == expected.tobytes()


# -- far larger than what comes back -----------------------------------------------------------


def test_a_source_of_16_megapixels_keeps_its_detail():
    """Four times the pixels of the result: outside the change the composite is the source, and
    memory for it stays below some copies of the picture."""
    size = (4608, 3456)
    source = scene((1152, 864)).resize(size, Image.Resampling.BICUBIC)
    source.putpixel((4000, 3000), (255, 0, 0))
    box = (1400, 1000, 2600, 2200)
    edited = with_disc(source, box)
    placement = place(Rect(0, 0, *size), Size(2304, 1728))
    result = tinted(arrange(edited, placement), (4, 0, -4))
    tracemalloc.start()
    try:
        found = protect(source, result, placement)
        _, python = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert fits(found, size)
    assert not found.is_global
    seen = composite(source, found)
    assert seen.crop((3000, 2400, *size)).tobytes() == source.crop((3000, 2400, *size)).tobytes()
    inside = (1700, 1300, 2300, 1900)
    assert largest_difference(seen.crop(inside), edited.crop(inside)) < 24
    assert python < 40 * 2**20


# -- the next edit -----------------------------------------------------------------------------


def test_the_next_edit_starts_from_the_whole_edited_picture():
    """The layer's own pixels, sent again, carry the first edit and everything around it."""
    source = scene()
    first = protect(source, tinted(with_disc(source, BOX), (8, 0, -6)), SAME)
    layer = first.image.convert("RGB")
    assert first.image.getchannel("A").getextrema() == (255, 255)
    assert ImageStat.Stat(ImageChops.difference(layer, with_disc(source, BOX))).mean[0] < 2
    other = (220, 20, 300, 90)
    second = protect(layer, tinted(with_disc(layer, other), (-6, 3, 5)), SAME)
    assert not second.is_global
    assert composite(layer, second).crop((90, 110, 190, 170)).tobytes() == layer.crop(
        (90, 110, 190, 170)).tobytes()  # fmt: skip
    assert ImageStat.Stat(second.mask, disc_mask(SIZE, other)).mean[0] > 245


def test_what_is_under_the_mask_does_not_depend_on_it():
    """Painting white into the mask brings back the same pixels that 'off' would have shown."""
    source, result = scene(), tinted(with_disc(scene(), BOX), (8, 0, -6))
    found = {mode: protect(source, result, SAME, mode) for mode in MODES}
    assert len({one.image.tobytes() for one in found.values()}) == 1
    assert found["soft"].mask.tobytes() != found["strict"].mask.tobytes()
