"""Pictures that a backend does not take are refused with a sentence, before anything is sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layer_edit.editing.errors import InputError
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.limits import MAX_SIDE, MIN_SIDE, ImageLimits, check_picture
from layer_edit.editing.plan import Wish, plan_edit
from layer_edit.editing.source import Source
from tests.unit.editing.test_placement import TABLE

SERVICE = ImageLimits(sizes=TABLE, max_ratio=4)

sides = st.integers(MIN_SIDE, 600)


@settings(max_examples=300, deadline=None)
@given(sides, sides)
def test_up_to_four_to_one_is_taken_and_nothing_beyond(width, height):
    """Exactly 4 : 1 and 1 : 4 are; a pixel more is refused, and the sentence says what to do."""
    if max(width, height) <= 4 * min(width, height):
        check_picture(Size(width, height), SERVICE)
        return
    with pytest.raises(InputError, match=r"more than 4 times as long as wide.*crop it"):
        check_picture(Size(width, height), SERVICE)


@pytest.mark.parametrize("size", [(401, 100), (100, 401), (3000, 16)])
def test_a_long_picture_is_refused_before_it_is_sent(size):
    """The plan raises: there is no request that could cost anything."""
    source = Source(Image.new("RGB", size), Rect(0, 0, *size))
    with pytest.raises(InputError, match="does not take"):
        plan_edit(source, Wish("x", "any"), SERVICE)


@pytest.mark.parametrize("size", [(400, 100), (100, 400), (256, 64)])
@pytest.mark.parametrize("fixed", [None, *TABLE[:4]])
def test_what_is_sent_never_goes_beyond_the_services_ratio(size, fixed):
    """At the very limit, and for any size that is asked for, it has a size of the table."""
    source = Source(Image.new("RGB", size), Rect(0, 0, *size))
    plan = plan_edit(source, Wish("x", "any", size=fixed), SERVICE)
    sent = plan.request.images[0].size
    assert sent == (fixed or plan.request.size)
    assert sent in TABLE
    assert max(sent.as_tuple) <= 4 * min(sent.as_tuple)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (Size(MIN_SIDE - 1, 20), "the least"),
        (Size(MAX_SIDE + 1, MAX_SIDE // 2), "on a side"),
        (Size(12_000, 12_000), "144 megapixels"),
    ],
)
def test_sizes_that_nothing_can_edit_are_refused_by_every_backend(size, words):
    """Also by one that has no rules of its own."""
    with pytest.raises(InputError, match=words):
        check_picture(size, ImageLimits())
