"""What the service gets to see: backgrounds, the visible image, each of several layers."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import place
from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import play

SIZE = Size(400, 300)
BLUE, SHADED = (30, 60, 200), (15, 30, 100)
RED, GREEN = (220, 40, 40), (40, 200, 40)
OPEN, UNDER_SHADE, SOLID, HALF, COVERED = (350, 50), (50, 50), (140, 150), (270, 150), (350, 270)


def half(colour):
    """Half-transparent red over a colour."""
    return tuple(round((a * 128 + b * 127) / 255) for a, b in zip(RED, colour, strict=True))


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """The scenario's report, and the pictures the service got, in their order."""
    with WaveSpeedDouble(duration=0.3) as double:
        outcome = play(
            "sources",
            tmp_path_factory.mktemp("sources"),
            environment={"WAVESPEED_API_KEY": KEY},
            settings={"wavespeed_url": double.url, "slots": 8},
        )
        pictures = [data for _mime, data in double.service.files.values()]
    assert double.violations == []
    return outcome.report, [Image.open(io.BytesIO(data)).convert("RGB") for data in pictures]


def seen(picture, point):
    """The colour that was sent for a point of the document."""
    content = place(Rect.of_size(SIZE), Size(*picture.size)).content
    x = content.x + (point[0] + 0.5) * content.width / SIZE.width
    y = content.y + (point[1] + 0.5) * content.height / SIZE.height
    return picture.getpixel((int(x), int(y)))


def near(one, other):
    return all(abs(a - b) <= 2 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("number", "background"),
    [(1, (255, 255, 255)), (2, (0, 0, 0)), (3, (128, 128, 128))],
)
def test_a_chosen_background_shows_through(sent, number, background):
    """White, black and grey, where the layer is transparent, and in proportion where half so."""
    picture = sent[1][number]
    assert near(seen(picture, OPEN), background)
    assert near(seen(picture, SOLID), RED)
    assert near(seen(picture, HALF), half(background))


def test_by_itself_what_lies_below_shows_through(sent):
    """The layers under it with their blending modes, and nothing of what is above it."""
    picture = sent[1][0]
    assert near(seen(picture, OPEN), BLUE)
    assert near(seen(picture, UNDER_SHADE), SHADED)
    assert near(seen(picture, SOLID), RED)
    assert near(seen(picture, HALF), half(BLUE))
    assert near(seen(picture, COVERED), BLUE)


def test_the_visible_image_is_all_that_shows(sent):
    """What is above is in it too, and its result lies on top of everything."""
    report, pictures = sent
    assert near(seen(pictures[4], COVERED), GREEN)
    assert near(seen(pictures[4], UNDER_SHADE), SHADED)
    assert "Visible image" in report["image line"]
    assert report["top"] == "the image"


def test_each_selected_layer_gets_its_own_result(sent):
    """Straight above it; the filter layer gets a sentence, and the price is of four edits."""
    report, pictures = sent
    assert report["before"] == ["Background", "shade", "source", "above", "Blur it"]
    assert report["after"] == [
        "Background", "each", "shade", "each", "source", "each", "above", "each", "Blur it",
    ]  # fmt: skip
    assert "'Blur it'" in report["said"]["each"]
    assert report["button"] == "Edit 4 layers  ($0.16)"
    assert len(pictures) == 8, "one of the four had been sent before"


def test_other_edits_had_nothing_to_say(sent):
    """No error line where all went well."""
    said = sent[0]["said"]
    assert {name: text for name, text in said.items() if text and name != "each"} == {}
