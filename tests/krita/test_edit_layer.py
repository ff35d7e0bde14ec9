"""The main job in a real Krita, checked in the saved files by code that knows nothing of Krita."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.krita.harness import Outcome, play
from tests.krita.kra import KraFile, read_kra, rgba

SIZE = (700, 430)
SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "yellow-flower.jpg"


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One edit ('invert': its pixels are known without the engine), undone and redone."""
    folder = tmp_path_factory.mktemp("edit")
    with Image.open(SAMPLE) as sample:
        sample.resize(SIZE).save(folder / "picture.png")
    return play(
        "edit_layer",
        folder,
        environment={"PICTURE": str(folder / "picture.png"), "INSTRUCTION": "invert"},
    )


def kra(outcome: Outcome, name: str) -> KraFile:
    return read_kra(outcome.folder / name)


def test_the_new_layer_is_straight_above_the_source(edited):
    """Two layers: the result, named after the instruction, and the source below it."""
    layers = kra(edited, "edited.kra").layers
    assert [layer.name for layer in layers] == ["invert", layers[1].name]
    assert layers[1].uuid == edited.report["source"]
    assert layers[0].kind == "paintlayer"


def test_the_source_is_untouched_byte_for_byte(edited):
    """Its stored tiles are the same bytes before and after."""
    before = kra(edited, "before.kra").layers[0]
    after = kra(edited, "edited.kra").layers[1]
    assert before.uuid == after.uuid
    assert len(before.data) > 10_000
    assert before.data == after.data


def test_the_new_layer_has_the_expected_pixels(edited):
    """Every pixel is the inverse of the picture that was opened."""
    file = kra(edited, "edited.kra")
    result = rgba(file.layers[0], file.size)
    with Image.open(edited.folder / "picture.png") as picture:
        expected = ImageChops.invert(picture.convert("RGB"))
    assert ImageChops.difference(result.convert("RGB"), expected).getbbox() is None
    assert result.getchannel("A").getextrema() == (255, 255)


def test_one_undo_removes_it_and_leaves_nothing_to_undo(edited):
    """The edit was the only step in the history."""
    layers = kra(edited, "undone.kra").layers
    assert [layer.uuid for layer in layers] == [edited.report["source"]]
    assert layers[0].data == kra(edited, "before.kra").layers[0].data
    assert edited.report["history"]["edited"] == [1, 1]
    assert edited.report["history"]["undone"] == [1, 0]


def test_one_redo_restores_it(edited):
    """The same pixels are back in the same place."""
    redone, done = kra(edited, "redone.kra"), kra(edited, "edited.kra")
    assert [layer.uuid for layer in redone.layers] == [layer.uuid for layer in done.layers]
    assert rgba(redone.layers[0], SIZE).tobytes() == rgba(done.layers[0], SIZE).tobytes()
    assert edited.report["history"]["redone"] == [1, 1]


def test_the_docker_said_what_it_did(edited):
    """Source line with name and size, 'Done' with the time, one result, no error."""
    report = edited.report
    assert "700 × 430" in report["source_line"]
    assert report["status"].startswith("Done in ")
    assert report["error_line"] == ""
    assert report["results"] == 1
    assert report["active"] == "invert"
