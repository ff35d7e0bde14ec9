"""A day with the docker: headings, new documents, several views and windows, the budget."""

from __future__ import annotations

import pytest

from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import play


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """All of it in one Krita."""
    folder = tmp_path_factory.mktemp("day")
    with WaveSpeedDouble(duration=0.5) as double:
        return play(
            "all_day",
            folder,
            environment={"WAVESPEED_API_KEY": KEY},
            settings={"wavespeed_url": double.url},
            width=300,
        )


def test_a_click_on_a_heading_leaves_the_chosen_result(day):
    """Its buttons work on, and a right click there has no menu."""
    assert day.report["inserted"] == ["Background", "invert", "invert", "brighter"]
    assert day.report["menu"] is False


def test_a_closed_error_stays_closed_when_the_document_gets_a_file(day):
    """Nothing has happened to the job itself."""
    assert day.report["saved"] == {"error": True, "closed": True}


def test_a_preset_that_could_not_be_read_again_is_not_kept(day):
    """The file of all presets would have been set aside at the next start."""
    assert "4,000 is the most" in day.report["long preset"]


def test_the_layer_of_the_view_in_front_is_edited(day):
    """Of two views of a document, each with an active layer of its own."""
    assert day.report["views"]["layers"] == ["Background", "first", "second", "sepia"]
    assert day.report["views"]["further"] == "sepia"


def test_references_are_the_selected_layers_with_a_picture(day):
    """One that is empty does not keep the others out."""
    assert day.report["references"] == ["Background", "first", "second", "sepia"]
    assert "'empty' is empty" in day.report["left out"]


def test_beyond_the_budget_goes_only_what_was_agreed_to(day):
    """One edit was asked about; three are asked about anew."""
    said = day.report["budget"]
    assert "This edit would bring the session to $0.04" in said["one"]
    assert said["begun"] == 0
    assert "These 3 edits would bring the session to $0.12" in said["three"]
    assert said["begun then"] == 3


def test_a_closed_window_raises_nothing(day):
    """What its docker listened to goes on without it."""
    assert (day.report["second"], day.report["first"]) == ("In both.", "In the first.")
    assert day.report["raised"] == []
