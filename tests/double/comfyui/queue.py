"""The double's queue and history, and the worker that 'runs' one prompt after the other."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageOps

Tell = Callable[[str, dict[str, Any], str], None]
"""(kind of message, its data, client id)"""


@dataclass
class Prompt:
    """One prompt; `fields` are those of a queue's item: number, id, graph, extra data, outputs."""

    number: int
    id: str
    graph: dict[str, Any]
    extra: dict[str, Any]
    interrupted: threading.Event = field(default_factory=threading.Event)

    @property
    def fields(self) -> list[Any]:
        """As `/queue` and `/history` show it."""
        return [self.number, self.id, self.graph, self.extra, ["result"]]

    @property
    def client(self) -> str:
        """Who gets its messages."""
        return str(self.extra.get("client_id", ""))


class Work:
    """Runs prompts on a thread. Pictures go by name in `inputs` and `outputs`.

    `gate`: prompts go on only while it is set. `failure`: (exception type, message) of the next
    ones. `step_seconds`: between two steps; `closing_seconds`: from the message of the end to the
    history. `scale`: factor on the results' sides.
    """

    def __init__(self, tell: Tell, scale: float) -> None:
        self.inputs: dict[str, bytes] = {}
        self.outputs: dict[str, bytes] = {}
        self.pending: list[Prompt] = []
        self.running: Prompt | None = None
        self.history: dict[str, Any] = {}
        self.ran: list[Prompt] = []
        self.gate = threading.Event()
        self.gate.set()
        self.failure: tuple[str, str] | None = None
        self.step_seconds = 0.002
        self.closing_seconds = 0.0
        self.lock = threading.RLock()
        self._tell = tell
        self._scale = scale
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="double comfyui", daemon=True)
        self._thread.start()

    def put(self, prompt: Prompt) -> None:
        """Queue it."""
        with self.lock:
            self.pending.append(prompt)
        self._wake.set()

    def delete(self, prompt_id: str) -> None:
        """Take it out of the queue; one that runs stays."""
        with self.lock:
            self.pending = [one for one in self.pending if one.id != prompt_id]

    def interrupt(self) -> None:
        """Stop the one that runs."""
        with self.lock:
            if self.running:
                self.running.interrupted.set()

    def forget(self, history: bool) -> None:
        """What a restart does: the queue is empty, and the history too when `history`."""
        with self.lock:
            self.pending = []
            self.interrupt()
            if history:
                self.history = {}

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self.gate.set()
        self._wake.set()
        self.interrupt()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with self.lock:
                self.running = self.pending.pop(0) if self.pending else None
                prompt = self.running
            if prompt is None:
                self._wake.wait(0.01)
                self._wake.clear()
                continue
            self.ran.append(prompt)
            entry = self._execute(prompt)
            time.sleep(self.closing_seconds)
            with self.lock:
                self.running = None
                self.history[prompt.id] = entry
            self._tell("executing", {"node": None, "prompt_id": prompt.id}, prompt.client)

    def _execute(self, prompt: Prompt) -> dict[str, Any]:
        messages: list[list[Any]] = []

        def message(kind: str, **data: Any) -> None:
            data = {"prompt_id": prompt.id, **data, "timestamp": int(time.time() * 1000)}
            messages.append([kind, data])
            self._tell(kind, data, prompt.client)

        message("execution_start")
        message("execution_cached", nodes=[])
        outputs: dict[str, Any] = {}
        for node_id, node in prompt.graph.items():
            self._tell("executing", {"node": node_id, "prompt_id": prompt.id}, prompt.client)
            end = self._node(prompt, node_id, node)
            where = {"node_id": node_id, "node_type": node["class_type"], "executed": []}
            if end == "interrupted":
                message("execution_interrupted", **where)
                break
            if end == "error" and self.failure:
                kind, said = self.failure
                details = {"exception_type": kind, "exception_message": said, "traceback": []}
                message("execution_error", **where, **details)
                break
            if node["class_type"] in ("SaveImage", "PreviewImage"):
                outputs[node_id] = {"images": [self._result(prompt, node["class_type"])]}
        else:
            message("execution_success")
        done = messages[-1][0] == "execution_success"
        return {
            "prompt": prompt.fields,
            "outputs": outputs if done else {},
            "status": {
                "status_str": "success" if done else "error",
                "completed": done,
                "messages": messages,
            },
            "meta": {},
        }

    def _node(self, prompt: Prompt, node_id: str, node: dict[str, Any]) -> str:
        steps = [n["inputs"]["steps"] for n in prompt.graph.values() if "steps" in n["inputs"]]
        total = steps[0] if steps and node["class_type"] == "SamplerCustom" else 1
        for step in range(1, total + 1):
            while not self.gate.wait(0.005):
                if prompt.interrupted.is_set():
                    return "interrupted"
            if prompt.interrupted.is_set():
                return "interrupted"
            if self.failure and step == (total + 1) // 2 and node["class_type"] == "SamplerCustom":
                return "error"
            state = {"value": step, "max": total, "state": "running", "node_id": node_id}
            nodes = {node_id: {**state, "prompt_id": prompt.id}}
            told = {"prompt_id": prompt.id, "nodes": nodes}
            self._tell("progress_state", told, prompt.client)
            if total > 1:
                time.sleep(self.step_seconds)
        return ""

    def _result(self, prompt: Prompt, class_type: str) -> dict[str, str]:
        """The first picture, inverted, at the size that was asked for."""
        nodes = list(prompt.graph.values())
        name = next(n["inputs"]["image"] for n in nodes if n["class_type"] == "LoadImage")
        with Image.open(io.BytesIO(self.inputs[name])) as opened:
            picture = ImageOps.invert(opened.convert("RGB"))
        sizes = [n["inputs"] for n in nodes if n["class_type"] == "EmptyHiDreamO1LatentImage"]
        if sizes:
            size = (sizes[0]["width"], sizes[0]["height"])
            picture = picture.resize((round(size[0] * self._scale), round(size[1] * self._scale)))
        out = io.BytesIO()
        picture.save(out, "PNG")
        kind = "output" if class_type == "SaveImage" else "temp"
        file = f"edit_{len(self.outputs) + 1:05}_.png"
        self.outputs[file] = out.getvalue()
        return {"filename": file, "subfolder": "layer_edit", "type": kind}
