"""The double as a whole: routes, queue, WebSocket, and what goes wrong on demand."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ..answers import Answer, Delivery, as_json
from ..api import Request
from ..forms import parts
from ..wire import Host
from .nodes import CHECKPOINT, DRAFT, NODES, info, problem
from .queue import Prompt, Work
from .sockets import Sockets

Change = Callable[[Request, Answer], Answer]


class ComfyUIDouble:
    """A ComfyUI on 127.0.0.1: `with ComfyUIDouble() as double: … double.url …`.

    `work` has the queue, its gate and failures; `sockets` the WebSockets; `nodes` the kinds of
    nodes it has. `change`: makes another answer of any answer. `version`: what it says to be.
    `old`: it does not look at ids in /prompt and /interrupt, as older ones. `certificate`: a PEM
    file with key and certificate; it then speaks TLS, as behind a proxy.
    """

    def __init__(
        self,
        *,
        scale: float = 1 / 64,
        version: str = "0.26.0",
        old: bool = False,
        certificate: Path | None = None,
    ) -> None:
        self.sockets = Sockets()
        self.work = Work(self.sockets.send, scale)
        self.nodes = dict(NODES)
        self.change: Change | None = None
        self.requests: list[Request] = []
        self._version = version
        self._old = old
        self._number = 0
        self._host = Host("comfyui", self._answer, lambda *_: None, 0.5, 0, certificate)
        self._host.upgrade = self._upgrade

    def __enter__(self) -> ComfyUIDouble:
        self._host.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._host.close()
        self.sockets.drop_all()
        self.work.stop()
        if self._host.errors and error is None:
            raise RuntimeError("the double itself failed") from self._host.errors[0]

    @property
    def url(self) -> str:
        """The address for clients."""
        return self._host.url

    @property
    def prompts(self) -> list[Prompt]:
        """Those that began to run, oldest first."""
        return list(self.work.ran)

    def asked(self, path: str) -> list[Request]:
        """The requests whose path begins like that."""
        return [one for one in self.requests if one.path.startswith(path)]

    def checkpoints(self, *names: str) -> None:
        """Has these files of weights and no others."""
        self.nodes["CheckpointLoaderSimple"] = {"ckpt_name": [list(names)]}

    def go_away(self) -> None:
        """Stop listening and end all connections, as a computer that is switched off."""
        self._host.close()
        self.sockets.drop_all()

    def come_back(self, forgets: bool = False) -> None:
        """Listen again on the same port; with `forgets` queue and history are empty."""
        if forgets:
            self.work.forget(history=True)
        self._host.open()

    def _upgrade(self, request: Request, connection: Any) -> None:
        self.requests.append(request)
        self.sockets.serve(request, connection)

    def _answer(self, _host: Host, request: Request) -> Answer:
        self.requests.append(request)
        answer = self._route(request)
        return self.change(request, answer) if self.change else answer

    def _route(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        fixed = {
            ("GET", "/system_stats"): self._system,
            ("GET", "/queue"): self._queue,
            ("GET", "/history"): self._history,
            ("GET", "/view"): self._view,
            ("POST", "/upload/image"): self._upload,
            ("POST", "/prompt"): self._prompt,
            ("POST", "/queue"): self._unqueue,
            ("POST", "/interrupt"): self._interrupt,
        }
        if handler := fixed.get((request.method, path)):
            return handler(request)
        if path.startswith("/history/"):
            entry = self.work.history.get(path.removeprefix("/history/"))
            return as_json({path.removeprefix("/history/"): entry} if entry else {})
        if path.startswith("/object_info/"):
            name = unquote(path.removeprefix("/object_info/"))
            return as_json({name: info(name, self.nodes[name])} if name in self.nodes else {})
        return Answer(404, b"404: Not Found", "text/plain")

    def _system(self, _request: Request) -> Answer:
        device = {"name": "cuda:0 NVIDIA Double", "type": "cuda", "vram_total": 16 * 2**30}
        system = {"os": "linux", "comfyui_version": self._version, "python_version": "3.12"}
        return as_json({"system": system, "devices": [device]})

    def _upload(self, request: Request) -> Answer:
        fields = {part.name: part for part in parts(request)}
        image = fields.get("image")
        if image is None or not image.file:
            return Answer(400, b"", "text/plain")
        folder = fields["subfolder"].text if "subfolder" in fields else ""
        name, number = image.file, 0
        stem, _, ending = image.file.rpartition(".")
        while self.work.inputs.get(f"{folder}/{name}".lstrip("/"), image.data) != image.data:
            number += 1
            name = f"{stem} ({number}).{ending}"
        if "overwrite" in fields:
            raise RuntimeError("a prompt that runs may be reading the file")
        self.work.inputs[f"{folder}/{name}".lstrip("/")] = image.data
        return as_json({"name": name, "subfolder": folder, "type": "input"})

    def _prompt(self, request: Request) -> Answer:
        told = request.json()
        refused = problem(told["prompt"], self.nodes, self.work.inputs.keys())
        if refused:
            return as_json(refused, 400)
        prompt_id = str(uuid.uuid4()) if self._old else told.get("prompt_id") or str(uuid.uuid4())
        extra = {**told.get("extra_data", {}), "create_time": int(time.time() * 1000)}
        extra["client_id"] = told.get("client_id", "")
        self.work.put(Prompt(self._number, prompt_id, told["prompt"], extra))
        self._number += 1
        return as_json({"prompt_id": prompt_id, "number": self._number - 1, "node_errors": {}})

    def _queue(self, _request: Request) -> Answer:
        with self.work.lock:
            running = [self.work.running.fields] if self.work.running else []
            pending = [one.fields for one in reversed(self.work.pending)]
        return as_json({"queue_running": running, "queue_pending": pending})

    def _history(self, request: Request) -> Answer:
        most = int(parse_qs(urlsplit(request.path).query).get("max_items", ["10000"])[0])
        return as_json(dict(list(self.work.history.items())[-most:]))

    def _view(self, request: Request) -> Answer:
        query = parse_qs(urlsplit(request.path).query)
        data = self.work.outputs.get(query.get("filename", [""])[0])
        if data is None or query.get("subfolder") != ["layer_edit"]:
            return Answer(404, b"", "text/plain")
        return Answer(200, data, "image/png")

    def _unqueue(self, request: Request) -> Answer:
        for prompt_id in request.json().get("delete", ()):
            self.work.delete(prompt_id)
        return Answer(200, b"", "text/plain")

    def _interrupt(self, request: Request) -> Answer:
        wanted = json.loads(request.body or b"{}").get("prompt_id")
        running = self.work.running
        if self._old or not wanted or (running and running.id == wanted):
            self.work.interrupt()
        return Answer(200, b"", "text/plain")


def loses(path: str) -> Change:
    """The server acts on requests to that path, and its answers never arrive."""

    def change(request: Request, answer: Answer) -> Answer:
        is_it = urlsplit(request.path).path == path
        return Answer(200, b"", delivery=Delivery.RESET) if is_it else answer

    return change


__all__ = ["CHECKPOINT", "DRAFT", "ComfyUIDouble", "loses"]
