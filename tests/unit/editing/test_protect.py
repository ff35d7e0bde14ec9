"""What an edit was not asked for comes back untouched; what it was asked for stays whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import Placement, arrange, place
from layer_edit.editing.protect import MODES, protect
from tests.unit.editing.scenes import (
    SIZE,
    disc_mask,
    largest_difference,
    moved,
    scene,
    tinted,
    with_disc,
)

BOX = (90, 60, 190, 170)
SAME = place(Rect(0, 0, *SIZE), None)


def over(source: Image.Image, found) -> Image.Image:
    """The composite: the layer under its mask over the source, RGB."""
    return Image.composite(found.image.convert("RGB"), source.convert("RGB"), found.mask)


def outside(box, by: float) -> Image.Image:
    """'L': 255 farther than `by` pixels from the disc in `box`."""
    grown = (box[0] - by, box[1] - by, box[2] + by, box[3] + by)
    return ImageOps.invert(disc_mask(SIZE, grown))


def mean_difference(one, other, mask=None) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other), mask).mean)


def test_a_shifted_tinted_softened_result_changes_only_the_object():
    """All damage at once: outside the object every pixel is the source's, inside it is the edit."""
    source = scene()
    edited = with_disc(source, BOX)
    result = tinted(moved(edited, 1.3, -0.8, 1.004), (8, -3, -6))
    found = protect(source, result.filter(ImageFilter.GaussianBlur(0.7)), SAME)
    assert not found.is_global
    assert found.shift == pytest.approx((1.3, -0.8), abs=0.1)
    assert found.scale == pytest.approx(1.004, abs=0.001)
    assert found.share == pytest.approx(ImageStat.Stat(disc_mask(SIZE, BOX)).mean[0] / 255, rel=0.1)
    composite = over(source, found)
    apart = ImageChops.multiply(ImageChops.difference(composite, source).convert("L"),
                                outside(BOX, found.reach))  # fmt: skip
    assert apart.getbbox() is None
    assert mean_difference(composite, edited, disc_mask(SIZE, BOX)) < 5


@pytest.mark.parametrize(("mode", "edge"), [("soft", 8), ("strict", 5)])
def test_the_mask_is_full_on_the_change_and_ends_within_its_reach(mode, edge):
    """Soft fades over a few pixels, strict is tight; both cover all of the object."""
    source = scene()
    found = protect(source, with_disc(source, BOX), SAME, mode)
    assert found.reach <= edge
    assert ImageStat.Stat(found.mask, disc_mask(SIZE, BOX)).mean[0] > 250
    assert ImageStat.Stat(found.mask, outside(BOX, found.reach)).mean[0] == 0


def test_the_layer_keeps_the_whole_edited_picture_under_its_mask():
    """The next edit starts from a picture, not from a cut-out."""
    source = scene()
    edited = with_disc(source, BOX)
    found = protect(source, edited, SAME)
    assert found.image.convert("RGB").tobytes() == edited.tobytes()


def test_off_makes_no_mask_and_aligns_all_the_same():
    """Without protection the picture still lies where it belongs, in the source's colours."""
    source = scene()
    edited = with_disc(source, BOX)
    found = protect(source, tinted(moved(edited, 2, 1), (9, 0, -7)), SAME, "off")
    assert found.mask is None
    assert found.share > 0.05
    assert mean_difference(found.image.convert("RGB"), edited) < 2


@pytest.mark.parametrize(
    "edit",
    [
        lambda image: image.convert("L").convert("RGB"),
        lambda image: ImageOps.colorize(image.convert("L"), (28, 16, 8), (255, 240, 208)),
        lambda image: tinted(image, (10, 2, -12)),
        lambda image: image.point([round(level * 0.45) for level in range(256)] * 3),
        ImageOps.invert,
        lambda image: ImageOps.posterize(image, 2),
    ],
    ids=["black and white", "sepia", "slightly warmer", "night", "negative", "posterised"],
)
@pytest.mark.parametrize("mode", MODES)
def test_an_edit_of_the_whole_picture_is_left_whole(edit, mode):
    """In every mode: no mask, and not one colour taken back."""
    source = scene()
    found = protect(source, edit(source), SAME, mode)
    assert found.is_global
    assert found.mask is None
    assert found.share == 1
    assert found.image.convert("RGB").tobytes() == edit(source).tobytes()


def test_a_cast_beside_an_object_is_drift():
    """The same tint as 'slightly warmer' goes when something else was what was asked for."""
    source = scene()
    found = protect(source, tinted(with_disc(source, BOX), (10, 2, -12)), SAME)
    assert not found.is_global
    assert mean_difference(found.image.convert("RGB"), source, outside(BOX, 3)) < 1


@pytest.mark.parametrize("mode", MODES)
def test_what_was_asked_for_as_a_whole_is_left_whole(mode):
    """Whatever the pixels say: an object and a cast would have got a mask and lost the cast."""
    source = scene()
    result = tinted(with_disc(source, BOX), (10, 2, -12))
    found = protect(source, result, SAME, mode, whole=True)
    assert (found.is_global, found.mask, found.share) == (True, None, 1)
    assert found.image.convert("RGB").tobytes() == result.tobytes()


