"""A Krita that dies while a paid edit runs: the next one collects it, and pays nothing again."""

import signal

import pytest
from PIL import Image, ImageChops

from tests.double import KEY, SimulatedModel, WaveSpeedDouble
from tests.krita.harness import ScenarioError, play
from tests.krita.kra import read_kra, rgba

SIZE = (400, 300)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory):
    """Both runs, with one data folder, against one double."""
    folder = tmp_path_factory.mktemp("crash")
    Image.effect_noise(SIZE, 60).convert("RGB").save(folder / "in.png")
    invert = SimulatedModel(edit=lambda picture, _prompt: ImageChops.invert(picture))
    with WaveSpeedDouble(duration=6, model=invert) as double:
        with pytest.raises(ScenarioError) as death:
            play(
                "crash_first",
                folder / "first",
                environment={"WAVESPEED_API_KEY": KEY, "PICTURE": str(folder / "in.png")},
                settings={"wavespeed_url": double.url},
                data=folder / "data",
            )
        assert death.value.exit_code == -signal.SIGKILL, death.value
        picture = folder / "first" / "picture.kra"
        outcome = play(
            "crash_second",
            folder / "second",
            environment={"WAVESPEED_API_KEY": KEY, "PICTURE": str(picture)},
            data=folder / "data",
        )
        return outcome, double


def test_the_result_was_collected_and_kept(crashed):
    """Its document was not open, so it waits in the list and says so."""
    outcome, _double = crashed
    assert outcome.report["kept"] == "survive\nKept, not placed · Background"


def test_nothing_was_paid_twice(crashed):
    """The double saw one submit over both lives of Krita."""
    _outcome, double = crashed
    assert (double.submits, double.accepted) == (1, 1)
    assert double.violations == []


def test_a_click_made_it_a_layer_above_its_source(crashed):
    """With the pixels of the service's edit."""
    outcome, _double = crashed
    file = read_kra(outcome.folder / "inserted.kra")
    assert file.layers[0].name == "survive"
    result, source = (rgba(layer, file.size).convert("L") for layer in file.layers)
    inner = (8, 8, SIZE[0] - 8, SIZE[1] - 8)
    difference = ImageChops.difference(result.crop(inner), ImageChops.invert(source).crop(inner))
    assert sum(difference.histogram()[:60]) > 0.95 * difference.width * difference.height
