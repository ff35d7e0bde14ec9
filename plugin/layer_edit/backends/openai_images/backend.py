"""The backend for OpenAI-style image servers: one long call that brings the result."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from ...editing.errors import InputError, LayerEditError, UnreachableError
from ...editing.limits import ImageLimits
from ...editing.request import EditRequest, check_instruction
from ...texts import N_, tr
from ..base import (
    DeclinedError,
    Health,
    NotSetUpError,
    Prediction,
    PredictionState,
    Price,
    Stage,
    Watch,
)
from ..net.addresses import Plain, is_loopback, same_origin
from ..net.exchange import HttpAnswer
from ..net.own import OWN_GPU, During, OwnWording, base_of
from ..net.pictures import ResultError, check_result, from_base64
from ..net.reading import error_text
from ..net.reasons import BadAddressError, ExchangeError
from ..net.secret import Secret
from ..net.transport import Form, Transport
from .answer import blamed, models, pictures
from .options import DEFAULT_BASE, OPTIONAL, OpenAIImagesOptions

SERVER = N_("OpenAI-style images")
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

NOT_TAKEN = N_(
    "The server does not take '{name}' as it was sent (HTTP {status}: {said}), and nothing was "
    "made: add '{name}' to the parameters to leave out, then edit again."
)
NOT_TAKEN_NEEDED = N_(
    "The server does not take '{name}' as it was sent (HTTP {status}: {said}), and nothing was "
    "made: use another model or server, as an edit cannot do without it."
)
LOST = N_(
    "The server's answer was lost ({reason}), so it may have made the edit for nothing; on your "
    "own GPU that cost nothing: edit again."
)
FAILED = N_(
    "The server failed at the edit (HTTP {status}: {said}); on your own GPU that cost nothing: "
    "look into its log, then edit again."
)
NO_KEY = N_(
    "The server did not accept the key (HTTP {status}), and nothing was made: enter its key in "
    "the settings, then edit again."
)
PLAIN_KEY = N_(
    "The key is not sent to {host} without encryption, so nothing was sent: use an https address, "
    "forget the key, or allow it in the settings."
)
BAD_KEY = N_(
    "The key holds spaces or characters no key has, so nothing was sent: enter it again in the "
    "settings."
)
NO_MODEL = N_("The server has no model '{model}': choose one of those it has ({there}).")
NOT_KEPT = N_(
    "The result came with the answer and was not kept before the program ended; on your own GPU "
    "that cost nothing: edit again."
)


class OpenAIImagesBackend:
    """Edits with a server of one's own that has `POST /v1/images/edits`. Costs nothing.

    `key`: the API key, '' for none. `limits`: those of the model it serves. `concurrency`: edits
    at once. Safe to use from several threads. Raises InputError when the address or the CA bundle
    cannot be used.
    """

    key = "openai-images"
    title = "OpenAI-style images"

    def __init__(
        self,
        key: str,
        options: OpenAIImagesOptions,
        limits: ImageLimits,
        concurrency: int = 2,
    ) -> None:
        self.options = options
        self.limits = limits
        self.concurrency = concurrency
        self._secret = Secret(key)
        endings = ("/images/edits", "/v1")
        base = base_of(options.base_url, tr(SERVER), DEFAULT_BASE, endings)
        self._wording = OwnWording(tr(SERVER), self._secret.mask(base), self._secret)
        self._transport = Transport(
            base,
            self._secret,
            Plain.LOCAL,
            prefix="/v1",
            ca_bundle=options.ca_bundle,
            timeouts=options.timeouts,
            proxy=options.proxy,
        )

    def __repr__(self) -> str:
        return f"OpenAIImagesBackend({self._secret!r}, {self._transport.base!r})"

    def close(self) -> None:
        """Close idle connections. May be called more than once."""
        self._transport.close()

    # Before

    def check(self) -> Health:
        """Ask for the list of models. Raises NetworkError, NotSetUpError, DeclinedError."""
        self._check_key()
        try:
            answer = self._transport.get("models")
        except ExchangeError as error:
            raise self._wording.network(error, During.ASK) from error
        details = {"base URL": self._transport.base}
        if answer.status in (404, 405):
            return Health(tr("The server answers, and does not tell its models."), details=details)
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, During.ASK, ())
        there = models(answer.body)
        if not there:
            raise self._wording.garbled(During.ASK, answer.body)
        shown = self._wording.said(", ".join(there))
        if self.options.model and self.options.model not in there:
            raise NotSetUpError(tr(NO_MODEL, model=self.options.model, there=shown))
        return Health(tr("The server is ready, with {models}.", models=shown), details=details)

    def validate(self, request: EditRequest) -> None:
        """Raise InputError for what could not be sent, NotSetUpError for a key that must not go."""
        self._check_key()
        check_instruction(request.instruction)
        if not 1 <= len(request.images) <= self.limits.max_images:
            raise InputError(
                tr(
                    "There are {count} pictures and the model takes 1 to {most}: leave some "
                    "references out.",
                    count=len(request.images),
                    most=self.limits.max_images,
                )
            )

    def _check_key(self) -> None:
        if not self._secret:
            return
        if not self._secret.is_possible:
            raise NotSetUpError(tr(BAD_KEY))
        parts = urlsplit(self._transport.base)
        host = parts.hostname or ""
        if parts.scheme != "https" and not is_loopback(host) and not self.options.plain_key:
            raise NotSetUpError(tr(PLAIN_KEY, host=host))

    def price(self, request: EditRequest) -> Price:
        """Nothing."""
        return OWN_GPU

    # The job

    def submit(self, request: EditRequest, watch: Watch) -> Prediction:
        """Send it all in one call and wait for the result, which is in the answer.

        A cancel hangs up. Raises InputError, DeclinedError that names the parameter the server
        does not take, BusyError, NetworkError; UnreachableError when the server failed or its
        answer was lost.
        """
        self.validate(request)
        fields = self._fields(request)
        watch.report(Stage.UPLOADING)
        watch.sending()
        try:
            answer = self._transport.post_long(
                "images/edits", fields, watch, lambda: watch.report(Stage.RUNNING)
            )
        except ExchangeError as error:
            if error.final:
                raise self._wording.network(error, During.FETCH) from error
            if error.sent:
                raise self._lost(error.reason, error.detail) from error
            raise self._wording.network(error, During.SUBMIT) from error
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, During.SUBMIT, [name for name, _ in fields])
        outputs = pictures(answer.body)
        if not outputs:
            raise self._lost(N_("it holds no picture"), error_text(answer.body))
        digest = hashlib.sha256(answer.body).hexdigest()
        return Prediction(f"images-{digest[:24]}", PredictionState.COMPLETED, outputs[:1], cost=0.0)

    def poll(self, prediction: Prediction, watch: Watch) -> Prediction:
        """There is nothing to ask: an answer that was not kept is gone."""
        watch.check()
        return Prediction(prediction.id, PredictionState.FAILED, error=tr(NOT_KEPT), cost=0.0)

    def fetch(self, prediction: Prediction, watch: Watch) -> bytes:
        """The picture in the answer, or at the address it names; checked that it is whole.

        Raises NetworkError when trying again may help, DeclinedError when not; CancelledError.
        """
        watch.check()
        watch.report(Stage.DOWNLOADING)
        if not prediction.outputs:
            raise DeclinedError(tr(NOT_KEPT))
        output, limit = prediction.outputs[0], self.options.max_result_bytes
        try:
            if output.startswith(("http:", "https:", "/")) and len(output) < 4096:
                data = self._downloaded(output, watch)
            else:
                data = from_base64(output, limit)
            check_result(data, self.options.max_result_pixels)
        except ResultError as error:
            raise self._wording.unusable(error) from error
        return data

    def _downloaded(self, output: str, watch: Watch) -> bytes:
        base = self._transport.base
        url, limit = urljoin(f"{base}/", output), self.options.max_result_bytes
        try:
            if same_origin(url, base) and url.startswith(f"{base}/v1/"):
                # SGLang names a route of its own, which wants the key too.
                answer = self._transport.get(url.removeprefix(f"{base}/v1/"), limit, watch)
            else:
                answer = self._transport.download(url, limit, watch)
        except BadAddressError as error:
            raise DeclinedError(
                tr(
                    "The server named an address for the result that is not spoken to ({reason}): "
                    "let it send b64_json, then edit again.",
                    reason=tr(error.reason),
                ),
                error.detail,
            ) from error
        except ExchangeError as error:
            raise self._wording.network(error, During.FETCH) from error
        if not 200 <= answer.status < 300:
            said = error_text(answer.body)
            raise self._wording.refusal(answer.status, said, answer.headers, During.FETCH)
        return answer.body

    def recover(self, request: EditRequest, sent_at: float) -> None:
        """Nothing is kept there that could be found."""

    def cancel(self, prediction: Prediction) -> None:
        """A call that runs was hung up on already; one that has ended needs nothing."""

    # Words

    def _fields(self, request: EditRequest) -> Form:
        size = "" if request.size is None else f"{request.size.width}x{request.size.height}"
        given = {
            "model": self.options.model,
            "prompt": check_instruction(request.instruction),
            "size": size,
            "seed": "" if request.seed is None else str(request.seed),
            "response_format": "b64_json",
            "output_format": request.output_format,
        }
        fields: Form = [
            (name, value)
            for name, value in given.items()
            if value and name not in self.options.left_out
        ]
        # As OpenAI's own client names them.
        name = "image" if len(request.images) == 1 else "image[]"
        for number, image in enumerate(request.images, 1):
            file = f"picture-{number}.{EXTENSIONS.get(image.mime, 'png')}"
            fields.append((name, (file, image.data, image.mime)))
        return fields

    def _refusal(self, answer: HttpAnswer, during: During, sent: Sequence[str]) -> LayerEditError:
        status, said = answer.status, error_text(answer.body)
        detail = self._wording.detail(f"HTTP {status}: {said}")
        if status in (401, 403):
            return DeclinedError(tr(NO_KEY, status=status), detail)
        if status >= 500 and status != 503 and during is During.SUBMIT:
            shown = self._wording.said(said) or "-"
            return UnreachableError(tr(FAILED, status=status, said=shown), detail)
        if status in (404, 405) and during is During.SUBMIT and "model" not in said.lower():
            return self._wording.garbled(during, answer.body)
        if status in (400, 415, 422) and sent:
            name = blamed(answer.body, [one.removesuffix("[]") for one in sent])
            if name:
                words = NOT_TAKEN if name in OPTIONAL else NOT_TAKEN_NEEDED
                shown = self._wording.said(said)
                return DeclinedError(tr(words, name=name, status=status, said=shown), detail)
        return self._wording.refusal(status, said, answer.headers, during)

    def _lost(self, reason: str, detail: str) -> UnreachableError:
        return UnreachableError(tr(LOST, reason=tr(reason)), self._wording.detail(detail))
