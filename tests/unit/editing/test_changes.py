"""Only what differs beyond noise, blur and compression is a change."""

import io
import random

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from layer_edit.editing.changes import changes
from layer_edit.editing.sharpness import missing_detail, relative_blur, with_detail
from tests.unit.editing.scenes import SIZE, disc_mask, largest_difference, scene, tinted, with_disc

KNOWN = Image.new("L", SIZE, 255)
BOX = (90, 60, 190, 170)


def as_jpeg(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return Image.open(buffer).convert("RGB")


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(1.2))


def sharpened(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.UnsharpMask(1.5, 60, 0))


DAMAGES = [lambda image: image, as_jpeg, blurred, sharpened]


def overlap(one: Image.Image, other: Image.Image) -> float:
    """Intersection over union of two masks."""
    both, either = ImageChops.darker(one, other), ImageChops.lighter(one, other)
    return ImageStat.Stat(both).sum[0] / ImageStat.Stat(either).sum[0]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_alone_is_no_change(damage):
    """Compression, blur and sharpening mark nothing."""
    source = scene()
    found = changes(source, damage(source), KNOWN)
    assert found.core.getbbox() is None
    assert found.unchanged == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_object_is_found_with_its_outline(damage):
    """Through the same damage a new object is covered, and hardly more than it."""
    source = scene()
    found = changes(source, damage(with_disc(source, BOX)), KNOWN)
    assert overlap(found.core, disc_mask(SIZE, BOX)) > 0.93


def test_another_hue_of_the_same_lightness_is_a_change():
    """Luminance is not all that is looked at."""
    source = Image.new("RGB", SIZE, (120, 120, 120))
    result = source.copy()
    result.paste((140, 111, 116), BOX)
    assert result.convert("L").getextrema() == (120, 120)
    rectangle = Image.new("L", SIZE)
    rectangle.paste(255, BOX)
    assert overlap(changes(source, result, KNOWN).core, rectangle) > 0.93


def test_grain_that_is_everywhere_is_no_change_and_hides_none():
    """A noisy result differs at every pixel; an object in it still stands out."""
    source = scene()
    grain = Image.merge("RGB", [Image.effect_noise(SIZE, 12) for _ in range(3)])
    noisy = ImageChops.add(with_disc(source, BOX), grain, 1, -128)
    assert overlap(changes(source, noisy, KNOWN).core, disc_mask(SIZE, BOX)) > 0.9


def test_single_pixels_are_no_change():
    """A few wrong pixels are dropped as specks."""
    source = scene()
    result = source.copy()
    for place in ((30, 30), (200, 50), (260, 200)):
        result.putpixel(place, (255, 255, 255))
    assert changes(source, result, KNOWN).core.getbbox() is None


def test_gaps_between_strokes_belong_to_the_change():
    """Narrow gaps within a change are filled."""
    source = Image.new("RGB", SIZE, (230, 230, 225))
    result = source.copy()
    for left in range(100, 160, 8):
        result.paste((20, 20, 30), (left, 100, left + 4, 130))
    core = changes(source, result, KNOWN).core
    assert ImageStat.Stat(core.crop((100, 102, 156, 128))).mean[0] == 255


def test_small_holes_in_a_change_belong_to_it_and_what_lies_beside_does_not():
    """Where new and old happen to be alike no speck of the old shows through."""
    source = scene()
    result = with_disc(source, BOX)
    for x in (110, 140, 165):
        hole = (x, 105, x + 6, 111)
        result.paste(source.crop(hole), hole)
    core = changes(source, result, KNOWN).core
    inner = tuple(edge + by for edge, by in zip(BOX, (8, 8, -8, -8), strict=True))
    assert ImageStat.Stat(core, disc_mask(SIZE, inner)).extrema == [(255, 255)]
    assert overlap(core, disc_mask(SIZE, BOX)) > 0.93


def test_where_the_source_shows_nothing_nothing_changed():
    """What lies under full transparency is not looked at."""
    source = scene()
    known = KNOWN.copy()
    known.paste(0, (0, 0, 200, SIZE[1]))
    core = changes(source, with_disc(source, BOX), known).core
    assert core.crop((0, 0, 190, SIZE[1])).getbbox() is None


@pytest.mark.parametrize("radius", [0.5, 0.8, 1.1])
def test_relative_blur_is_measured(radius):
    """Softer results are found to be softer by about that much, and the other way round."""
    source = scene().convert("L")
    soft = source.filter(ImageFilter.GaussianBlur(radius))
    assert relative_blur(source, soft) == pytest.approx(radius, abs=0.25)
    assert relative_blur(soft, source) == pytest.approx(-radius, abs=0.25)
    assert abs(relative_blur(source, source)) < 0.05


def test_large_pictures_are_measured_in_strips():
    """The blur of a picture of a megapixel is the same as that of a small one."""
    source = scene((1200, 900)).convert("L")
    soft = source.filter(ImageFilter.GaussianBlur(1.0))
    assert relative_blur(source, soft) == pytest.approx(1.0, abs=0.2)


def test_detail_that_a_small_result_cannot_have_comes_from_the_source():
    """Enlarged to the source's size and given its detail, the small picture is the source again."""
    source = scene()
    small = source.resize((160, 120), Image.Resampling.LANCZOS)
    large = small.resize(SIZE, Image.Resampling.LANCZOS)
    detail = missing_detail(source, small.size, 0)
    nowhere, everywhere = Image.new("L", SIZE), KNOWN
    assert largest_difference(large, source) > 8
    assert largest_difference(with_detail(large, detail, nowhere, source), source) <= 1
    assert with_detail(large, detail, everywhere, source).tobytes() == source.tobytes()


def test_a_cast_of_one_level_is_no_change():
    """What nobody sees is not marked."""
    source = scene()
    assert changes(source, tinted(source, (1, 1, 1)), KNOWN).core.getbbox() is None


def test_strokes_on_flat_ground_are_texture_that_was_not_there():
    """Furrows of a brush, beside a model's grain and a picture that had texture already."""
    flat = Image.new("RGB", SIZE, (150, 170, 190))
    furrows, grain = unrest((SIZE[0] // 16, SIZE[1] // 2), 40), unrest(SIZE, 10)
    painted = ImageChops.add(flat, furrows, 1, -20)
    assert changes(flat, painted, KNOWN).roughened > 0.9
    assert changes(flat, ImageChops.add(flat, grain, 1, -5), KNOWN).roughened < 0.05
    assert changes(painted, painted, KNOWN).roughened == 0.0


def test_what_stands_out_is_inside_the_change_or_outside():
    """One disc on flat ground painted over, or left where something is added beside it."""
    flat = Image.new("RGB", SIZE, (60, 70, 90))
    source = with_disc(flat, BOX)
    added = with_disc(source, (240, 20, 300, 80))
    assert changes(source, flat, KNOWN).detail > 0.85
    assert changes(source, added, KNOWN).detail < 0.05
    assert changes(source, source, KNOWN).detail == 0.0


def unrest(grid: tuple[int, int], levels: int) -> Image.Image:
    """Grey noise from 0 to below `levels`, of `grid` enlarged to SIZE; each time the same."""
    source = random.Random(7)  # noqa: S311 - a picture, no secret
    small = Image.frombytes("L", grid, source.randbytes(grid[0] * grid[1]))
    full = small.resize(SIZE).point([level * levels // 256 for level in range(256)])
    return Image.merge("RGB", [full] * 3)
