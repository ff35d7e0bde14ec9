"""What a result lost in sharpness is given back without halos."""

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from layer_edit.editing.geometry import Rect
from layer_edit.editing.placement import place
from layer_edit.editing.protect import protect
from layer_edit.editing.sharpness import sharpened, softened
from tests.unit.editing.scenes import SIZE, scene


def lettered(image: Image.Image) -> Image.Image:
    """Fine strokes, which a blur hurts most."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 60, 230, 180), fill=(235, 230, 220))
    for x in range(90, 210, 12):
        draw.line((x, 70, x + 20, 170), fill=(40, 20, 60), width=4)
    return image


def error(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int]) -> float:
    """Root mean square over the channels in that part, in levels."""
    stat = ImageStat.Stat(ImageChops.difference(one.crop(box), other.crop(box)))
    return sum(value * value for value in stat.rms) ** 0.5


@pytest.mark.parametrize(("radius", "left"), [(0.5, 0.3), (0.8, 0.6), (1.2, 0.85)])
def test_a_known_blur_is_taken_back_in_part(radius, left):
    """That share of the error is left at most: the more blur, the less can be taken back."""
    picture = lettered(scene())
    soft = softened(picture, radius)
    everywhere = (0, 0, *SIZE)
    sharp = sharpened(soft, radius)
    assert error(sharp, picture, everywhere) < left * error(soft, picture, everywhere)


@pytest.mark.parametrize("radius", [0.5, 1.0, 3.0])
def test_edges_get_no_halos(radius):
    """Every value lies between those that were around it, in each channel."""
    soft = softened(lettered(scene()), 0.8)
    sharp = sharpened(soft, radius)
    for was, now in zip(soft.split(), sharp.split(), strict=True):
        lowest, highest = was.filter(ImageFilter.MinFilter(3)), was.filter(ImageFilter.MaxFilter(3))
        inside = (1, 1, SIZE[0] - 1, SIZE[1] - 1)
        assert ImageChops.subtract(lowest, now).crop(inside).getbbox() is None
        assert ImageChops.subtract(now, highest).crop(inside).getbbox() is None
    flat = Image.new("RGB", (9, 7), (10, 120, 250))
    assert sharpened(flat, radius).tobytes() == flat.tobytes()


def test_an_edit_of_a_softer_result_is_as_sharp_as_its_source():
    """Within the change; without a softer result nothing is sharpened."""
    source = scene()
    edited, box = lettered(source), (80, 60, 230, 180)
    placement = place(Rect(0, 0, *SIZE), None)
    soft = softened(edited, 0.8)
    found = protect(source, soft, placement)
    assert found.blur == pytest.approx(0.8, abs=0.2)
    assert error(found.image.convert("RGB"), edited, box) < 0.75 * error(soft, edited, box)
    found = protect(source, edited, placement)
    assert error(found.image.convert("RGB"), edited, box) < 0.5
