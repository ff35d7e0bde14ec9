"""What the double knows: predictions, money, uploads. No HTTP here. Thread-safe."""

from __future__ import annotations

import base64
import binascii
import hashlib
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from .simulate import SimulatedModel

PRICES = {
    "wavespeed-ai/hidream-o1-image/edit": 0.04,
    "wavespeed-ai/hidream-o1-image-dev/edit": 0.02,
}
"""US dollars an edit, by model id."""

KNOWN_INPUTS = (
    "prompt",
    "images",
    "size",
    "output_format",
    "seed",
    "enable_sync_mode",
    "enable_base64_output",
)
RUNNING = ("created", "pending", "processing")


class RefusalError(Exception):
    """The service says no with an HTTP status and a text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass
class Task:
    """One prediction. Times are seconds: `created` Unix, `started` monotonic."""

    id: str
    model: str
    inputs: dict[str, Any]
    price: float
    created: float
    started: float
    duration: float
    ended_as: str = ""
    error: str = ""
    code: int | None = None
    polls: int = 0
    first_seen_ended: float | None = None
    renewals: int = 0
    picture: bytes | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def ends(self) -> float:
        """When it completes, monotonic seconds."""
        return self.started + self.duration

    @property
    def status(self) -> str:
        """The documented status word it has now."""
        if self.ended_as:
            return self.ended_as
        age = time.monotonic() - self.started
        if age >= self.duration:
            return "completed"
        return "created" if age < self.duration / 10 else "processing"


class Service:
    """The account behind one key."""

    def __init__(
        self,
        model: SimulatedModel,
        duration: float | tuple[float, float],
        seed: int,
        balance: float,
        concurrency: int | None,
    ) -> None:
        self.model = model
        self.balance = balance
        self.spent = 0.0
        self.tasks: dict[str, Task] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.tickets: dict[str, dict[str, Any]] = {}
        self.dropped: list[str] = []
        self._duration = duration
        self._random = random.Random(seed)  # noqa: S311 - repeatable durations, no secrets
        self._concurrency = concurrency
        self._lock = threading.RLock()
        self._number = 0

    # Uploads

    def ticket(self, filename: str, size: int, content_type: str) -> str:
        """Make a place for an upload; returns its name."""
        with self._lock:
            name = self._next("up")
            self.tickets[name] = {"filename": filename, "size": size, "type": content_type}
            return name

    def store(self, name: str, data: bytes, content_type: str) -> None:
        """Keep uploaded bytes under a name."""
        with self._lock:
            self.files[name] = (content_type, data)

    def keep(self, data: bytes, content_type: str) -> str:
        """Keep uploaded bytes under a new name, which is returned."""
        with self._lock:
            name = self._next("up")
            self.files[name] = (content_type, data)
            return name

    # Predictions

    def submit(self, model: str, body: dict[str, Any]) -> Task:
        """Check, bill and start. Unknown keys are dropped and the task billed all the same."""
        if model not in PRICES:
            raise RefusalError(404, f"model {model} not found")
        inputs = {name: value for name, value in body.items() if name in KNOWN_INPUTS}
        _check(inputs)
        with self._lock:
            self.dropped += [name for name in body if name not in KNOWN_INPUTS]
            running = sum(task.status in RUNNING for task in self.tasks.values())
            if self._concurrency is not None and running >= self._concurrency:
                raise RefusalError(429, "You have reached your concurrency limit")
            if self.balance - self.spent < PRICES[model]:
                raise RefusalError(400, "Insufficient credits. Please top up your account.")
            task = Task(
                id=self._next("p"),
                model=model,
                inputs=inputs,
                price=PRICES[model],
                created=time.time(),
                started=time.monotonic(),
                duration=self._draw(),
            )
            self.spent = round(self.spent + task.price, 6)
            self.tasks[task.id] = task
        if self._source(task) is None:
            self.end(task, "failed", 1402, "Failed to access the media URL.")
        return task

    def end(self, task: Task, status: str, code: int | None, error: str) -> None:
        """End a running task in another way than by completing; it is refunded."""
        with self._lock:
            if not task.ended_as:
                task.ended_as, task.code, task.error = status, code, error
                self.spent = round(self.spent - task.price, 6)

    def finish(self, task_id: str) -> None:
        """Let a running task complete now."""
        task = self.tasks[task_id]
        task.duration = time.monotonic() - task.started

    def picture(self, task: Task) -> bytes:
        """The result's file bytes, made on first demand."""
        with task.lock:
            if task.picture is None:
                width, height = str(task.inputs.get("size", "2048*2048")).split("*")
                task.picture = self.model.render(
                    self._source(task) or b"",
                    task.inputs["prompt"],
                    (int(width), int(height)),
                    task.inputs.get("output_format", "jpeg"),
                )
            return task.picture

    def delete(self, ids: list[str]) -> int:
        """Remove from the history; returns how many there were."""
        with self._lock:
            return sum(self.tasks.pop(one, None) is not None for one in ids)

    def _draw(self) -> float:
        if isinstance(self._duration, tuple):
            return self._random.uniform(*self._duration)
        return self._duration

    def _next(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{hashlib.sha256(f'{prefix}{self._number}'.encode()).hexdigest()[:30]}"

    def _source(self, task: Task) -> bytes | None:
        image = task.inputs["images"][0]
        if image.startswith("data:"):
            return _from_data_uri(image)
        name = image.rsplit("/", 1)[-1]
        return self.files[name][1] if name in self.files else None


def _from_data_uri(text: str) -> bytes | None:
    head, _, payload = text.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(payload)
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error:
        return None


def _check(inputs: dict[str, Any]) -> None:
    """The parameter rules of the model page, as HTTP 400."""
    images, seed = inputs.get("images"), inputs.get("seed")
    if not isinstance(inputs.get("prompt"), str) or not inputs["prompt"]:
        raise RefusalError(400, "prompt is required")
    if not isinstance(images, list) or not images or not all(isinstance(i, str) for i in images):
        raise RefusalError(400, "images is required")
    if inputs.get("output_format", "jpeg") not in ("png", "jpeg", "webp"):
        raise RefusalError(400, "output_format must be one of png, jpeg, webp")
    if seed is not None and not (isinstance(seed, int) and (seed == -1 or 1 <= seed < 2**31)):
        raise RefusalError(400, "seed must be between 1 and 2147483647")
    sides = str(inputs.get("size", "2048*2048")).split("*")
    if len(sides) != 2 or not all(s.isdigit() and 256 <= int(s) <= 4096 for s in sides):
        raise RefusalError(400, "size must be W*H, 256 to 4096 per dimension")
