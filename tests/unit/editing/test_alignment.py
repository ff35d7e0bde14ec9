"""How far a result lies off is found to a small fraction of a pixel, whatever was edited."""

import pytest

from layer_edit.editing.alignment import alignment
from layer_edit.editing.motion import Motion
from tests.unit.editing.scenes import SIZE, disc_mask, moved, scene, tinted, with_disc

WHOLE = (0.0, 0.0, float(SIZE[0]), float(SIZE[1]))


def off(motion: Motion, dx: float, dy: float, scale: float = 1.0) -> float:
    """The largest error, at the picture's corners, in pixels."""
    x, y = motion.shift(SIZE)
    return max(
        abs(x - dx) + abs(motion.across - scale) * SIZE[0] / 2,
        abs(y - dy) + abs(motion.down - scale) * SIZE[1] / 2,
    )


def grey(image):
    return image.convert("L")


@pytest.mark.parametrize(
    ("dx", "dy", "scale"),
    [(0.4, -0.7, 1.0), (2.6, 1.3, 1.0), (-3.0, 2.0, 1.01), (0.2, 0.1, 0.99), (0.0, 0.0, 1.02)],
)
def test_shift_and_scale_are_found(dx, dy, scale):
    """Up to 3 pixels and 2 %, to within a tenth of a pixel at the corners."""
    source = scene()
    found = alignment(grey(source), grey(moved(source, dx, dy, scale)), WHOLE)
    assert off(found, dx, dy, scale) < 0.1


def test_an_edit_of_a_third_of_the_picture_does_not_pull():
    """A large object that came in elsewhere says nothing about where the rest lies."""
    source = scene()
    edited = with_disc(source, (20, 20, 190, 215))
    other = scene(seed=9)
    edited.paste(other, (0, 0), disc_mask(SIZE, (20, 20, 190, 215)))
    found = alignment(grey(source), grey(moved(edited, 1.4, -0.6)), WHOLE)
    assert off(found, 1.4, -0.6) < 0.1


def test_a_cast_is_no_motion():
    """A brighter result that lies where it should is left where it is."""
    source = scene()
    assert alignment(grey(source), grey(tinted(source, (20, 15, 5))), WHOLE) == Motion()


def test_a_result_in_place_is_not_moved():
    """No motion is no motion, not a hundredth of a pixel: it would cost a resampling."""
    source = scene()
    assert alignment(grey(source), grey(source), WHOLE) == Motion()


def test_another_picture_is_not_aligned():
    """Where nothing fits, nothing is moved."""
    assert alignment(grey(scene()), grey(scene(seed=7)), WHOLE) == Motion()


def test_a_result_of_another_size_is_measured_in_shares():
    """A motion found on a result of twice the size is the same motion."""
    source = scene()
    result = moved(source, 1.2, 0.8).resize((640, 480))
    found = alignment(grey(source), grey(result), (0.0, 0.0, 640.0, 480.0))
    assert off(found, 1.2, 0.8) < 0.1


def test_motions_follow_each_other():
    """A motion refined by another one samples where both together say."""
    first, second = Motion(0.02, -0.01, 1.01, 0.99), Motion(0.005, 0.004, 0.998, 1.002)
    both = first.then(second.x, second.y, second.across, second.down)
    nominal = (10.0, 20.0, 110.0, 80.0)
    # The box of the second, taken within the box of the first.
    outer, inner = first.box(nominal), second.box((0.0, 0.0, 1.0, 1.0))
    width, height = outer[2] - outer[0], outer[3] - outer[1]
    expected = (
        outer[0] + inner[0] * width,
        outer[1] + inner[1] * height,
        outer[0] + inner[2] * width,
        outer[1] + inner[3] * height,
    )
    assert both.box(nominal) == pytest.approx(expected)
