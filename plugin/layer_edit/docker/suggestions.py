"""What is suggested for each kind of error: one table, one action at most."""

from __future__ import annotations

from enum import Enum

from ..backends.base import DeclinedError, MissingKeyError, NotSetUpError, WrongKeyError
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
    RETRY = N_("Retry")
    EDIT_AGAIN = N_("Edit again")


TIPS = {
    Suggestion.RESUME: N_("Collect the result from the service. Free."),
    Suggestion.LOOK_AGAIN: N_("Look for it in the service's history. Free."),
    Suggestion.INSERT: N_("Make a layer of the kept result. Free."),
    Suggestion.RETRY: N_("Sends the same picture with the same wish once more."),
    Suggestion.EDIT_AGAIN: N_("Edits the layer as it is now."),
}
"""What an action does, where its name alone does not say it; as in the list of results."""


KEYED = "wavespeed"
"""The backend whose key the docker has a row for."""

_BY_STATE = {
    JobState.INTERRUPTED: Suggestion.RESUME,
    JobState.UNCERTAIN: Suggestion.LOOK_AGAIN,
    JobState.READY: Suggestion.INSERT,
}
"""What a job can go on with, at no cost."""

_BY_KIND: tuple[tuple[type[LayerEditError], Suggestion | None], ...] = (
    (BudgetError, Suggestion.EDIT_ANYWAY),
    (MissingKeyError, Suggestion.ENTER_KEY),
    (NotSetUpError, Suggestion.OPEN_SETTINGS),
    (WrongKeyError, Suggestion.ENTER_KEY),
    (SettingError, Suggestion.OPEN_SETTINGS),
    (PredictionFailedError, Suggestion.EDIT_AGAIN),
    (UnreachableError, Suggestion.EDIT_AGAIN),
    # The same would be said again: the user has to change something first.
    (InputError, None),
    (DeclinedError, None),
    (LayerEditError, Suggestion.EDIT_AGAIN),
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


def job_suggestion(
    error: LayerEditError, record: JobRecord, *, has_picture: bool
) -> Suggestion | None:
    """What to offer for an error that has stopped a job.

    `has_picture`: the picture that the job began with is kept.
    """
    found = _by_kind(error, record.wish.backend)
    if found in (Suggestion.ENTER_KEY, Suggestion.OPEN_SETTINGS):
        # Going on with the job would only meet the same error again.
        return found
    found = _BY_STATE.get(record.state, found)
    return Suggestion.RETRY if found is Suggestion.EDIT_AGAIN and has_picture else found


def click_suggestion(error: LayerEditError, backend: str, *, is_edit: bool) -> Suggestion | None:
    """What to offer for an error that a click has met; `backend` is what the click was for.

    `is_edit`: it was to make an edit, and can be repeated as it was.
    """
    found = _by_kind(error, backend)
    is_repeat = found in (Suggestion.EDIT_AGAIN, Suggestion.EDIT_ANYWAY)
    return None if is_repeat and not is_edit else found


def _by_kind(error: LayerEditError, backend: str) -> Suggestion | None:
    found = next(one for kind, one in _BY_KIND if isinstance(error, kind))
    if found is Suggestion.ENTER_KEY and backend != KEYED:
        # The row for a key is the service's: what one's own server wants is in the settings.
        return Suggestion.OPEN_SETTINGS
    return found
