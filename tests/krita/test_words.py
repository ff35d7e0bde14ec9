"""Source line, instruction, builder, hints and presets in a real Krita, by clicks and keys."""

import json
import shutil

import pytest

from layer_edit import instructions
from layer_edit.editing.prompts import read
from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import play
from tests.krita.test_edit_layer import SAMPLE

OLDER = "An instruction of another day"


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """What the docker said, with the double of a service as the backend."""
    folder = tmp_path_factory.mktemp("words")
    instructions.save((OLDER,), folder / "data")
    picture = shutil.copy(SAMPLE, folder)
    with WaveSpeedDouble(duration=0.2) as double:
        return play(
            "words",
            folder,
            environment={"PICTURE": str(picture), "WAVESPEED_API_KEY": KEY},
            settings={"wavespeed_url": double.url, "backend": "wavespeed"},
        )


def test_the_source_line_names_shows_and_states_the_limits(words):
    """Name and size, a picture of many colours, and what the model gets of a large layer."""
    said = words.report["source"]
    name, size = said["line"].splitlines()
    assert name.startswith("Yellow") and name.endswith("herbarium")
    assert size == "3000 × 2000 pixels"
    assert said["limits"] == ("Reduced to 2496 × 1664 for the model; the layer stays 3000 × 2000.")
    assert said["thumbnail"] > 20
    assert said["image thumbnail"] > 20


def test_the_preview_shows_what_would_be_sent(words):
    """The whole layer, then a crop around the selection; closed again it is gone."""
    said = words.report["source"]
    assert said["whole"].startswith("Sent: 3000 × 2000 of 3000 × 2000 pixels.")
    line, caption = said["selected"]
    assert "around the selection of 700 × 600" in line
    assert caption.startswith("Sent: 1050 × 1050 of 3000 × 2000 pixels. The model gets it at")
    assert said["preview"] > 50
    assert said["closed"] is False


def test_typing_stays_in_the_box(words):
    """Letters and Ctrl+Z do nothing to the canvas; the box grows with its text."""
    said = words.report["typing"]
    assert said["text"] == "Make the jacket red be"
    assert said["eraser"] is False
    assert said["word deleted"] == "Make the jacket red "
    assert said["undone"] == "Make the jacket red be"
    assert said["canvas history"][0] == said["canvas history"][1]
    low, grown, low_again = said["heights"]
    assert grown > low * 1.5
    assert low_again == low


def test_a_hint_comes_when_nothing_is_said_to_stay(words):
    """After a pause, not while typing; its button opens the builder on the chips."""
    said = words.report["typing"]
    assert said["no hint while typing"]
    assert said["hint"].startswith("Nothing is said to stay")
    assert words.report["building"]["focus"] == "layerEditKeep_person"
    assert words.report["building"]["hint"] is False


def test_builder_and_text_stay_in_step(words):
    """Chips and field write the guide's template; a change by hand moves the chips."""
    said = words.report["building"]
    assert said["change"] == "make the jacket red"
    assert said["written"] == (
        "Keep the same person and background. Make the jacket red. "
        "Keep lighting natural and consistent."
    )
    assert read(said["field typed"]).change == "Make the jacket red leather"
    assert said["lighting after"] is False
    assert said["own words"] == "Keep the same pose. Change my own words, wholly mine."


def test_up_and_down_walk_through_what_was_used(words):
    """Newest first, no further than the oldest, and back to what was being typed."""
    said = words.report["history"]
    first, second = "Keep it. First", "Keep it. Second"
    assert said["walk"] == [second, first, OLDER, OLDER, first, second, "draft"]
    assert json.loads(said["kept"]) == {"instructions": [OLDER, first, second]}


def test_several_tasks_become_steps(words):
    """One a line, each with what is to stay, and the steps switch on."""
    said = words.report["splitting"]
    assert said["lines"] == [
        "Remove the lamp. Keep the sofa.",
        "Add a plant on the table. Keep the sofa.",
    ]
    assert said["steps"] is True
    assert said["hint"] is False


def test_a_preset_is_found_and_filled_by_the_keyboard(words):
    """Filter, Enter, type over the first place, Tab to the next; unfilled it is not sent."""
    said = words.report["presets"]
    assert said["opened by keyboard"] and said["closed"]
    assert said["found"] == "Replace an object"
    assert said["first place"] == "{object}"
    assert said["not sent"] == "Type what stands for {another object} first."
    assert said["second place"] == said["by tab"] == "{another object}"
    assert "Replace the lamp with a plant;" in said["text"]
    assert said["tab leaves"] == "layerEditPresets"
    assert said["tab order"][:5] == [
        "layerEditScope",
        "layerEditPreviewToggle",
        "layerEditInstruction",
        "layerEditPresets",
        "layerEditBuilderToggle",
    ]


def test_own_presets_are_kept_renamed_deleted_and_put_back(words):
    """First in the list; the file follows."""
    said = words.report["own presets"]
    assert said["first row"] == ["(Your presets)", "My fog"]
    assert said["deleted"] == "'Thick fog' was deleted."
    assert said["mine"] == ["(Your presets)", "Thick fog", "Rain"]
    assert said["escaped"]


def test_presets_come_and_go_as_one_file(words):
    """What was exported can be read; a bad file gets one sentence and changes nothing."""
    exported = json.loads((words.folder / "exported.json").read_text("utf-8"))["presets"]
    assert [(one["name"], one["text"]) for one in exported] == [("Thick fog", "Keep all. Add fog")]
    said = words.report["own presets"]
    assert said["bad file"] == (
        "bad.json was not taken, as preset 1 of it has no usable 'text'; nothing was changed."
    )
    assert said["good file"] == "1 preset was imported from good.json."


def test_offline_there_is_nothing_about_keeping(words):
    """No hint, no builder, no limits; presets for models are greyed and come last."""
    said = words.report["offline"]
    assert (said["hint"], said["builder"], said["limits"]) == (False, False, False)
    assert said["rows"][:2] == ["(Adjustments)", "Brighter"]
    assert "(Your presets – needs an AI backend)" in said["rows"]
    assert said["text"] == "slightly brighter"
