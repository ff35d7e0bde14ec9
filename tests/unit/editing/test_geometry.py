"""Sizes and rectangles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.editing.geometry import Rect, Size

numbers = st.integers(-5000, 5000)
lengths = st.integers(0, 5000)
rects = st.builds(Rect, numbers, numbers, lengths, lengths)


@pytest.mark.parametrize("text", ["2048*1024", " 2048 x 1024 ", "2048×1024"])
def test_size_reads_the_usual_forms(text):
    """'W*H', 'WxH' and 'W×H' all mean the same."""
    assert Size.parse(text) == Size(2048, 1024)


@pytest.mark.parametrize("text", ["", "2048", "0*5", "a*b", "-1*5", "1*2*3", "9999999*1"])
def test_size_refuses_other_forms(text):
    """Anything else is a ValueError, not a guess."""
    with pytest.raises(ValueError, match="WIDTH"):
        Size.parse(text)


@given(rects, rects)
def test_intersection_lies_in_both_and_union_around_both(one, other):
    """Set relations hold for any two rectangles, apart and negative ones included."""
    common = one.intersected(other)
    if not common.is_empty:
        assert one.contains(common)
        assert other.contains(common)
    around = one.united(other)
    assert one.is_empty or around.contains(one)
    assert other.is_empty or around.contains(other)


@given(rects, numbers, numbers)
def test_translation_is_undone_by_its_opposite(rect, dx, dy):
    """Moving there and back changes nothing."""
    assert rect.translated(dx, dy).translated(-dx, -dy) == rect


@given(rects, st.integers(0, 500))
def test_growing_is_undone_by_shrinking(rect, margin):
    """Grown and shrunk by the same margin, a rectangle is itself again."""
    assert rect.grown(margin).grown(-margin) == rect
