"""A Krita that dies between steps: nothing is lost, begins by itself or is paid twice."""

import itertools
import json
import signal

import pytest
from PIL import Image, ImageChops

from tests.double import KEY, SimulatedModel, WaveSpeedDouble
from tests.krita.harness import ScenarioError, play
from tests.krita.kra import read_kra, rgba

SIZE = (400, 300)


@pytest.fixture(scope="module")
def stepped(tmp_path_factory):
    """Both runs, with one data folder, against one double."""
    folder = tmp_path_factory.mktemp("steps")
    Image.new("RGB", SIZE, (30, 60, 200)).save(folder / "in.png")
    darker = SimulatedModel(edit=lambda picture, _prompt: ImageChops.invert(picture))
    variables = {"WAVESPEED_API_KEY": KEY}
    with WaveSpeedDouble(duration=4, model=darker) as double:
        with pytest.raises(ScenarioError) as death:
            play(
                "steps_first",
                folder / "first",
                environment={**variables, "PICTURE": str(folder / "in.png")},
                settings={"wavespeed_url": double.url},
                data=folder / "data",
            )
        assert death.value.exit_code == -signal.SIGKILL, death.value
        left = json.loads((folder / "data" / "steps.json").read_text("utf-8"))
        before = double.submits
        outcome = play(
            "steps_second",
            folder / "second",
            environment={**variables, "PICTURE": str(folder / "first" / "picture.kra")},
            data=folder / "data",
        )
        assert double.violations == []
        return outcome, double, left, before


def test_what_was_not_begun_is_in_the_data_folder(stepped):
    """The third step, after the second, which was at the service."""
    _outcome, _double, left, before = stepped
    assert before == 2
    (link,) = left["links"]
    assert link["task"]["instruction"] == "two"
    assert [task["instruction"] for task in link["task"]["next"]] == ["three"]


def test_the_docker_tells_of_it_with_its_price(stepped):
    """And starts nothing by itself, also when the step before it becomes a layer."""
    outcome, _double, _left, _before = stepped
    said = outcome.report["said"]
    assert said["held"] == "1 step was not started: 'three'."
    assert said["price"] == "Go on  ($0.04)"
    assert outcome.report["by itself"] == 3


def test_it_says_what_is_missing_before_it_can_go_on(stepped):
    """The result of the second step is kept and not a layer yet."""
    outcome, _double, _left, _before = stepped
    assert "Step 2 of 3 is not a layer yet" in outcome.report["said"]["too early"]
    assert outcome.report["still there"] is True


def test_each_step_was_paid_once_and_works_on_the_one_before(stepped):
    """Three layers, each the inverse of the one below it."""
    outcome, double, _left, _before = stepped
    assert (double.submits, double.accepted) == (3, 3)
    assert outcome.report["names"][1:] == ["step 1 · one", "step 2 · two", "step 3 · three"]
    assert outcome.report["row after"] is False
    assert not (outcome.folder.parent / "data" / "steps.json").exists()
    file = read_kra(outcome.folder / "stepped.kra")
    colours = [rgba(layer, file.size).getpixel((200, 150))[:3] for layer in file.layers]
    for upper, lower in itertools.pairwise(colours):
        assert all(abs(255 - a - b) <= 3 for a, b in zip(upper, lower, strict=True)), colours
