"""Many jobs from one click in a real Krita, offline: names, places and pixels of their layers."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.krita.harness import play
from tests.krita.kra import read_kra, rgba

LEFT, RIGHT = (60, 100), (260, 100)
"""A point in what is blue, and one in what is grey."""

BLUE, GREY = (40, 80, 220), (200, 200, 200)
INVERTED_BLUE = (215, 175, 35)
NAMES = ("red", "green", "blue")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All documents of the scenario."""
    return play("runs", tmp_path_factory.mktemp("runs"))


def colours(made, name, point):
    """Names and colours at a point, from the top layer down."""
    file = read_kra(made.folder / name)
    found = []
    for layer in file.layers:
        found.append((layer.name, rgba(layer, file.size).getpixel(point)[:3]))
    return found


def hue_of(colour):
    """Which of red, green and blue is the strongest by far."""
    strongest = max(range(3), key=lambda channel: colour[channel])
    others = [value for channel, value in enumerate(colour) if channel != strongest]
    return NAMES[strongest] if colour[strongest] > max(others) + 40 else "grey"


def test_the_button_counts_before_the_click(made):
    """As it is typed, and with every switch."""
    said = made.report["said"]
    assert said["plain"] == "Edit"
    assert said["colourways"] == "Make 2 edits"
    assert said["variants"] == "Make 4 edits"
    assert said["lines"] == "Edit", "lines are steps only with the switch on"
    assert said["steps"] == "Make 3 edits"
    assert said["layers"] == "Make 4 edits"


def test_colourways_and_variants_are_layers_of_their_own(made):
    """Each above the source, named by what tells it apart, with the pixels of its colour."""
    layers = colours(made, "colourways.kra", LEFT)
    assert sorted(name for name, _colour in layers[:-1]) == [
        "green, variant 1 · change the blue to green",
        "green, variant 2 · change the blue to green",
        "red, variant 1 · change the blue to red",
        "red, variant 2 · change the blue to red",
    ]
    assert [hue_of(colour) for _name, colour in layers[:-1]] == [
        name.split(",")[0] for name, _colour in layers[:-1]
    ]
    assert layers[-1] == ("Background", BLUE)
    assert {colour for _name, colour in colours(made, "colourways.kra", RIGHT)} == {GREY}


def test_a_seed_is_taken_from_a_result(made):
    """Of the one that is selected; unpinned, the field is out of the way."""
    assert made.report["said"]["taken seed"] in (5, 6)
    assert made.report["said"]["seed shown"] is False


def test_each_step_works_on_the_layer_of_the_step_before(made):
    """Blue to red, that inverted, that in grey; stacked in this order."""
    layers = colours(made, "steps.kra", LEFT)
    assert [name for name, _colour in layers] == [
        "step 3 · black and white",
        "step 2 · invert",
        "step 1 · change the blue to red",
        "Background",
    ]
    third, second, first, source = (colour for _name, colour in layers)
    assert (source, hue_of(first)) == (BLUE, "red")
    assert second == tuple(255 - value for value in first)
    assert max(third) - min(third) <= 1


def test_a_step_that_fails_stops_the_rest(made):
    """What was made stays, and a sentence says where it ended and why."""
    said = made.report["said"]
    assert said["failed step"] == "Step 2 of 3 failed; the first layer stays."
    assert "hat" in said["failed why"]
    assert made.report["after failure"] == 2


def test_steps_stay_within_the_selection(made):
    """Every step gets its mask and the whole pixels of the one before: nothing shines through."""
    assert made.report["masks"] == ["transparencymask"]
    with Image.open(made.folder / "selected.png") as opened:
        picture = opened.convert("RGB")
    assert picture.getpixel((20, 20)) == BLUE
    assert picture.getpixel((280, 100)) == GREY
    inside = picture.getpixel((120, 100))
    assert max(inside) - min(inside) <= 1
    first = colours(made, "selected.kra", (120, 100))[1][1]
    assert first == INVERTED_BLUE


def test_selected_layers_get_every_colourway(made):
    """Two results straight above each of the two."""
    stack = made.report["stack"]
    assert (stack[0], stack[3]) == ("Background", "second")
    for names in (stack[1:3], stack[4:]):
        assert sorted(names) == [
            "green · change the blue to green",
            "red · change the blue to red",
        ]


def test_a_whole_click_is_cancelled_by_one_button(made):
    """Nothing became a layer, and the button is gone."""
    said = made.report["said"]
    assert said["cancel"] == "Cancel all 12 of this click"
    assert made.report["after cancel"] == 6
    assert said["cancelled"] == "Cancelled; nothing was spent."
    assert said["batch button"] is False


def test_what_cannot_be_carried_out_is_refused_in_a_sentence(made):
    """More edits than one click may make, and a brace that is not closed."""
    said = made.report["said"]
    assert "294 edits and 48 is the most" in said["too many"]
    assert "no closing brace" in said["open brace"]
