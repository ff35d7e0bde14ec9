"""What can be done with a result, and how it is said where it stands."""

import pytest

from layer_edit.docker.results.details import origin_lines, record_lines, tool_tip
from layer_edit.docker.results.offers import all_offers, used_most
from layer_edit.docker.results.standing import Sign, sign, summary, words
from layer_edit.jobs.job import JobState
from layer_edit.jobs.origin import Origin
from layer_edit.jobs.runner import JobUpdate
from layer_edit.session.variants import Presence
from tests.unit.results.made import record


def names(offers):
    return [offer.name for offer in offers]


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("presence", Presence)
def test_the_menu_has_all_buttons_and_each_thing_once(state, presence):
    """The keyboard reaches with it whatever the mouse can do."""
    job = record(1, state=state)
    for has_others in (False, True):
        buttons, menu = (choice(job, presence, has_others) for choice in (used_most, all_offers))
        assert list(menu[: len(buttons)]) == list(buttons)
        assert len(set(menu)) == len(menu)
        assert len(buttons) <= 3


def test_a_running_job_offers_nothing_that_needs_a_result():
    """Only its wish and its details."""
    job = record(1, state=JobState.RUNNING)
    assert names(all_offers(job, Presence.ELSEWHERE, False)) == ["reuse", "show_details"]


def test_variants_can_be_decided_between_only_where_they_have_layers():
    """'Keep only this' is the first button then."""
    job = record(1)
    assert names(used_most(job, Presence.SHOWN, True))[0] == "keep_only"
    assert "keep_only" not in names(all_offers(job, Presence.SHOWN, False))
    assert "edit_further" not in names(all_offers(job, Presence.GONE, False))


def test_what_costs_is_offered_only_where_it_makes_sense():
    """An uncertain job is looked for first."""
    assert names(used_most(record(1, state=JobState.UNCERTAIN), Presence.ELSEWHERE, False)) == [
        "resume",
        "send_again",
        "forget",
    ]


def test_what_costs_says_so_on_the_button():
    """What a retry of a paid job costs is known before the click; a free one says nothing."""
    paid, free = record(1, price=0.04), record(1)
    offers = {one.name: one.words() for one in used_most(paid, Presence.ELSEWHERE, False)}
    assert offers == {"insert": "Insert again", "retry": "Retry  ($0.04)"}
    assert used_most(free, Presence.ELSEWHERE, False)[1].words() == "Retry"
    own = record(1, price=0.0)
    assert used_most(own, Presence.ELSEWHERE, False)[1].words() == "Retry  (own GPU)"
    assert dict(record_lines(own, "Done"))["Price"] == "own GPU"


@pytest.mark.parametrize(
    ("state", "presence", "said", "drawn"),
    [
        (JobState.PLACED, Presence.SHOWN, "Done", Sign.SHOWN),
        (JobState.PLACED, Presence.HIDDEN, "Done, hidden", Sign.HIDDEN),
        (JobState.PLACED, Presence.GONE, "Done, layer removed", Sign.KEPT),
        (JobState.PLACED, Presence.ELSEWHERE, "Done", Sign.DONE),
        (JobState.FAILED, Presence.ELSEWHERE, "Failed", Sign.FAILED),
        (JobState.QUEUED, Presence.ELSEWHERE, "Queued", Sign.BUSY),
    ],
)
def test_a_state_has_words_and_a_sign(state, presence, said, drawn):
    """Never told by colour alone."""
    update = JobUpdate(record(1, state=state))
    assert (words(update, presence), sign(update, presence)) == (said, drawn)


def test_every_state_has_a_sign():
    """Each of its own meaning."""
    for state in JobState:
        assert isinstance(sign(JobUpdate(record(1, state=state)), Presence.ELSEWHERE), Sign)


def test_the_states_of_variants_are_counted():
    """The most frequent first."""
    assert summary(["Done", "Done"]) == "2 variants: Done"
    assert summary(["Failed", "Done", "Done"]) == "2 × Done · 1 × Failed"


def test_the_details_have_what_is_known_and_nothing_empty():
    """Model, seed, size, time, price, share; error and its details."""
    job = record(1, price=0.04, share=0.25, finished=9.0, message="It failed.", detail="HTTP 500")
    lines = dict(record_lines(job, "Failed"))
    assert lines["Model"] == "Offline adjustments"
    assert (lines["Seed"], lines["Price"], lines["Time"]) == ("2", "$0.04", "8 s")
    assert lines["Size"] == "400 × 300 pixels"
    assert "25 %" in lines["Changed"]
    assert (lines["Message"], lines["Error details"]) == ("It failed.", "HTTP 500")
    assert all(lines.values())
    assert "Message" not in dict(record_lines(record(1), "Done"))
    assert dict(origin_lines(Origin.of(record(1))))["Price"] == "free"


def test_what_the_sentence_says_is_no_detail():
    """Once is enough."""
    job = record(1, message="The server refused it (too large).", detail="too large")
    assert "Error details" not in dict(record_lines(job, "Failed"))


def test_the_tool_tip_says_why_it_stopped():
    """A line each."""
    tip = tool_tip(record(1, message="No credit.", label="red"), "Failed")
    assert tip.splitlines() == ["warmer", "Failed · Background", "red", "Seed 2", "No credit."]
