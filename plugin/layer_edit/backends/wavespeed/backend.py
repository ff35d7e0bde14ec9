"""The WaveSpeed backend: submits once, polls, fetches, and finds what was lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from ...editing.request import EditRequest
from ...texts import N_, tr
from ..base import (
    DeclinedError,
    Health,
    NetworkError,
    Prediction,
    PredictionState,
    Price,
    Stage,
    Watch,
)
from ..net.exchange import HttpAnswer
from ..net.reasons import ExchangeError
from .account import Account
from .envelope import COMPLETED, DELETED, ENDED, SYNC_TIMEOUT, Reply, read_reply
from .history import History, Wanted
from .models import EditModel, ModelTable
from .options import WaveSpeedOptions
from .results import GoneError, Results
from .secret import WaveSpeedKey
from .states import States
from .transport import Transport
from .upload import Uploader
from .upload_store import MemoryUploads, UploadStore
from .validate import check_request, inputs_of
from .wording import During, Wording, status_of

TIER_CONCURRENCY = 2
"""Jobs at once in the lowest tier, Bronze."""

MEDIA_UNREADABLE = 1402
NOT_DONE = (307, 308)
"""Redirects that mean 'send it there instead': what was sent here was not acted on."""


class WaveSpeedBackend:
    """Edits with WaveSpeed's models.

    `key`: the API key, '' for none yet. `uploads`: where uploads are remembered. `known_ids`: gives
    the prediction ids that belong to other jobs, which `recover` must not take. `concurrency`: jobs
    at once the account's tier allows. Safe to use from several threads. Raises InputError when the
    base URL or the CA bundle in `options` cannot be used.
    """

    key = "wavespeed"
    title = "WaveSpeed"

    def __init__(
        self,
        key: str,
        models: ModelTable,
        options: WaveSpeedOptions | None = None,
        *,
        uploads: UploadStore | None = None,
        known_ids: Callable[[], Collection[str]] = frozenset,
        concurrency: int = TIER_CONCURRENCY,
    ) -> None:
        self.models = models
        self.options = options or WaveSpeedOptions()
        self.limits = models.get("").limits
        self.concurrency = concurrency
        self._known_ids = known_ids
        self._secret = WaveSpeedKey(key)
        self._wording = Wording(self._secret)
        self._transport = Transport(
            self.options.base_url,
            self._secret,
            self.options.ca_bundle,
            self.options.timeouts,
            self.options.proxy,
        )
        self._uploader = Uploader(
            self._transport, MemoryUploads() if uploads is None else uploads, self._wording
        )
        self._results = Results(self._transport, self._wording, self.options)
        self._account = Account(self._transport, self._wording)
        self._history = History(self._transport, self._wording)
        self._states = States(self._transport, self._wording)

    def __repr__(self) -> str:
        return f"WaveSpeedBackend({self._secret!r}, {self._transport.base!r})"

    def close(self) -> None:
        """Close idle connections. May be called more than once."""
        self._transport.close()

    # Before

    def check(self) -> Health:
        """Try the key by asking for the balance. Raises NotSetUpError, DeclinedError for a refused
        key, NetworkError."""
        balance = self.balance()
        tells = tr("WaveSpeed accepts the key; the balance the service does not tell.")
        if balance is not None:
            amount = f"{balance:,.2f}"
            tells = tr("WaveSpeed accepts the key; the balance is ${amount}.", amount=amount)
        return Health(
            tells,
            balance,
            {"base URL": self._transport.base, "models": ", ".join(self.models.keys)},
        )

    def balance(self) -> float | None:
        """US dollars left, None when the service does not tell. Raises what `check` does."""
        self._secret.require()
        return self._account.balance()

    def validate(self, request: EditRequest) -> None:
        """Raise NotSetUpError without a key, InputError for what would be refused or dropped."""
        self._secret.require()
        check_request(request, self.models)

    def price(self, request: EditRequest) -> Price:
        """What `submit` would cost, asked from the service; the table's price (`source` 'table')
        when it cannot be asked. Raises InputError for a request that cannot be sent."""
        model = check_request(request, self.models)
        if not self._secret:
            return Price(model.price)
        # Pictures do not change the price, and are too large for a question.
        return self._account.price(model, inputs_of(request, model, (), self.options))

    # The job

    def submit(self, request: EditRequest, watch: Watch) -> Prediction:
        """Upload the pictures, then hand the request in, exactly once.

        Raises what `Backend.submit` may; CancelledError surely means that nothing was accepted.
        """
        self._secret.require()
        model = check_request(request, self.models)
        images, notes = self._uploader.references(
            request.images, model, self.options.inline_images, watch
        )
        watch.report(Stage.SUBMITTING)
        watch.sending()
        timeouts = self.options.timeouts
        try:
            answer = self._transport.post_once(
                model.id,
                inputs_of(request, model, images, self.options),
                timeouts.sync if self.options.sync_mode else timeouts.submit,
                watch,
            )
        except ExchangeError as error:
            if error.sent:
                raise self._wording.uncertain(error.reason, model.price, error.detail) from error
            raise self._wording.network(error, During.SUBMIT) from error
        return replace(self._accepted(answer, model), notes=notes)

    def _accepted(self, answer: HttpAnswer, model: EditModel) -> Prediction:
        reply = read_reply(answer.body)
        if reply.id and (reply.status or 200 <= answer.status < 300):
            # Whatever else the answer says: what has an id can be asked for.
            return self._prediction(reply)
        status = status_of(answer.status, reply)
        if status in NOT_DONE or (400 <= status < 500 and status != 408):
            raise self._wording.refusal(status, reply, answer.headers, During.SUBMIT)
        reason = f"HTTP {status}" if status != 200 else N_("it was not understood")
        raise self._wording.uncertain(reason, model.price, reply.text)

    def poll(self, prediction: Prediction, watch: Watch) -> Prediction:
        """Ask once how it is; waits for nothing.

        Raises BusyError or NetworkError when asking again may help, DeclinedError when the key or
        the id is refused: the job can then be resumed with the right key.
        """
        watch.check()
        now = self._asked(prediction)
        return replace(now, id=prediction.id, notes=(*prediction.notes, *now.notes))

    def _asked(self, prediction: Prediction) -> Prediction:
        """Ask at the documented path, and at the other one where the first does not do."""
        path = f"predictions/{prediction.id}"
        answer = self._get(f"{path}/result")
        reply = read_reply(answer.body)
        unknown = not reply.speaks_of_task and status_of(answer.status, reply) == 404
        if unknown or answer.status == 404:
            answer = self._get(path)
        reply = self._understood(answer, prediction.id)
        if _is_empty(reply):
            # Paid for, so one more look before it is given up.
            second = self._understood(self._get(path), prediction.id)
            if _is_empty(second):
                return Prediction(
                    prediction.id, PredictionState.FAILED, error=self._wording.empty()
                )
            reply = second
        if reply.task_code == MEDIA_UNREADABLE:
            self._uploader.forget()
        return self._prediction(reply)

    def _get(self, path: str) -> HttpAnswer:
        self._secret.require()
        try:
            return self._transport.get(path)
        except ExchangeError as error:
            raise self._wording.network(error, During.POLL) from error

    def _understood(self, answer: HttpAnswer, expected_id: str) -> Reply:
        reply = read_reply(answer.body)
        if reply.speaks_of_task and 200 <= answer.status < 300:
            if reply.id in ("", expected_id):
                return reply
            raise self._wording.garbled(During.POLL, answer.body)
        status = status_of(answer.status, reply)
        if not 200 <= status < 300:
            raise self._wording.refusal(status, reply, answer.headers, During.POLL)
        raise self._wording.garbled(During.POLL, answer.body)

    def poll_many(self, predictions: Collection[Prediction]) -> dict[str, PredictionState]:
        """The states of those the history lists, in one request. Raises what `poll` does."""
        self._secret.require()
        return self._states.of({one.id for one in predictions})

    def fetch(self, prediction: Prediction, watch: Watch) -> bytes:
        """Download the first output and check that it is a whole picture.

        An address that has run out is asked for once more. Raises BusyError or NetworkError when
        trying again may help, DeclinedError when it would not, CancelledError.
        """
        watch.check()
        watch.report(Stage.DOWNLOADING)
        if not prediction.outputs:
            raise NetworkError(
                tr(
                    "The result's address is not known yet, and {money}: resume the job.",
                    money=During.FETCH.money,
                )
            )
        try:
            return self._results.fetch(prediction.outputs[0], watch)
        except GoneError as error:
            return self._fetched_anew(prediction, error, watch)

    def _fetched_anew(self, prediction: Prediction, gone: GoneError, watch: Watch) -> bytes:
        try:
            outputs = self._asked(prediction).outputs
        except DeclinedError:
            outputs = ()
        if not outputs or outputs[0] == prediction.outputs[0]:
            raise self._wording.gone(str(gone)) from gone
        try:
            return self._results.fetch(outputs[0], watch)
        except GoneError as error:
            raise self._wording.gone(str(error)) from error

    def recover(self, request: EditRequest, sent_at: float) -> Prediction | None:
        """Look for a request whose answer was lost, among the account's predictions.

        Matches model, prompt and time, and seed, size and picture where the service lists them;
        of several the earliest that no other job has. A prediction appears in the list some
        seconds late at times: None soon after `sent_at` is no proof. Raises DeclinedError for a
        refused key, NetworkError when the service cannot be asked.
        """
        self._secret.require()
        model = check_request(request, self.models)
        size = request.size or model.nearest_size(request.images[0].size)
        wanted = Wanted(
            request=request,
            model=model,
            size=f"{size.width}*{size.height}",
            images=tuple(self._uploader.address(image) for image in request.images),
            sent_at=sent_at,
            excluded=frozenset(self._known_ids()),
        )
        reply = self._history.find(wanted)
        return None if reply is None else self._prediction(reply)

    def cancel(self, prediction: Prediction) -> None:
        """Leave it: WaveSpeed cannot stop a task, and deleting one only hides a paid result."""

    def _prediction(self, reply: Reply) -> Prediction:
        if reply.status in ENDED and not _is_sync_timeout(reply):
            # Failed tasks are refunded; of deleted ones nothing is said.
            cost = None if reply.status == DELETED else 0.0
            return Prediction(
                reply.id, PredictionState.FAILED, error=self._wording.failure(reply), cost=cost
            )
        done = reply.status == COMPLETED or (not reply.status and reply.outputs)
        if not done or not reply.outputs:
            # Completed without outputs is for `poll` to look at once more.
            return Prediction(reply.id)
        notes = (tr(FLAGGED),) if reply.flagged else ()
        return Prediction(
            reply.id,
            PredictionState.COMPLETED,
            outputs=reply.outputs,
            notes=notes,
            inference_seconds=reply.inference_seconds,
        )


FLAGGED = N_("WaveSpeed marks the result as possibly sensitive.")


def _is_empty(reply: Reply) -> bool:
    return reply.status == COMPLETED and not reply.outputs


def _is_sync_timeout(reply: Reply) -> bool:
    """Sync mode gave up waiting; the task itself goes on, and is billed."""
    return reply.task_code == SYNC_TIMEOUT and bool(
        re.search(r"sync mode", reply.task_error, re.IGNORECASE)
    )
