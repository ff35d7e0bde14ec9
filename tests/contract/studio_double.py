"""A real studio in the double's place: the double's hosts, record and faults in front of it.

Every request goes on to the studio, so that all answers are its own; faults of the connection and
of HTTP are laid over them as over the double's. Faults that change what the service knows of a
task are the double's alone.
"""

from __future__ import annotations

import hashlib
import http.client
import json
from typing import Any

import pytest

from tests.double import Fault, SimulatedModel, WaveSpeedDouble, effects
from tests.double.answers import Answer
from tests.double.api import PREFIX, Request
from tests.studio.engine import Control
from tests.studio.kit import Studio

OWNER = "contract"
OWN_FAULTS = {
    *effects.TASK_ENDS,
    Fault.OUTPUTS_BASE64,
    Fault.OUTPUTS_DATA_URI,
    Fault.EXPIRED_RENEWED,
}
"""Faults that end a task otherwise, read its picture or renew its address: the double's alone."""


class StudioTask:
    """A prediction as the double's tests look at it."""

    def __init__(self, service: StudioService, task_id: str, model: str, inputs: dict[str, Any]):
        self.id, self.model, self.inputs = task_id, model, inputs
        self.polls = 0
        self._studio = service.studio

    @property
    def status(self) -> str:
        """Its state; 'deleted' when the studio does not know it."""
        job = self._studio.queue.get(OWNER, self.id)
        return job.state if job else "deleted"

    @property
    def created(self) -> float:
        job = self._studio.queue.get(OWNER, self.id)
        assert job
        return job.created

    @created.setter
    def created(self, _unix: float) -> None:
        pytest.skip("moves the double's clock; a studio's jobs are as old as they are")

    def __getattr__(self, name: str) -> Any:
        pytest.skip(f"looks into the double's own task ({name}); a studio's is in Redis")


class StudioService:
    """What the double's `Service` tells, as far as it can be seen from outside."""

    spent = 0.0
    """A studio charges nothing."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.tasks: dict[str, StudioTask] = {}

    def __getattr__(self, name: str) -> Any:
        pytest.skip(f"looks into the double's own service ({name}), which a studio does not have")


class StudioApi:
    """Hands requests on to the studio."""

    def __init__(self, studio: Studio, service: StudioService, at_once: bool) -> None:
        self.studio, self.service, self.at_once = studio, service, at_once
        self.api_url = self.files_url = ""

    def answer(self, request: Request) -> Answer:
        answer = self.file(request)
        told = answer.body.replace(
            f"{self.api_url}/files/".encode(), f"{self.files_url}/files/".encode()
        )
        self._notice(request, answer)
        return Answer(answer.status, told, answer.content_type)

    def file(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.studio.processes.port, timeout=60)
        headers = {name: text for name, text in request.headers.items() if name != "connection"}
        connection.request(request.method, request.path, request.body, headers)
        reply = connection.getresponse()
        body, kind = reply.read(), reply.getheader("content-type") or "text/plain"
        connection.close()
        return Answer(reply.status, body, kind)

    def _notice(self, request: Request, answer: Answer) -> None:
        """Remember what was accepted, and how often it was asked for."""
        path = request.path.removeprefix(f"{PREFIX}/")
        if request.method == "POST" and path.endswith("/edit") and answer.status == 200:
            inputs = json.loads(request.body)
            task_id = answer.payload()["data"]["id"]
            self.service.tasks[task_id] = task = StudioTask(self.service, task_id, path, inputs)
            if self.at_once:
                # As with the double: a job that takes no time has ended when it is first asked for.
                self.studio.wait_for(lambda: task.status not in ("queued", "running"))
        elif request.method == "GET" and path.startswith("predictions/"):
            task = self.service.tasks.get(path.split("/")[1])
            if task:
                task.polls += 1


class StudioDouble(WaveSpeedDouble):
    """Takes the double's arguments; those that a studio has no like of skip the test."""

    def __init__(self, studio: Studio, **options: Any) -> None:
        for name in ("balance", "concurrency", "certificate"):
            if options.get(name) is not None:
                pytest.skip(f"sets the double's {name}, which a studio does not have")
        model: SimulatedModel = options.get("model") or SimulatedModel()
        duration = options.get("duration", 0.0)
        span = duration if isinstance(duration, tuple) else (duration, duration)
        super().__init__(**options)
        studio.control(Control(seconds=span, scale=model.scale, size=model.size))
        self.studio = studio
        self.service = StudioService(studio)  # type: ignore[assignment]
        self._api = StudioApi(studio, self.service, not any(span))  # type: ignore[assignment,arg-type]

    @property
    def prices(self) -> dict[str, float]:
        """A studio charges nothing."""
        return dict.fromkeys(super().prices, 0.0)

    def start(self) -> WaveSpeedDouble:
        digest = hashlib.sha256(self.key.encode()).hexdigest()
        limits = {"digest": digest, "at_once": 64, "queued": 20_000}
        self.studio.redis.hset(f"studio:key:{OWNER}", mapping=limits)
        self.studio.redis.hset("studio:digests", digest, OWNER)
        self._forget()
        return super().start()

    def stop(self) -> None:
        super().stop()
        self._forget()

    def _forget(self) -> None:
        """The next test begins with an empty history and idle workers."""
        for job in list(self.studio.queue.history(OWNER, float("-inf"), float("inf"))):
            self.studio.queue.delete(OWNER, job.id)

    def set_fault(self, fault: Fault, *arguments: Any, **options: Any) -> None:
        if fault in OWN_FAULTS:
            pytest.skip(f"{fault.name} changes the double's own task; a studio has no such switch")
        super().set_fault(fault, *arguments, **options)
