"""Parts of pictures are cut out exactly where the grid allows it, and by fractions where not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layer_edit.editing.equations import solve
from layer_edit.editing.sampling import sampled
from tests.unit.editing.scenes import largest_difference, scene


def test_a_part_on_the_same_grid_comes_back_pixel_for_pixel():
    """No resampling where none is needed."""
    image = scene()
    part = sampled(image, (10.0, 20.0, 110.0, 80.0), (100, 60))
    assert part.tobytes() == image.crop((10, 20, 110, 80)).tobytes()


def test_outside_the_picture_its_edge_goes_on():
    """A box that reaches beyond repeats the edge pixels, corners included."""
    image = scene()
    part = sampled(image, (-3.0, -2.0, 7.0, 6.0), (10, 8))
    assert part.crop((3, 2, 10, 8)).tobytes() == image.crop((0, 0, 7, 6)).tobytes()
    assert part.getpixel((0, 0)) == image.getpixel((0, 0))
    assert part.getpixel((5, 0)) == image.getpixel((2, 0))
    far = sampled(image, (image.width - 4.0, 0.0, image.width + 6.0, 8.0), (10, 8))
    assert far.getpixel((9, 5)) == image.getpixel((image.width - 1, 5))


@settings(max_examples=30, deadline=None)
@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0.5, 2))
def test_fractions_of_pixels_are_kept(dx, dy, scale):
    """On a ramp a box moved by a fraction gives levels moved by that fraction."""
    ramp = Image.linear_gradient("L").rotate(90).resize((256, 64))
    box = (60 + dx, 16 + dy / 8, 60 + dx + 80 * scale, 16 + dy / 8 + 20)
    part = sampled(ramp, box, (80, 20))
    for x in (20, 40, 60):
        expected = box[0] + (x + 0.5) * scale - 0.5
        there = ramp.getpixel((int(expected), 30))
        slope = ramp.getpixel((int(expected) + 1, 30)) - there
        assert abs(part.getpixel((x, 10)) - there - slope * (expected % 1)) <= 1.5


def test_the_whole_picture_is_itself():
    """The nominal box of an unpadded picture changes nothing."""
    image = scene()
    assert largest_difference(sampled(image, (0.0, 0.0, 320.0, 240.0), (320, 240)), image) == 0


@given(st.lists(st.floats(-10, 10), min_size=9, max_size=9), st.lists(st.floats(-5, 5), min_size=3,
       max_size=3))  # fmt: skip
def test_solve_finds_what_makes_the_right_side(entries, wanted):
    """The solution, put in again, gives the right side."""
    matrix = [entries[3 * row : 3 * row + 3] for row in range(3)]
    for row in range(3):
        matrix[row][row] += 40.0
    right = [sum(a * b for a, b in zip(row, wanted, strict=True)) for row in matrix]
    assert solve(matrix, right) == pytest.approx(wanted, abs=1e-9)


def test_an_unknown_that_nothing_determines_is_zero():
    """A row and column of zeros is no reason to fail."""
    assert solve([[2.0, 0.0], [0.0, 0.0]], [6.0, 0.0]) == [3.0, 0.0]
