"""Pixel-stable edits in a real Krita: a model that shifts, tints and redraws, and what shows."""

from __future__ import annotations

from statistics import fmean

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from tests.double import KEY, SimulatedModel, WaveSpeedDouble
from tests.krita.harness import play

SIZE = (800, 560)
MIDDLE = (190, 140, 610, 420)
"""What the simulated model changes of a picture of SIZE: half of it with what pads its sides."""

PADDING = 59 / 2496
"""Of the width of what is sent, on each side."""

FEATHER = 24
"""Pixels around a change within which the mask may fade."""


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """All cases in one Krita, on a photograph; the pictures that the model was given beside it."""
    folder = tmp_path_factory.mktemp("protected")
    with Image.open("resources/sample/yellow-flower.jpg") as photo:
        picture = ImageOps.fit(photo.convert("RGB"), SIZE)
    picture.save(folder / "picture-shown.png")
    given = []

    def edit(image, prompt):
        given.append(image.copy())
        if "black and white" in prompt:
            return ImageOps.grayscale(image).convert("RGB")
        wide, high = image.size
        box = (wide // 4, high // 4, wide - wide // 4, high - high // 4)
        image.paste(ImageOps.solarize(ImageOps.invert(image.crop(box)), 200), box)
        return image

    # Its size differs from what is asked for, it lies off by fractions, and it is warmer.
    model = SimulatedModel(edit, scale=0.6, shift=(1.4, -0.8), cast=(9, 2, -8))
    with WaveSpeedDouble(model=model, duration=0.2) as double:
        outcome = play(
            "protected",
            folder,
            environment={"PICTURE": str(folder / "picture-shown.png"), "DOUBLE_KEY": KEY},
            settings={"wavespeed_url": double.url, "backend": "wavespeed"},
        )
    return outcome, given


def shown(edited, name):
    with Image.open(edited[0].folder / f"{name}-shown.png") as image:
        return image.convert("RGB")


def outside(box):
    """'L' of SIZE: 255 outside the box and its feather."""
    left, top, right, bottom = box
    mask = Image.new("L", SIZE, 255)
    mask.paste(0, (left - FEATHER, top - FEATHER, right + FEATHER, bottom + FEATHER))
    return mask


def same(first, second, where):
    """The share of pixels of `where` that are equal to the bit."""
    difference = ImageChops.difference(first, second)
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    equal = ImageChops.darker(most.point(lambda value: 255 * (value == 0)), where)
    return ImageStat.Stat(equal).sum[0] / ImageStat.Stat(where).sum[0]


def test_what_was_not_changed_is_the_source_to_the_bit(edited):
    """Outside the change and its feather, although the model shifted and tinted everything."""
    assert same(shown(edited, "local"), shown(edited, "picture"), outside(MIDDLE)) >= 0.995


def test_the_change_itself_shows_in_the_colours_of_the_source(edited):
    """Its middle is the edit without the model's cast."""
    inner = (240, 180, 560, 380)
    wanted = shown(edited, "picture").crop(inner)
    wanted = ImageOps.solarize(ImageOps.invert(wanted), 200)
    difference = ImageChops.difference(shown(edited, "local").crop(inner), wanted)
    assert fmean(ImageStat.Stat(difference).mean) < 8


def test_the_docker_says_how_much_changed(edited):
    """About the quarter that the model changes."""
    status = edited[0].report["cases"]["local"]["status"]
    assert "of the picture changed" in status
    share = float(status.split(" % of the picture")[0].split()[-1])
    assert 18 <= share <= 32


def test_the_layer_keeps_the_whole_picture_under_its_mask(edited):
    """Opaque everywhere, with a transparency mask that can be painted on."""
    for case in ("local", "again"):
        facts = edited[0].report["cases"][case]
        assert facts["masks"] == ["transparencymask"]
        assert facts["least alpha"] == 255


def test_an_edit_of_the_result_starts_from_the_whole_picture(edited):
    """The model was given the picture with its middle changed, not a cut-out on a ground."""
    given = edited[1][1]
    side = PADDING * given.width
    given = given.resize(SIZE, box=(side, 0, given.width - side, given.height))
    masked = outside(MIDDLE)
    picture = shown(edited, "picture")
    difference = ImageChops.difference(given, picture)
    assert fmean(ImageStat.Stat(difference, masked).mean) < 8
    inner = (240, 180, 560, 380)
    middle = ImageChops.difference(given.crop(inner), picture.crop(inner))
    assert fmean(ImageStat.Stat(middle).mean) > 30


def test_a_selection_limits_it_further(edited):
    """Right of the selection nothing changed, within it only what the model was to change."""
    after, picture = shown(edited, "selection"), shown(edited, "picture")
    right = (401, 0, *SIZE)
    assert after.crop(right).tobytes() == picture.crop(right).tobytes()
    assert edited[0].report["cases"]["selection"]["masks"] == ["transparencymask"]
    assert ImageChops.difference(after, picture).getbbox() is not None


def test_an_edit_of_the_whole_picture_is_not_masked(edited):
    """Black and white is black and white everywhere."""
    facts = edited[0].report["cases"]["global"]
    assert facts["masks"] == []
    assert "whole picture" in facts["status"]


def test_protection_can_be_switched_off(edited):
    """Then all of the model's picture shows."""
    assert edited[0].report["cases"]["off"]["masks"] == []
    assert same(shown(edited, "off"), shown(edited, "picture"), outside(MIDDLE)) < 0.9