def test_a_result_without_any_change_shows_nothing():
    """Nothing changed: the mask hides all of it."""
    source = scene()
    found = protect(source, source, SAME)
    assert (found.share, found.is_global) == (0, False)
    assert found.mask.getbbox() is None


def test_a_smaller_result_leaves_the_sources_detail_where_nothing_changed():
    """Enlarged results get back what the model's size could not hold."""
    source = scene((640, 480))
    box = (180, 120, 380, 340)
    edited = with_disc(source, box)
    placement = Placement(Rect(0, 0, 640, 480), Size(320, 240), Rect(0, 0, 320, 240))
    small = arrange(edited, placement)
    found = protect(source, small, placement, "off")
    plain = small.resize((640, 480), Image.Resampling.LANCZOS)
    apart = ImageOps.invert(disc_mask((640, 480), (140, 80, 420, 380)))
    assert mean_difference(plain, source, apart) > 1
    assert mean_difference(found.image.convert("RGB"), source, apart) < 0.3


def test_padding_and_another_size_than_sent_are_undone():
    """The content is found by the size that came back."""
    source = scene()
    placement = place(Rect(5, -3, *SIZE), Size(400, 400))
    edited = with_disc(source, BOX)
    result = arrange(edited, placement).resize((573, 571), Image.Resampling.BICUBIC)
    found = protect(source, result, placement)
    assert found.image.size == found.mask.size == SIZE
    assert mean_difference(over(source, found), edited) < 1


@pytest.mark.parametrize(
    ("disc", "shift", "strip"),
    [
        ((-60, 60, 60, 170), (-3, 0), (0, 100, 6, 130)),
        ((260, 60, 380, 170), (3, 0), (314, 100, 320, 130)),
        ((100, -60, 220, 60), (0, -3), (145, 0, 175, 6)),
        ((100, 180, 220, 300), (0, 3), (145, 234, 175, 240)),
    ],
)
def test_a_change_at_the_border_goes_on_to_it(disc, shift, strip):
    """A shifted result leaves a strip open; an object that reached the border still does."""
    source = scene()
    found = protect(source, moved(with_disc(source, disc), *shift), SAME)
    assert ImageStat.Stat(found.mask.crop(strip)).mean[0] == 255
    assert ImageStat.Stat(found.mask, outside(disc, found.reach)).mean[0] == 0


def test_transparency_is_given_back_and_not_looked_through():
    """The layer has the source's alpha; what was shown below it is no change."""
    source = scene().convert("RGBA")
    alpha = Image.linear_gradient("L").resize(SIZE)
    source.putalpha(alpha)
    seen = Image.new("RGB", SIZE, (30, 60, 90))
    seen.paste(source, (0, 0), source)
    found = protect(source, with_disc(seen, BOX), SAME, seen=seen)
    assert found.image.getchannel("A").tobytes() == alpha.tobytes()
    assert ImageStat.Stat(found.mask, outside(BOX, found.reach)).mean[0] == 0
    assert ImageStat.Stat(found.mask, disc_mask(SIZE, BOX)).mean[0] > 250


def test_a_result_with_its_own_transparency_keeps_it():
    """A backend that sees transparency decides about it."""
    source = scene().convert("RGBA")
    result = with_disc(scene(), BOX).convert("RGBA")
    result.putalpha(disc_mask(SIZE, BOX))
    found = protect(source, result, SAME, "off")
    assert found.image.getchannel("A").tobytes() == disc_mask(SIZE, BOX).tobytes()


def test_another_mode_is_refused():
    """A typing error is no 'off'."""
    with pytest.raises(ValueError, match="'hard' is not one of off, soft, strict"):
        protect(scene(), scene(), SAME, "hard")


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(8, 70), st.integers(8, 70)),
    st.tuples(st.integers(8, 90), st.integers(8, 90)),
    st.sampled_from(MODES),
    st.booleans(),
)
def test_small_pictures_of_any_shape_pass(size, came_back, mode, same_picture):
    """Down to 8 × 8 pixels, whatever comes back: pictures of the target's size."""
    source = scene((70, 70)).crop((0, 0, *size))
    result = source.resize(came_back) if same_picture else scene((90, 90), 5).crop(
        (0, 0, *came_back))  # fmt: skip
    found = protect(source, result, place(Rect(0, 0, *size), Size(64, 48)), mode)
    assert found.image.size == size
    assert found.mask is None or found.mask.size == size
    assert 0 <= found.share <= 1


def test_the_whole_is_the_same_every_time():
    """Pure: the same pictures give the same layer, and are not written to."""
    source, result = scene(), tinted(with_disc(scene(), BOX), (6, 0, -5))
    before = source.tobytes(), result.tobytes()
    first, second = (protect(source, result, SAME) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes()
    assert first.mask.tobytes() == second.mask.tobytes()
    assert (source.tobytes(), result.tobytes()) == before
    assert largest_difference(first.image.convert("RGB"), source) > 0
