"""The results in the docker: every thing that can be done with them, by clicks and keys."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from layer_edit.editing.codec import decode
from tests.krita.harness import play
from tests.krita.kra import read_kra, rgba
from tests.krita.past_jobs import write_past_jobs

SIZE = (1600, 1400)
WHITE, BLACK = [255, 255, 255], [0, 0, 0]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Three variants of 'invert' of a white layer, and all that follows."""
    return play("results", tmp_path_factory.mktemp("results"), size=SIZE)


@pytest.fixture(scope="module")
def past(played, tmp_path_factory):
    """Another Krita, in its light theme, with 1,000 jobs of earlier days and none of the first."""
    folder = tmp_path_factory.mktemp("past")
    write_past_jobs(folder / "data", 1000)
    return play(
        "past_results",
        folder,
        environment={"PICTURE": str(played.folder / "results.kra")},
        kritarc={"theme": {"Theme": "Krita bright"}},
        size=SIZE,
    )


def test_a_click_is_before_and_after_and_arrow_keys_walk_through_variants(played):
    """One variant at a time; the canvas follows, the active layer and the frame stay."""
    assert played.report["walk"] == {
        "first": BLACK,
        "after": BLACK,
        "before": WHITE,
        "again": BLACK,
        "active": True,
        "frame": 0,
    }
    assert played.report["list follows"] is True


def test_keep_one_removes_the_others_in_one_step_and_undo_brings_them_back(played):
    """The chosen one stays and so does the active layer; the others stay in the list."""
    assert played.report["kept"] == [True, True]
    assert played.report["keep steps"] == 1
    assert played.report["undone"] == [True, [False, True, False]]
    states = [text.split(" · ")[0] for text in played.report["texts kept"]]
    assert states == ["Done, layer removed", "Done", "Done, layer removed"]


def test_a_discarded_result_is_inserted_again(played):
    """As another layer, for nothing."""
    states = [text.split(" · ")[0] for text in played.report["inserted"]]
    assert states == ["Done", "Done", "Done, layer removed"]


def test_editing_further_begins_with_the_result(played):
    """Its layer is the active one, the instruction has the focus."""
    assert played.report["focus"] == "layerEditInstruction"
    assert played.report["made by"] == "This layer: invert"
    assert played.report["further"] == "brighter\nDone · invert"


def test_the_menu_key_offers_everything(played):
    """Retry makes another job of the same wish; reuse fills instruction and seed in."""
    assert {"Edit further", "Retry", "Save as…", "Details"} <= set(played.report["menu"])
    assert played.report["seeds"] == 4, "three variants and one further; a retry has the same"
    assert played.report["reused"] == ["invert", True, True]


def test_details_are_shown_and_copied_without_a_modal_window(played):
    """Model, seed, size, time, price."""
    assert played.report["modal"] is False
    for name in ("Instruction", "Model", "Seed", "Size", "Time", "Price"):
        assert name in played.report["details"]
        assert f"{name}: " in played.report["copied"]


def test_a_result_is_saved_as_it_shows(played):
    """The layer's pixels; the ending of the name says how, and an unknown one says so."""
    saved = played.report["saved"]
    assert saved["proposed"] == "brighter.png"
    assert saved["modal"] is False
    assert saved["saved.png"] == "Saved as saved.png."
    file = read_kra(played.folder / "results.kra")
    layer = rgba(next(one for one in file.layers if one.name == "brighter"), file.size)
    picture = decode((played.folder / "saved.png").read_bytes(), "it").convert("RGBA")
    assert ImageChops.difference(picture, layer).getbbox() is None
    with Image.open(played.folder / "photo.jpg") as photo:
        assert (photo.format, photo.size) == ("JPEG", file.size)
    assert "odd.gif" in saved["odd.gif"]
    assert not (played.folder / "odd.gif").exists()


def test_a_search_narrows_the_list(played):
    """It appears when there is much to search, and Ctrl+F goes there."""
    assert played.report["search hidden"] is True
    assert played.report["search focus"] == "layerEditSearch"
    assert played.report["found"] == ["warmer", "brighter"], "the second made the first's source"
    assert played.report["not found"] == []
    assert played.report["all again"] == 7


def test_a_failed_job_offers_a_retry(played):
    """Beside the reason why."""
    assert played.report["offered"] == "Retry"


def test_many_past_jobs_are_listed_the_newest_first(past):
    """With all that a search looks for."""
    assert past.report["first"].startswith(("Change", "a ", "remove", "make"))
    assert past.report["last is seen"] is True
    assert past.report["found"]
    assert all("navy" in text for text in past.report["found"])
    assert past.report["buttons"] == [True, False], "the chosen one is not among them"


def test_only_the_thumbnails_in_sight_are_loaded_and_a_bounded_number_kept(past):
    """However many were scrolled through."""
    assert 3 <= past.report["loaded at first"] <= 60
    assert past.report["loaded at first"] < past.report["loaded at last"] <= past.report["bound"]
    assert past.report["some loaded"] is True


def test_the_document_knows_what_produced_its_layers(past):
    """After save, close and open, in a Krita whose journal never had the job."""
    assert past.report["other layer"] is False
    assert past.report["made by"] == "This layer: brighter"
    for text in ("brighter", "Offline adjustments", "400 × 300 pixels", "invert"):
        assert text in past.report["details"]
    assert past.report["modified"] is False
