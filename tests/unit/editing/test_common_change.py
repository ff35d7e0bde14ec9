"""What was done to the whole picture is told from an edit of its only bright thing."""

import pytest
from PIL import Image, ImageChops

from layer_edit.editing.common_change import common_change, difference, unexplained
from layer_edit.editing.samples import at_samples, colour_pairs
from tests.unit.editing.scenes import SIZE, disc_mask, largest_difference, scene, with_disc

KNOWN = Image.new("L", SIZE, 255)
LAMP_BOX = (200, 20, 260, 80)
LAMP = disc_mask(SIZE, LAMP_BOX)


def dark_room() -> Image.Image:
    """Nothing brighter than 80 levels but one lamp."""
    return with_disc(scene().point([level // 3 for level in range(256)] * 3), LAMP_BOX)


def warmer(image: Image.Image) -> Image.Image:
    """Stronger where it is bright; nothing of the lamp's red is cut off."""
    return image.convert("RGB", (1.08, 0, 0, 4, 0, 1.02, 0, 2, 0, 0, 0.8, 0))


def left_over(source: Image.Image, result: Image.Image, core: Image.Image = LAMP) -> float:
    return unexplained(source, result, KNOWN, colour_pairs(source, result, KNOWN), core)


def test_the_darks_tell_what_becomes_of_the_lamp():
    """All of it warmer: next to nothing of the lamp's change is its own."""
    assert left_over(dark_room(), warmer(dark_room())) < 0.2


def test_samples_and_masks_are_looked_at_in_the_same_places():
    """A mask's levels belong to the pairs one by one, also where a part is unknown."""
    source = scene()
    right = KNOWN.copy()
    right.paste(0, (0, 0, SIZE[0] // 2, SIZE[1]))
    low = Image.new("L", SIZE)
    low.paste(255, (0, SIZE[1] // 2, *SIZE))
    black = Image.composite(Image.new("RGB", SIZE), source, low)
    for known in (KNOWN, right):
        pairs, levels = colour_pairs(source, black, known), at_samples(low, known)
        assert [here == (0, 0, 0) for _, here in pairs] == [level == 255 for level in levels]


@pytest.mark.parametrize("add", [(0, 0, 0), (3, 1, -2), (-3, -3, 4)])
def test_of_an_edit_of_the_lamp_alone_the_darks_know_nothing(add):
    """The same warmth on the lamp only, beside several casts of the rest."""
    source = dark_room()
    drifted = source.convert("RGB", (1, 0, 0, add[0], 0, 1, 0, add[1], 0, 0, 1, add[2]))
    result = Image.composite(warmer(drifted), drifted, LAMP)
    assert left_over(source, result) > 0.7


def test_colours_that_go_are_foreseen_as_well():
    """Black and white: what becomes of a colour follows from the others."""
    source = with_disc(scene(), LAMP_BOX)
    assert left_over(source, source.convert("L").convert("RGB")) < 0.25


def test_without_a_rest_or_a_change_nothing_is_explained():
    """The whole picture changed, or none of it."""
    source, everywhere = dark_room(), Image.new("L", SIZE, 255)
    assert left_over(source, warmer(source), everywhere) == 1.0
    assert left_over(source, warmer(source), Image.new("L", SIZE)) == 1.0
    assert left_over(source, source) == 1.0


def test_the_change_is_found_beside_a_large_edit():
    """Three samples in ten are something else altogether."""
    source = scene()
    result = warmer(source)
    result.paste((250, 20, 200), (0, 0, SIZE[0] * 3 // 10, SIZE[1]))
    found = common_change(colour_pairs(source, result, KNOWN)).applied(source)
    right = (SIZE[0] // 2, 0, *SIZE)
    assert largest_difference(found.crop(right), warmer(source).crop(right)) <= 6


def test_what_was_cut_off_does_not_tell():
    """Brightened until much of it is white: the darker half still gives the whole change."""
    source = scene()
    result = source.point([min(255, level + 90) for level in range(256)] * 3)
    found = common_change(colour_pairs(source, result, KNOWN)).applied(source)
    assert largest_difference(found, result) <= 4


def test_a_difference_is_that_of_the_change_alone():
    """Levels within the mask; nothing for an empty one."""
    source = scene()
    result = ImageChops.add(source, Image.new("RGB", SIZE, (3, 0, 4)))
    result.paste((0, 0, 0), (0, 120, *SIZE))
    assert difference(source, result, LAMP) == pytest.approx(5.0)
    assert difference(source, result, Image.new("L", SIZE)) == 0.0
