"""Sends a request once, and looks for one whose answer was lost."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ..backends.base import (
    Backend,
    BusyError,
    NetworkError,
    Prediction,
    Stage,
    UncertainError,
    Watch,
)
from ..editing.errors import LayerEditError
from ..editing.request import EditRequest
from ..texts import N_, tr
from .job import JobRecord, JobState
from .journal import BusyJobError, JobFolder
from .pace import LOOKS, SUBMIT_RETRIES, pause_after, waits_for_slot

CLAIM_SECONDS = 0.1
"""Between tries while another job looks for its own request."""

_LOST = (
    N_(
        "The answer to the request was lost and the service's history could not be asked, so it "
        "may be running and cost ${price}. Look again later, which is free; sending it again may "
        "cost twice."
    ),
    N_(
        "The answer to the request was lost and the service's history does not list it, so it "
        "may be running and cost ${price}. Look again later, which is free; sending it again may "
        "cost twice."
    ),
)
"""The last look without an answer, and with one."""

_INTERRUPTED = (
    N_(
        "The request was interrupted and the service's history could not be asked, so it may be "
        "running and cost ${price}. Look again later, which is free; sending it again may cost "
        "twice."
    ),
    N_(
        "The request was interrupted and the service's history does not list it, so it may be "
        "running and cost ${price}. Look again later, which is free; sending it again may cost "
        "twice."
    ),
)


class Desk(Watch, Protocol):
    """Where the job is written down."""

    record: JobRecord

    def save(self, **changes: object) -> None:
        """Write the record with changes, on disk first."""


class Sending:
    """The request of one job; `root` is the folder of all jobs."""

    def __init__(self, desk: Desk, backend: Backend, request: EditRequest, root: Path) -> None:
        self._desk = desk
        self._backend = backend
        self._request = request
        self._root = root

    def submitted(self) -> Prediction:
        """Send it once; again only after answers that say that nothing was accepted."""
        desk, failures = self._desk, 0
        while True:
            desk.check()
            try:
                prediction = self._backend.submit(self._request, desk)
            except UncertainError as error:
                return self.recovered(error)
            except BusyError as error:
                desk.save(sent_at=None)
                desk.report(Stage.WAITING)
                desk.wait(waits_for_slot(error.retry_after))
            except NetworkError:
                desk.save(sent_at=None)
                failures += 1
                if failures > SUBMIT_RETRIES:
                    raise
                desk.wait(pause_after(failures))
            except LayerEditError:
                desk.save(sent_at=None)
                raise
            else:
                return self._accepted(prediction)

    def recovered(self, lost: UncertainError | None = None) -> Prediction:
        """Look for it in the service's history, a few times: entries appear some seconds late."""
        self._desk.report(Stage.SUBMITTING, note=tr("Looking for the request in the history"))
        unreached: NetworkError | None = None
        for pause in LOOKS:
            self._desk.wait(pause)
            try:
                found = self._claimed()
            except NetworkError as error:
                unreached = error
            else:
                unreached = None
                if found is not None:
                    return found
        raise self._uncertain(lost, unreached)

    def _claimed(self) -> Prediction | None:
        """Find it and write it down before another job, of any process, looks for its own."""
        while True:
            try:
                with JobFolder(self._root).locked():
                    sent_at = self._desk.record.sent_at or 0.0
                    found = self._backend.recover(self._request, sent_at)
                    return None if found is None else self._accepted(found)
            except BusyJobError:
                self._desk.wait(CLAIM_SECONDS)

    def _accepted(self, prediction: Prediction) -> Prediction:
        self._desk.save(prediction=prediction, state=JobState.RUNNING, message="", detail="")
        return prediction

    def _uncertain(
        self, lost: UncertainError | None, unreached: NetworkError | None
    ) -> UncertainError:
        """What is known in the end; `unreached` when the last look got no answer."""
        causes = (one for one in (lost, unreached) if one is not None)
        detail = "\n".join(f"{one.message} {one.detail}".strip() for one in causes)
        if not self._desk.record.price:
            return UncertainError(
                tr(
                    "The answer to the request was lost, so it may be running on your own server, "
                    "which costs nothing: look again, or send it again."
                ),
                detail,
            )
        sentence = _LOST if lost else _INTERRUPTED
        words = sentence[0] if unreached else sentence[1]
        return UncertainError(tr(words, price=f"{self._desk.record.price:.2f}"), detail)
