"""How a job is written down that stopped before its result: the same for Krita and command line."""

from __future__ import annotations

import logging

from ..editing.errors import CancelledError, LayerEditError
from ..texts import tr
from .job import JobRecord, JobState
from .work import PredictionFailedError

_log = logging.getLogger(__name__)


def is_paid(record: JobRecord) -> bool:
    """True from the moment in which money may have been spent."""
    return record.sent_at is not None and bool(record.price)


def understood(error: Exception) -> LayerEditError:
    """What a worker raised, as an error with a sentence; anything unexpected is logged."""
    if isinstance(error, LayerEditError):
        return error
    _log.error("unexpected in a job", exc_info=error)
    message = tr("Something unexpected went wrong in the plugin; the log has the details.")
    return LayerEditError(message, repr(error))


def failed(record: JobRecord, error: LayerEditError, had_result: bool = False) -> JobRecord:
    """FAILED when nothing is left to do; else the state from which the job can go on.

    `had_result`: it was gone on with for a result that had arrived before, which stays.
    """
    if isinstance(error, PredictionFailedError):
        state = JobState.FAILED
    elif had_result:
        state = JobState.READY
    elif record.price is None:
        state = JobState.FAILED
    elif record.prediction is not None:
        state = JobState.INTERRUPTED
    else:
        state = JobState.FAILED if record.sent_at is None else JobState.UNCERTAIN
    return record.moved(state, error.message, error.detail)


def cancelled(record: JobRecord, had_result: bool = False) -> JobRecord:
    """As the user hears of it at once, whether or not the service goes on with it."""
    if had_result:
        message = tr("Cancelled before it became a layer; the result is kept.")
        return record.moved(JobState.READY, message)
    if not is_paid(record):
        return record.moved(JobState.CANCELLED, tr("Cancelled; nothing was spent."))
    return record.moved(
        JobState.CANCELLED,
        tr(
            "Cancelled after it was sent: the service may finish it and charge for it; "
            "the result is then kept in the list."
        ),
    )


def stopped(record: JobRecord, error: LayerEditError, had_result: bool = False) -> JobRecord:
    """The end of a process's work on a job: what was paid for can be gone on with by another."""
    if isinstance(error, CancelledError) and (had_result or not is_paid(record)):
        return cancelled(record, had_result)
    return failed(record, error, had_result)
