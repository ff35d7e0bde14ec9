"""What is suggested for each kind of error: one table, one action at most."""

from __future__ import annotations

from enum import Enum

from ..backends.base import DeclinedError, NotSetUpError, WrongKeyError
from ..editing.errors import InputError, LayerEditError, SettingError, UnreachableError
from ..jobs.job import JobRecord, JobState
from ..jobs.work import PredictionFailedError
from ..money import BudgetError
from ..texts import N_


class Suggestion(Enum):
    """An action, by the words on its button."""

    ENTER_KEY = N_("Enter key")
    OPEN_SETTINGS = N_("Open settings")
    EDIT_ANYWAY = N_("Edit anyway")
    RESUME = N_("Resume")
    LOOK_AGAIN = N_("Look again")
    INSERT = N_("Insert")
    TRY_AGAIN = N_("Try again")


_BY_STATE = {
    JobState.INTERRUPTED: Suggestion.RESUME,
    JobState.UNCERTAIN: Suggestion.LOOK_AGAIN,
    JobState.READY: Suggestion.INSERT,
}
"""What a job can go on with, at no cost."""

_BY_KIND: tuple[tuple[type[LayerEditError], Suggestion | None], ...] = (
    (BudgetError, Suggestion.EDIT_ANYWAY),
    (NotSetUpError, Suggestion.ENTER_KEY),
    (WrongKeyError, Suggestion.ENTER_KEY),
    (SettingError, Suggestion.OPEN_SETTINGS),
    (PredictionFailedError, Suggestion.TRY_AGAIN),
    (UnreachableError, Suggestion.TRY_AGAIN),
    # The same would be said again: the user has to change something first.
    (InputError, None),
    (DeclinedError, None),
    (LayerEditError, Suggestion.TRY_AGAIN),
)
"""The first kind that an error is of counts."""


LASTING = (
    Suggestion.ENTER_KEY,
    Suggestion.OPEN_SETTINGS,
    Suggestion.RESUME,
    Suggestion.LOOK_AGAIN,
    Suggestion.INSERT,
)
"""What is still to be done when the document that was edited has been closed: a result is kept or
to be had, or the next edit would meet the same."""


def suggestion(error: LayerEditError, record: JobRecord | None = None) -> Suggestion | None:
    """What to offer for an error; `record` is the job that it stopped, None for a click."""
    found = next(one for kind, one in _BY_KIND if isinstance(error, kind))
    if found in (Suggestion.ENTER_KEY, Suggestion.OPEN_SETTINGS):
        # Going on with the job would only meet the same error again.
        return found
    if record is None:
        return found
    return _BY_STATE.get(record.state, found)
