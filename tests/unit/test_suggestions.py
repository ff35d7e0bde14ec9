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
from layer_edit.docker.suggestions import Suggestion, suggestion
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
        (NetworkError, Suggestion.TRY_AGAIN),
        (BusyError, Suggestion.TRY_AGAIN),
        (PredictionFailedError, Suggestion.TRY_AGAIN),
        (LayerEditError, Suggestion.TRY_AGAIN),
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
