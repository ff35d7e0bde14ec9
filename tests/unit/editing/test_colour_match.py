"""A drift of all colours is taken back; colours that were asked for are not."""

import pytest
from PIL import Image, ImageChops, ImageStat

from layer_edit.editing.colour_match import NO_MATCH, ColourMatch, colour_match
from layer_edit.editing.samples import colour_pairs
from tests.unit.editing.scenes import SIZE, disc_mask, largest_difference, scene, tinted, with_disc

BOX = (60, 40, 200, 200)


def matched(source: Image.Image, result: Image.Image) -> ColourMatch:
    return colour_match(colour_pairs(source, result, Image.new("L", source.size, 255)))


def mean_difference(one: Image.Image, other: Image.Image, mask: Image.Image | None = None) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other), mask).mean)


def curved(image: Image.Image) -> Image.Image:
    """Another gamma and gain for each channel."""
    return image.point(
        [
            round(255 * gain * (level / 255) ** gamma)
            for gain, gamma in ((0.97, 0.92), (0.99, 1.06), (0.94, 1.1))
            for level in range(256)
        ]
    )


def test_a_cast_and_another_tone_curve_are_taken_back():
    """What drifted by up to ten levels comes back to within one, on average."""
    source = scene()
    result = curved(source)
    assert mean_difference(result, source) > 5
    assert mean_difference(matched(source, result).applied(result), source) < 1


def test_a_recoloured_object_keeps_its_colours():
    """The object is a quarter of the picture; the rest's cast goes, the object's colours stay."""
    source = scene()
    edited = with_disc(source, BOX)
    result = matched(source, tinted(edited, (9, 0, -8))).applied(tinted(edited, (9, 0, -8)))
    disc = disc_mask(SIZE, BOX)
    assert mean_difference(result, edited, ImageChops.invert(disc)) < 1
    assert mean_difference(result, edited, disc) < 6
    assert mean_difference(result, source, disc) > 40


def test_noise_alone_gives_no_correction_worth_a_name():
    """A result that differs by rounding only is left within a level."""
    source = scene()
    result = source.point([min(255, level + level % 2) for level in range(256)] * 3)
    match = matched(source, result)
    assert largest_difference(match.applied(result), result) <= 2


def test_grey_pictures_tell_nothing_about_other_colours():
    """Coloured noise on a grey picture does not make a coloured edit fade."""
    grey = scene().convert("L").convert("RGB")
    noisy = ImageChops.add(grey, Image.effect_noise(SIZE, 6).convert("RGB"), 1, -128)
    noisy = Image.merge("RGB", (noisy.getchannel(0), grey.getchannel(1), grey.getchannel(2)))
    red = Image.new("RGB", (8, 8), (200, 60, 60))
    assert largest_difference(matched(grey, noisy).applied(red), red) < 20


def test_what_was_cut_off_counts_as_the_source_has_it():
    """Highlights that a cast pushed to 255 cannot be known again, and are no change."""
    source = scene().point([min(255, level * 3 // 2) for level in range(256)] * 3)
    result = tinted(source, (14, 14, 14))
    match = matched(source, result)
    bright = source.getchannel(0).point([0] * 242 + [255] * 14)
    assert bright.getbbox() is not None
    assert mean_difference(match.restored(result, source), source, bright) < 1


def test_without_samples_nothing_is_corrected():
    """No evidence, no correction."""
    assert colour_match([]) == NO_MATCH
    assert largest_difference(NO_MATCH.applied(scene()), scene()) == 0


def test_only_what_shows_is_sampled_while_there_is_enough_of_it():
    """Colours under transparency say nothing, but are better than none at all."""
    source = scene()
    other = tinted(source, (30, 30, 30))
    half = Image.new("L", SIZE)
    half.paste(255, (0, 0, SIZE[0] // 2, SIZE[1]))
    result = Image.composite(source, other, half)
    assert all(there == here for there, here in colour_pairs(source, result, half))
    assert colour_pairs(source, result, half)
    few = Image.new("L", SIZE)
    few.paste(255, (0, 0, 9, 9))
    assert len(colour_pairs(source, result, few)) > 1000


@pytest.mark.parametrize("paper", [(255, 255, 255), (0, 0, 0), (255, 0, 0)])
def test_what_is_drawn_on_empty_paper_is_no_drift(paper):
    """Pure white is cut off at its end; that the rest of it did not change is still evidence."""
    source = Image.new("RGB", SIZE, paper)
    match = matched(source, with_disc(source, BOX))
    assert match.drift < 1


def test_a_cast_on_ink_on_white_paper_is_found():
    """Paper that stays white under a brighter cast hides it; the ink and the greys tell."""
    source = scene().convert("L").point([255] * 128 + list(range(128))).convert("RGB")
    result = tinted(source, (14, 10, 12))
    match = matched(source, result)
    ink = source.getchannel(0).point([0] * 20 + [255] * 80 + [0] * 156)
    assert mean_difference(result, source, ink) > 9
    assert mean_difference(match.applied(result), source, ink) < 2
