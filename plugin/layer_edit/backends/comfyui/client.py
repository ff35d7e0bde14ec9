"""ComfyUI's routes as calls: values in, values out, errors in sentences.

Shapes as of ComfyUI 0.26 (`server.py`, `execution.py`); every field may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ...editing.request import EncodedImage
from ..base import Watch
from ..net.exchange import HttpAnswer
from ..net.own import During, OwnWording
from ..net.reading import as_number, error_text, read_json
from ..net.reasons import ExchangeError
from ..net.transport import Transport

MAX_TOLD = 64 * 2**20
"""Bytes of a JSON answer: a history of many prompts is a few megabytes."""

FOLDER = "layer_edit"
"""Below ComfyUI's input folder, for the pictures that are sent."""

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
HISTORY = 200
"""Prompts of the history that are looked through for a lost one."""


@dataclass(frozen=True)
class Queued:
    """A prompt that waits or runs; `graph` are its nodes by id, `tag` what we marked it with."""

    id: str
    number: float
    graph: Mapping[str, Any] = field(default_factory=dict)
    tag: str = ""


@dataclass(frozen=True)
class Queue:
    """What runs, and what waits in its order."""

    running: tuple[Queued, ...] = ()
    pending: tuple[Queued, ...] = ()

    def find(self, prompt_id: str) -> Queued | None:
        """The prompt of that id, None when it neither waits nor runs."""
        return next((one for one in (*self.running, *self.pending) if one.id == prompt_id), None)

    def before(self, prompt_id: str) -> int:
        """How many prompts come before one that waits; 0 for one that runs."""
        for place, one in enumerate(self.pending):
            if one.id == prompt_id:
                return place + len(self.running)
        return 0


class Client:
    """One ComfyUI. Raises NetworkError and what `OwnWording.refusal` makes."""

    def __init__(self, transport: Transport, wording: OwnWording) -> None:
        self._transport = transport
        self._wording = wording

    def system(self) -> Mapping[str, Any]:
        """`/system_stats`: `system` with its version and `devices`."""
        told = self._told("system_stats", During.ASK)
        if not isinstance(told.get("system"), dict):
            raise self._wording.garbled(During.ASK, str(told).encode())
        return told

    def node(self, class_type: str, during: During = During.ASK) -> Mapping[str, Any] | None:
        """What ComfyUI says of a kind of node; None when it has none of that name."""
        told = self._told(f"object_info/{quote(class_type, safe='')}", during)
        found = told.get(class_type)
        return found if isinstance(found, dict) else None

    def choices(self, class_type: str, name: str, during: During = During.ASK) -> list[str]:
        """The texts that an input of a kind of node can be set to."""
        node = self.node(class_type, during) or {}
        inputs = node.get("input")
        required = inputs.get("required") if isinstance(inputs, dict) else None
        given = required.get(name) if isinstance(required, dict) else None
        if not isinstance(given, list) or not given:
            return []
        choices = given[0]
        if not isinstance(choices, list) and len(given) > 1 and isinstance(given[1], dict):
            # Nodes of the newer kind: ["COMBO", {"options": […]}].
            choices = given[1].get("options")
        return [one for one in choices or () if isinstance(one, str)]

    def upload(self, image: EncodedImage, watch: Watch) -> str:
        """Bring a picture there; returns what LoadImage takes for it. May be repeated.

        Nothing is overwritten: another prompt may be reading the same file. ComfyUI itself keeps
        one file for the same bytes, and names others differently.
        """
        name = f"{image.sha256[:24]}.{EXTENSIONS.get(image.mime, 'png')}"
        fields = [
            ("image", (name, image.data, image.mime)),
            ("subfolder", FOLDER),
            ("type", "input"),
        ]
        try:
            answer = self._transport.post_form("upload/image", fields, watch)
        except ExchangeError as error:
            raise self._wording.network(error, During.SUBMIT) from error
        told = self._json(answer, During.SUBMIT)
        kept, folder = told.get("name"), told.get("subfolder")
        if not isinstance(kept, str) or not kept:
            raise self._wording.garbled(During.SUBMIT, answer.body)
        return f"{folder}/{kept}" if isinstance(folder, str) and folder else kept

    def queue(self, during: During = During.FOLLOW) -> Queue:
        """What runs and what waits."""
        told = self._told("queue", during)
        running, pending = told.get("queue_running"), told.get("queue_pending")
        if not isinstance(running, list) or not isinstance(pending, list):
            raise self._wording.garbled(during, str(told).encode())
        waiting = sorted(map(_queued, pending), key=lambda one: one.number)
        return Queue(tuple(map(_queued, running)), tuple(waiting))

    def history(self, prompt_id: str, during: During = During.FOLLOW) -> Mapping[str, Any] | None:
        """The entry of a prompt that has ended; None for any other."""
        entry = self._told(f"history/{quote(prompt_id, safe='')}", during).get(prompt_id)
        return entry if isinstance(entry, dict) else None

    def tagged(self, tag: str) -> str:
        """The id of the newest prompt marked with `tag`, '' when there is none."""
        queue = self.queue(During.FOLLOW)
        ended = self._told(f"history?max_items={HISTORY}", During.FOLLOW)
        past = [_queued(one.get("prompt")) for one in ended.values() if isinstance(one, dict)]
        found = [one.id for one in (*past, *queue.running, *queue.pending) if one.tag == tag]
        return found[-1] if found else ""

    def unqueue(self, prompt_id: str) -> None:
        """Take a prompt that waits out of the queue."""
        self._post("queue", {"delete": [prompt_id]})

    def interrupt(self, prompt_id: str) -> None:
        """Stop the prompt that runs; to be asked for only when it is this one.

        Older ComfyUIs do not look at the id.
        """
        self._post("interrupt", {"prompt_id": prompt_id})

    def _post(self, path: str, payload: Any) -> None:
        try:
            answer = self._transport.post(path, payload)
        except ExchangeError as error:
            raise self._wording.network(error, During.FOLLOW) from error
        if not 200 <= answer.status < 300:
            said = error_text(answer.body)
            raise self._wording.refusal(answer.status, said, answer.headers, During.FOLLOW)

    def _told(self, path: str, during: During) -> dict[str, Any]:
        try:
            answer = self._transport.get(path, MAX_TOLD)
        except ExchangeError as error:
            raise self._wording.network(error, during) from error
        return self._json(answer, during)

    def _json(self, answer: HttpAnswer, during: During) -> dict[str, Any]:
        if answer.status == 404:
            raise self._wording.garbled(during, answer.body)
        if not 200 <= answer.status < 300:
            said = error_text(answer.body)
            raise self._wording.refusal(answer.status, said, answer.headers, during)
        told = read_json(answer.body)
        if not isinstance(told, dict):
            raise self._wording.garbled(during, answer.body)
        return told


def _queued(item: Any) -> Queued:
    """[number, id, graph, extra data, outputs]"""
    fields = [*item, None, None, None, None] if isinstance(item, list) else [None] * 4
    number, prompt_id, graph, extra = fields[:4]
    tag = extra.get(FOLDER) if isinstance(extra, dict) else None
    return Queued(
        prompt_id if isinstance(prompt_id, str) else "",
        as_number(number) or 0.0,
        graph if isinstance(graph, dict) else {},
        tag if isinstance(tag, str) else "",
    )
