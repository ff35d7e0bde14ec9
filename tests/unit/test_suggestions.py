"""Which action is offered for which error: the one that helps, and none that cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layer_edit.backends.base import (
    BusyError,
    DeclinedError,
    NetworkError,
    NotSetUpError,
    UncertainError,
    WrongKeyError,
)
from layer_edit.docker.results.offers import INSERT, LOOK, RESUME, RETRY
from layer_edit.docker.suggestions import TIPS, Suggestion, suggestion
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
        (NotSetUpError, Suggestion.ENTER_KEY),
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
    assert suggestion(kind("Something.")) is offered
    failed = replace(RECORD, state=JobState.FAILED)
    assert suggestion(kind("Something."), failed) is offered


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
    assert suggestion(error, replace(RECORD, state=state)) is offered


def test_a_kept_picture_is_sent_again_and_an_unkept_one_is_read_anew() -> None:
    """As in the list of results; a job that can go on does so, and a refused wish is changed."""
    failed = replace(RECORD, state=JobState.FAILED)
    gone = NetworkError("Gone.")
    assert suggestion(gone, failed, has_picture=True) is Suggestion.RETRY
    assert suggestion(gone, failed, has_picture=False) is Suggestion.EDIT_AGAIN
    waits = replace(RECORD, state=JobState.INTERRUPTED)
    assert suggestion(gone, waits, has_picture=True) is Suggestion.RESUME
    assert suggestion(InputError("Empty."), failed, has_picture=True) is None


def test_an_action_is_called_as_in_the_list_of_results() -> None:
    """One word for one thing, and the same explanation."""
    for offer in (INSERT, RETRY, RESUME, LOOK):
        one = Suggestion(offer.title)
        assert TIPS[one] == offer.tip
