"""The ComfyUI backend: uploads, queues a graph, follows it, fetches the result, interrupts it."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace

from ...editing.errors import InputError, LayerEditError
from ...editing.limits import ImageLimits
from ...editing.request import SEED_RANGE, EditRequest, check_instruction
from ...texts import N_, tr
from ..base import (
    DeclinedError,
    Health,
    Prediction,
    Price,
    Stage,
    UncertainError,
    Watch,
)
from ..net.addresses import Plain
from ..net.own import OWN_GPU, During, OwnWording, base_of
from ..net.pictures import ResultError, check_result
from ..net.reading import error_text, read_json
from ..net.reasons import ExchangeError
from ..net.secret import Secret
from ..net.transport import Transport
from .client import FOLDER, Client
from .following import Following
from .graph import Graph, Value
from .listener import Listener
from .options import DEFAULT_BASE, ComfyUIOptions
from .outcome import LOST, missing_node, refusal
from .readiness import Readiness

_log = logging.getLogger(__name__)

SERVER = "ComfyUI"
MODELS = {"": "hidream-o1-full", "full": "hidream-o1-full", "draft": "hidream-o1-draft"}
"""The graph's file by the request's model."""


class ComfyUIBackend:
    """Edits with a ComfyUI of one's own. Costs nothing.

    `limits` are those of HiDream-O1; with a graph of the user's own, its pictures count, and the
    sizes only where it asks for one. `concurrency`: prompts handed in at once. Safe to use from
    several threads. Raises InputError when the address, the CA bundle or the graph cannot be used.
    """

    key = "comfyui"
    title = "ComfyUI"

    def __init__(self, options: ComfyUIOptions, limits: ImageLimits, concurrency: int = 2) -> None:
        self.options = options
        self.concurrency = concurrency
        self._own = None if options.graph is None else Graph.load(options.graph)
        self._graphs = {
            name: self._own or Graph.load(options.graphs / f"{name}.json")
            for name in set(MODELS.values())
        }
        graph = self._graph("")
        self.limits = replace(
            limits,
            sizes=limits.sizes if graph.asks_size else (),
            max_images=graph.max_images,
            max_ratio=limits.max_ratio if graph.asks_size else None,
        )
        base = base_of(options.base_url, SERVER, DEFAULT_BASE)
        secret = Secret("")
        self._wording = OwnWording(SERVER, base, secret)
        self._transport = Transport(
            base,
            secret,
            Plain.LOCAL,
            ca_bundle=options.ca_bundle,
            timeouts=options.timeouts,
            proxy=options.proxy,
        )
        self._client = Client(self._transport, self._wording)
        self._readiness = Readiness(self._client, self._wording, options.checkpoint)
        self._following = Following(
            self._client, self._wording, self._listener, options.look_seconds
        )

    def __repr__(self) -> str:
        return f"ComfyUIBackend({self._transport.base!r})"

    def _listener(self, client_id: str) -> Listener:
        connect = self.options.timeouts.connect
        return Listener(self._transport.route(), client_id, connect)

    def close(self) -> None:
        """Close idle connections. May be called more than once."""
        self._transport.close()

    # Before

    def check(self) -> Health:
        """Ask for the version, every node of the graph and the weights.

        Raises NetworkError, and NotSetUpError naming what is missing.
        """
        return self._readiness.check(self._graph(""), self._transport.base)

    def validate(self, request: EditRequest) -> None:
        """Raise InputError for what could not be sent; nothing is asked."""
        check_instruction(request.instruction)
        graph = self._graph(request.model)
        if not 1 <= len(request.images) <= graph.max_images:
            raise InputError(
                tr(
                    "There are {count} pictures and the graph takes 1 to {most}: leave some "
                    "references out.",
                    count=len(request.images),
                    most=graph.max_images,
                )
            )
        if request.size is not None and request.size not in self.limits.sizes:
            raise InputError(
                tr("The size {size} is none of this backend's: choose one of them.",
                   size=request.size)
            )  # fmt: skip

    def price(self, request: EditRequest) -> Price:
        """Nothing."""
        return OWN_GPU

    # The job

    def submit(self, request: EditRequest, watch: Watch) -> Prediction:
        """Upload the pictures, then queue the graph, once, under an id of our own.

        Raises what `Backend.submit` may.
        """
        self.validate(request)
        graph = self._graph(request.model)
        values = self._values(request, graph, watch)
        watch.report(Stage.SUBMITTING)
        notes = tuple(self._unused(request, graph))
        return replace(self._queued(graph, values, request, watch), notes=notes)

    def _unused(self, request: EditRequest, graph: Graph) -> Iterator[str]:
        """Sentences about what was asked for and the user's own graph has no place for."""
        if "prompt" not in graph.placeholders:
            yield tr(
                "The graph has no {placeholder}: the instruction was not used.",
                placeholder="{{prompt}}",
            )
        if self._own is not None and MODELS.get(request.model) != MODELS[""]:
            yield tr("The graph is your own: the choice of quality was not used.")

    def _queued(
        self, graph: Graph, values: dict[str, Value], request: EditRequest, watch: Watch
    ) -> Prediction:
        prompt_id = str(uuid.uuid4())
        payload = {
            "prompt": graph.filled(values),
            "prompt_id": prompt_id,
            # Messages go to this client alone, and to whoever says to be it after a restart.
            "client_id": prompt_id,
            "extra_data": {FOLDER: _tag(request)},
        }
        watch.sending()
        try:
            answer = self._transport.post_once(
                "prompt", payload, self.options.timeouts.submit, watch
            )
        except ExchangeError as error:
            if error.sent:
                raise self._uncertain(error.reason, error.detail) from error
            raise self._wording.network(error, During.SUBMIT) from error
        if 200 <= answer.status < 300:
            told = read_json(answer.body)
            taken = told.get("prompt_id") if isinstance(told, dict) else None
            if not isinstance(taken, str) or not taken:
                raise self._uncertain(N_("it was not understood"), error_text(answer.body))
            return Prediction(taken)
        if answer.status == 400:
            simpler = graph.without(missing_node(answer.body))
            if simpler is not None:
                return self._queued(simpler, values, request, watch)
            declined = refusal(answer.body, self._wording)
            if declined is not None:
                raise declined
        if answer.status in (404, 405):
            raise self._wording.garbled(During.SUBMIT, answer.body)
        said = error_text(answer.body)
        raise self._wording.refusal(answer.status, said, answer.headers, During.SUBMIT)

    def _uncertain(self, reason: str, detail: str) -> UncertainError:
        return UncertainError(
            tr(
                "The edit was sent and ComfyUI's answer was lost ({reason}), so it may be running, "
                "which costs nothing: look for it again, or send it again.",
                reason=tr(reason),
            ),
            self._wording.detail(detail),
        )

    def poll(self, prediction: Prediction, watch: Watch) -> Prediction:
        """Ask once how it is. Raises NetworkError."""
        watch.check()
        return self._following.looked(prediction)[0]

    def follow(self, prediction: Prediction, watch: Watch) -> Prediction:
        """Report how far it is until it has ended, or for half a minute. Raises NetworkError."""
        return self._following.follow(prediction, watch)

    def fetch(self, prediction: Prediction, watch: Watch) -> bytes:
        """Download the first picture and check that it is whole.

        Raises NetworkError when trying again may help, DeclinedError when not; CancelledError.
        """
        watch.check()
        watch.report(Stage.DOWNLOADING)
        outputs = prediction.outputs or self._following.looked(prediction)[0].outputs
        if not outputs:
            raise DeclinedError(tr(LOST))
        try:
            limit = self.options.max_result_bytes
            answer = self._transport.get(f"view?{outputs[0]}", limit, watch)
        except ExchangeError as error:
            raise self._wording.network(error, During.FETCH) from error
        if answer.status in (400, 403, 404):
            raise DeclinedError(
                tr("The edit is done, but its file is gone from ComfyUI's folder: edit again."),
                f"HTTP {answer.status} {outputs[0]}",
            )
        if not 200 <= answer.status < 300:
            said = error_text(answer.body)
            raise self._wording.refusal(answer.status, said, answer.headers, During.FETCH)
        try:
            check_result(answer.body, self.options.max_result_pixels)
        except ResultError as error:
            raise self._wording.unusable(error) from error
        return answer.body

    def recover(self, request: EditRequest, sent_at: float) -> Prediction | None:
        """Look for it in queue and history: each prompt is marked with what it was made from."""
        found = self._client.tagged(_tag(request))
        return Prediction(found) if found else None

    def cancel(self, prediction: Prediction) -> None:
        """Take it out of the queue, and interrupt it when it is the one that runs."""
        try:
            self._client.unqueue(prediction.id)
            running = self._client.queue().running
            if any(one.id == prediction.id for one in running):
                self._client.interrupt(prediction.id)
        except LayerEditError as error:
            _log.warning("not cancelled in ComfyUI: %s %s", error.message, error.detail)

    # What is filled in

    def _graph(self, model: str) -> Graph:
        if self._own is not None:
            return self._own
        if model not in MODELS:
            raise InputError(
                tr("The model '{model}' is not one of {known}: choose one of these.",
                   model=model, known=", ".join(filter(None, MODELS)))
            )  # fmt: skip
        return self._graphs[MODELS[model]]

    def _values(self, request: EditRequest, graph: Graph, watch: Watch) -> dict[str, Value]:
        seed = request.seed or random.choice(SEED_RANGE)  # noqa: S311 - not a secret
        values: dict[str, Value] = {"prompt": request.instruction, "seed": seed}
        if request.size is not None:
            values |= {"width": request.size.width, "height": request.size.height}
        if "checkpoint" in graph.placeholders:
            values["checkpoint"] = self._readiness.checkpoint(request.model, During.SUBMIT)
        for number, image in enumerate(request.images, 1):
            watch.report(Stage.UPLOADING, (number - 1) / len(request.images))
            watch.check()
            values[f"image_{number}"] = self._client.upload(image, watch)
        return values


def _tag(request: EditRequest) -> str:
    """What a request is made of, as a text of its own: the same for the same request."""
    parts = (
        request.instruction,
        request.model,
        request.seed,
        str(request.size),
        *(image.sha256 for image in request.images),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
