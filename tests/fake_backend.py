"""A backend for unit tests: keeps to the protocol, does what a test tells it, counts calls."""

from __future__ import annotations

import threading
from dataclasses import replace

from layer_edit.backends.base import (
    Backend,
    Health,
    Prediction,
    PredictionState,
    Price,
    Stage,
    Watch,
)
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.request import EditRequest
from layer_edit.jobs.runner import JobUpdate


class Heard:
    """Listens to a runner: keeps its updates, and wakes those who wait for `changed`."""

    def __init__(self) -> None:
        self.updates: list[JobUpdate] = []
        self.changed = threading.Condition()

    def __call__(self, update: JobUpdate) -> None:
        with self.changed:
            self.updates.append(update)
            self.changed.notify_all()


class QuietHands:
    """A Watch and the Hands of a Work that nobody listens to and nobody cancels."""

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        pass

    def wait(self, seconds: float) -> None:
        pass

    def check(self) -> None:
        pass

    def sending(self) -> None:
        pass

    def saved(self, record: object) -> None:
        pass


class EchoBackend(Backend):
    """Returns the picture it was sent, after `polls` polls.

    `faults` maps a method's name to exceptions raised one after the other, before it works;
    `fails_late` is raised by the submit that is at the gate.
    """

    key = "echo"
    title = "Echo"

    def __init__(self, *, polls: int = 0, cost: float | None = 0.04, concurrency: int = 1) -> None:
        self.limits = ImageLimits(alpha=True)
        self.concurrency = concurrency
        self.polls = polls
        self.cost = cost
        self.calls: list[str] = []
        self.faults: dict[str, list[Exception]] = {}
        self.fails_late: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.at_gate = threading.Event()
        self._sent: dict[str, bytes] = {}

    def check(self) -> Health:
        return Health("Fine.")

    def validate(self, request: EditRequest) -> None:
        self._call("validate")

    def price(self, request: EditRequest) -> Price | None:
        return None if self.cost is None else Price(self.cost)

    def submit(self, request: EditRequest, watch: Watch) -> Prediction:
        watch.report(Stage.SUBMITTING)
        watch.sending()
        self._call("submit")
        if self.fails_late is not None:
            raise self.fails_late
        prediction = Prediction(f"p{len(self._sent)}", cost=self.cost)
        self._sent[prediction.id] = request.images[0].data
        return self._state(prediction)

    def poll(self, prediction: Prediction, watch: Watch) -> Prediction:
        self._call("poll")
        self.polls -= 1
        return self._state(prediction)

    def fetch(self, prediction: Prediction, watch: Watch) -> bytes:
        self._call("fetch")
        return self._sent[prediction.id]

    def recover(self, request: EditRequest, sent_at: float) -> Prediction | None:
        return None

    def cancel(self, prediction: Prediction) -> None:
        self._call("cancel")

    def _state(self, prediction: Prediction) -> Prediction:
        done = self.polls <= 0
        if not done:
            return replace(prediction, state=PredictionState.RUNNING)
        return replace(prediction, state=PredictionState.COMPLETED, outputs=(prediction.id,))

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.faults.get(name):
            raise self.faults[name].pop(0)
        self.at_gate.set()
        self.gate.wait(10)
