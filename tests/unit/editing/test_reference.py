"""Further pictures: their size, their transparency, how many."""

import pytest
from PIL import Image

from layer_edit.editing.codec import decode
from layer_edit.editing.errors import InputError
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.reference import MAX_PIXELS, check_references, encoded_reference

RATIO = ImageLimits(max_ratio=4)


def test_a_small_picture_is_sent_as_it_is():
    """Every pixel of it."""
    image = Image.effect_noise((60, 40), 80).convert("RGB")
    made = encoded_reference(image, RATIO)
    assert (made.mime, made.size.as_tuple) == ("image/png", (60, 40))
    assert decode(made.data, "it").tobytes() == image.tobytes()


def test_a_large_one_is_scaled_down_in_proportion():
    """To what the services work at."""
    made = encoded_reference(Image.new("RGB", (6000, 2000), "red"), RATIO)
    assert 0.99 * MAX_PIXELS < made.size.pixels <= MAX_PIXELS
    assert made.size.ratio == pytest.approx(3, abs=0.01)


def test_transparency_lies_on_white_where_the_backend_sees_none():
    """And is sent where it sees it."""
    image = Image.new("RGBA", (9, 9), (255, 0, 0, 0))
    assert decode(encoded_reference(image, RATIO).data, "it").getpixel((4, 4)) == (255, 255, 255)
    kept = decode(encoded_reference(image, ImageLimits(alpha=True)).data, "it")
    assert kept.getpixel((4, 4))[3] == 0


def test_a_picture_that_the_backend_does_not_take_is_refused():
    """Before anything is sent."""
    with pytest.raises(InputError, match="times as long as wide"):
        encoded_reference(Image.new("RGB", (100, 10)), RATIO)


def test_too_many_are_refused():
    """The picture to edit counts as one."""
    limits = ImageLimits(max_images=3)
    check_references(2, limits)
    with pytest.raises(
        InputError, match="3 reference pictures were given and this backend takes 2"
    ):
        check_references(3, limits)
