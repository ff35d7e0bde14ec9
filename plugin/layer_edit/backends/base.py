"""The protocol every backend speaks, and the errors it may raise.

A job calls `submit`, then `poll` until the prediction has ended, then `fetch`. A backend keeps no
state between those calls that it could not rebuild from the `Prediction`: a job may be resumed by
another process. All methods run on worker threads and may block; they wait only through `Watch`,
so that a cancel ends every wait at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, runtime_checkable

from ..editing.errors import RefusedError, UnreachableError
from ..editing.limits import ImageLimits
from ..editing.request import EditRequest


class Stage(Enum):
    """What a running job is doing, in the order in which it happens."""

    PREPARING = "preparing"
    UPLOADING = "uploading"
    SUBMITTING = "submitting"
    WAITING = "waiting"
    RUNNING = "running"
    DOWNLOADING = "downloading"
    COMPOSING = "composing"


class PredictionState(Enum):
    """Where a prediction is on the service's side."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class Prediction:
    """One accepted request. `id` is the service's own name for it.

    `outputs` are what `fetch` takes (URLs, or base64 text) once `state` is COMPLETED. `notes` are
    sentences for the user, such as what a 'Keep …' clause was taken for. `cost` is in US dollars,
    None where the service did not say.
    """

    id: str
    state: PredictionState = PredictionState.RUNNING
    outputs: tuple[str, ...] = ()
    error: str = ""
    notes: tuple[str, ...] = ()
    cost: float | None = None
    inference_seconds: float | None = None


@dataclass(frozen=True)
class Price:
    """What one request costs, in `currency`; `source` says where the figure is from."""

    amount: float
    currency: str = "USD"
    source: str = "table"


@dataclass(frozen=True)
class Health:
    """What `check` found: a sentence for the user, and the balance where the service tells it."""

    sentence: str
    balance: float | None = None
    details: dict[str, str] = field(default_factory=dict)


class Watch(Protocol):
    """A backend's view of the job it works for."""

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        """Tell the user how far it is. `fraction` is 0.0–1.0, None when unknown."""

    def wait(self, seconds: float) -> None:
        """Sleep. Raises CancelledError as soon as the user cancels."""

    def check(self) -> None:
        """Raise CancelledError when the user has cancelled."""

    def sending(self) -> None:
        """To be called right before the one call that may cost money: it is written down first.

        Raises CancelledError when the user has cancelled; nothing may be sent then.
        """


class Backend(Protocol):
    """One service that edits pictures."""

    key: str
    """Short name in settings, journal and on the command line: 'offline', 'wavespeed' …"""

    title: str
    """Name shown to users."""

    limits: ImageLimits
    concurrency: int
    """How many jobs may run at once."""

    def check(self) -> Health:
        """Try the service without spending anything. Raises what `submit` would."""

    def validate(self, request: EditRequest) -> None:
        """Raise InputError or RefusedError for what would be refused; nothing is sent."""

    def price(self, request: EditRequest) -> Price | None:
        """What `submit` would cost; None for a backend that costs nothing and keeps nothing.

        An amount of 0 is for a server of one's own: what it accepted is collected after a restart,
        and interrupted by a cancel.
        """

    def submit(self, request: EditRequest, watch: Watch) -> Prediction:
        """Hand the request in, exactly once.

        Raises InputError (nothing sent), RefusedError (nothing spent), UnreachableError (surely
        not accepted) or UncertainError (it may have been accepted).
        """

    def poll(self, prediction: Prediction, watch: Watch) -> Prediction:
        """Ask once how it is. Free, may be repeated. Raises UnreachableError."""

    def fetch(self, prediction: Prediction, watch: Watch) -> bytes:
        """Return the file bytes of the first output. Free, may be repeated."""

    def recover(self, request: EditRequest, sent_at: float) -> Prediction | None:
        """Look for a request whose answer was lost; None when the service does not have it.

        `sent_at` is when `submit` began, in Unix seconds. Free. Raises NetworkError when the
        service cannot be asked.
        """

    def cancel(self, prediction: Prediction) -> None:
        """Ask the service to stop, where it can; never raises for a service that cannot."""


@runtime_checkable
class ManyPoller(Protocol):
    """What a backend has besides where its service lists the states of many predictions."""

    def poll_many(self, predictions: Collection[Prediction]) -> Mapping[str, PredictionState]:
        """The states of those it lists, by id, asked in one request.

        A hint, to be followed by `poll`. Free. Raises UnreachableError, DeclinedError.
        """


@runtime_checkable
class Follower(Protocol):
    """What a backend has besides where its service tells how far it is."""

    def follow(self, prediction: Prediction, watch: Watch) -> Prediction:
        """Report how far it is, until it has ended or for some time.

        In place of polls, and again while it is RUNNING. Free. Raises what `poll` does.
        """


class DeclinedError(RefusedError):
    """The service said no: a wrong key, no credit, moderation, a request it does not take."""


class NotSetUpError(RefusedError):
    """The backend lacks something only the user can give: an address, weights, a key."""


class MissingKeyError(NotSetUpError):
    """The service's key is not set, or none that can be one; nothing was sent."""


class WrongKeyError(DeclinedError):
    """The service does not accept the key; nothing was spent."""


class NetworkError(UnreachableError):
    """No answer, or none that could be understood; nothing was accepted."""


class BusyError(NetworkError):
    """The service has no free slot now (HTTP 429); nothing was accepted.

    `retry_after` is how many seconds the service asks to wait, None when it did not say.
    """

    def __init__(self, message: str, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(message, detail)
        self.retry_after = retry_after


class UncertainError(UnreachableError):
    """The request was sent and the answer lost: it may be running, and it may be billed."""
