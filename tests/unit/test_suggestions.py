"""Which action is offered for which error: the one that helps, and none that cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layer_edit.backends.base import (
    BusyError,
    DeclinedError,
    MissingKeyError,
    NetworkError,
    NotSetUpError,
    UncertainError,
    WrongKeyError,
)
from layer_edit.docker.results.offers import INSERT, LOOK, RESUME, RETRY
from layer_edit.docker.suggestions import (
    TIPS,
    Suggestion,
    click_suggestion,
    job_suggestion,
)
from layer_edit.editing.errors import InputError, LayerEditError, SettingError
from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.work import PredictionFailedError
from layer_edit.money import BudgetError

RECORD = JobRecord.new(Wish("warmer", "wavespeed"), "a layer", Rect(0, 0, 8, 8))


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (BudgetError, Suggestion.EDIT_ANYWAY),
        (MissingKeyError, Suggestion.ENTER_KEY),
        (NotSetUpError, Suggestion.OPEN_SETTINGS),
        (WrongKeyError, Suggestion.ENTER_KEY),
        (SettingError, Suggestion.OPEN_SETTINGS),
        (NetworkError, Suggestion.EDIT_AGAIN),
        (BusyError, Suggestion.EDIT_AGAIN),
        (PredictionFailedError, Suggestion.EDIT_AGAIN),
        (LayerEditError, Suggestion.EDIT_AGAIN),
        (InputError, None),
        (DeclinedError, None),
    ],
)
def test_each_kind_has_its_action(kind: type[LayerEditError], offered: Suggestion | None) -> None:
    """For a click, and for a job that failed and cannot go on."""
    error = kind("Something.")
    assert click_suggestion(error, "wavespeed", is_edit=True) is offered
    failed = replace(RECORD, state=JobState.FAILED)
    assert job_suggestion(error, failed, has_picture=False) is offered


@pytest.mark.parametrize("kind", [BudgetError, NetworkError, LayerEditError])
def test_only_an_edit_is_offered_once_more(kind: type[LayerEditError]) -> None:
    """A click that saved a file or discarded layers must not end in a paid edit."""
    assert click_suggestion(kind("Something."), "wavespeed", is_edit=False) is None


@pytest.mark.parametrize("kind", [MissingKeyError, WrongKeyError])
def test_a_key_is_asked_for_where_it_belongs(kind: type[LayerEditError]) -> None:
    """Nobody with a server of one's own is led to the cloud."""
    own = replace(RECORD, wish=Wish("warmer", "comfyui"), state=JobState.FAILED)
    assert job_suggestion(kind("No."), own, has_picture=True) is Suggestion.OPEN_SETTINGS
    assert click_suggestion(kind("No."), "openai", is_edit=True) is Suggestion.OPEN_SETTINGS


@pytest.mark.parametrize(
    ("state", "error", "offered"),
    [
        (JobState.INTERRUPTED, NetworkError("Gone."), Suggestion.RESUME),
        (JobState.UNCERTAIN, UncertainError("Lost."), Suggestion.LOOK_AGAIN),
        (JobState.READY, LayerEditError("No place."), Suggestion.INSERT),
        (JobState.INTERRUPTED, WrongKeyError("No."), Suggestion.ENTER_KEY),
        (JobState.FAILED, InputError("Empty."), None),
    ],
)
def test_a_job_that_can_go_on_is_gone_on_with(
    state: JobState, error: LayerEditError, offered: Suggestion
) -> None:
    """What was paid for is collected, never paid for again; a wrong key comes first."""
    record = replace(RECORD, state=state)
    assert job_suggestion(error, record, has_picture=False) is offered


def test_a_kept_picture_is_sent_again_and_an_unkept_one_is_read_anew() -> None:
    """As in the list of results; a job that can go on does so, and a refused wish is changed."""
    failed = replace(RECORD, state=JobState.FAILED)
    gone = NetworkError("Gone.")
    assert job_suggestion(gone, failed, has_picture=True) is Suggestion.RETRY
    assert job_suggestion(gone, failed, has_picture=False) is Suggestion.EDIT_AGAIN
    waits = replace(RECORD, state=JobState.INTERRUPTED)
    assert job_suggestion(gone, waits, has_picture=True) is Suggestion.RESUME
    assert job_suggestion(InputError("Empty."), failed, has_picture=True) is None


def test_an_action_is_called_as_in_the_list_of_results() -> None:
    """One word for one thing, and the same explanation."""
    for offer in (INSERT, RETRY, RESUME, LOOK):
        one = Suggestion(offer.title)
        assert TIPS[one] == offer.tip
