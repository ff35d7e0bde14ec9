"""A day with the docker: headings, new documents, several views and windows, the budget."""

from __future__ import annotations

import pytest

from tests.double import KEY, Call, Fault, WaveSpeedDouble
from tests.krita.harness import play


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """All of it in one Krita."""
    folder = tmp_path_factory.mktemp("day")
    with WaveSpeedDouble(duration=2.0) as double:
        double.set_fault(Fault.HTTP_400, Call.SUBMIT, times=1)
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


def test_a_result_that_was_deleted_cannot_be_inserted_again(day):
    """The sentence says so, and the layer that it became is still known as its own."""
    said = day.report["pruned"]
    assert said == {
        "error": "This result is not kept any more: edit its layer again.",
        "unchanged": True,
    }


def test_open_details_are_readable_when_the_theme_changes(day):
    """Ink and paper differ as before, of 255."""
    before, after = day.report["theme"]
    assert min(before, after) > 100


def test_the_layer_of_the_view_in_front_is_edited(day):
    """Of two views of a document, each with an active layer of its own."""
    assert day.report["views"]["layers"] == ["Background", "first", "second", "sepia"]
    assert day.report["views"]["further"] == "sepia"


def test_an_action_that_repeats_an_edit_ends_its_error(day):
    """Its button to pay for one more would stay beside the result."""
    assert day.report["repeated"] is False


def test_long_words_do_not_push_a_button_out_of_the_docker(day):
    """At 300 pixels, beside a scroll bar."""
    right, width, is_visible = day.report["narrow"]
    assert is_visible
    assert right < width


def test_edits_cancelled_together_do_not_hide_that_one_was_sent(day):
    """'Nothing was spent' is true of the others alone."""
    assert "after it was sent" in day.report["cancelled"]


def test_references_are_the_selected_layers_with_a_picture(day):
    """One that is empty does not keep the others out."""
    with_picture = ["Background", "first", "second", "sepia", "make the hat green"]
    assert day.report["references"] == with_picture
    assert "'empty' is empty" in day.report["left out"]


def test_beyond_the_budget_goes_only_what_was_agreed_to(day):
    """One edit was asked about; three are asked about anew."""
    said = day.report["budget"]
    assert "This edit would bring the session to $0.08" in said["one"]
    assert said["begun"] == 0
    assert "These 3 edits would bring the session to $0.16" in said["three"]
    assert said["begun then"] == 3


def test_a_closed_window_raises_nothing(day):
    """What its docker listened to goes on without it."""
    assert (day.report["second"], day.report["first"]) == ("In both.", "In the first.")
    assert day.report["raised"] == []
