"""The double as a whole: three hosts, the service behind them, the faults, and what was seen."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from . import effects
from .answers import Answer, redirect
from .api import Api, Request, call_of, prediction_id
from .faults import Call, Fault, FaultPlan
from .record import Record, Seen
from .service import PRICES, Service, Task
from .simulate import SimulatedModel
from .wire import Host, Mangle

Act = Callable[[Request], Answer]

KEY = "ws-double-5f2c7e9a41d84b06"
"""The one key the double takes unless told otherwise."""

REDIRECTS = {
    Fault.REDIRECT_OTHER_HOST,
    Fault.REDIRECT_FOUND,
    Fault.REDIRECT_LOOP,
    Fault.REDIRECT_SCHEME,
}
PICTURE = {Fault.NOT_AN_IMAGE, Fault.BROKEN_IMAGE, Fault.BOMB, Fault.OTHER_SIZE}


class WaveSpeedDouble:
    """A WaveSpeed on 127.0.0.1: `with WaveSpeedDouble() as double: … double.url …`.

    Files are served from a second port and redirects lead to a third, so that 'another host' means
    something; a key that reaches either is a violation. `duration`: seconds a job takes, or a
    range drawn from with `seed`. `concurrency`: jobs at once before HTTP 429. `slow_seconds`: the
    unit of SLOW and the TRICKLE faults. `refused_seconds`: how long a one-shot REFUSED lasts.
    `clients_upload`: False when clients send data URIs, so that a submit is their first call.
    `certificate`: a PEM file with key and certificate; all hosts then speak TLS.
    """

    def __init__(
        self,
        *,
        key: str = KEY,
        model: SimulatedModel | None = None,
        duration: float | tuple[float, float] = 0.0,
        seed: int = 1,
        balance: float = 10.0,
        concurrency: int | None = None,
        slow_seconds: float = 2.0,
        refused_seconds: float = 0.5,
        clients_upload: bool = True,
        port: int = 0,
        certificate: Path | None = None,
    ) -> None:
        self.key = key
        self.service = Service(model or SimulatedModel(), duration, seed, balance, concurrency)
        self.plan = FaultPlan()
        self._record = Record(key)
        self._api = Api(self.service, key)
        self._refused_seconds = refused_seconds
        self._clients_upload = clients_upload
        self._timers: list[threading.Timer] = []
        hosts = {
            name: Host(name, respond, self._finished, slow_seconds, at, certificate)
            for name, respond, at in (
                ("api", self._answer_api, port),
                ("files", self._answer_files, 0),
                ("elsewhere", self._answer_elsewhere, 0),
            )
        }
        self.api, self.files, self.elsewhere = hosts.values()

    # Life

    def start(self) -> WaveSpeedDouble:
        """Listen on all three ports."""
        for host in (self.api, self.files, self.elsewhere):
            host.open()
        self._api.api_url, self._api.files_url = self.api.url, self.files.url
        return self

    def stop(self) -> None:
        """Stop listening and end all connections."""
        for timer in self._timers:
            timer.cancel()
        for host in (self.api, self.files, self.elsewhere):
            host.close()

    def __enter__(self) -> WaveSpeedDouble:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        errors = [one for host in (self.api, self.files, self.elsewhere) for one in host.errors]
        if errors and error is None:
            raise RuntimeError("the double itself failed") from errors[0]

    # Faults

    def set_fault(self, fault: Fault, call: Call | None = None, times: int | None = None) -> None:
        """Let a fault strike a call (all it applies to when None) `times` times, or always.

        REFUSED strikes when the request before that call has been answered (at once for the first
        call of a job and for `fetch`, whose host has no other use), and ends after
        `refused_seconds` when `times` is given.
        """
        self.plan.add(fault, call, times)
        if fault is Fault.REFUSED:
            for one in (call,) if call else fault.calls:
                if one is Call.FETCH:
                    self._refuse(self.files, one, None)
                elif one is Call.UPLOAD or (one is Call.SUBMIT and not self._clients_upload):
                    self._refuse(self.api, one, None)

    def clear_faults(self) -> None:
        """Forget all faults and listen everywhere."""
        self.plan.clear()
        for host in (self.api, self.files, self.elsewhere):
            host.open()

    def set_mangle(self, mangle: Mangle | None) -> None:
        """Change the bytes of every answer on their way out, of all hosts; None ends that."""
        for host in (self.api, self.files, self.elsewhere):
            host.mangle = mangle

    def _refuse_next(self, call: Call, connection: socket.socket) -> None:
        """Stop listening before `call` is answered, when the call after it is to be refused."""
        after = {Call.UPLOAD: Call.SUBMIT, Call.SUBMIT: Call.POLL}.get(call)
        if after and self.plan.has(Fault.REFUSED, after) and self.api.listening:
            self._refuse(self.api, after, connection)

    def _refuse(self, host: Host, call: Call, but: socket.socket | None) -> None:
        lasting = self.plan.lasts(Fault.REFUSED, call)
        self.plan.take(call, {Fault.REFUSED})
        host.close(but)
        if not lasting:
            timer = threading.Timer(self._refused_seconds, host.open)
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    # What was seen

    @property
    def url(self) -> str:
        """The base URL for clients, without /api/v3."""
        return self.api.url

    @property
    def requests(self) -> list[Seen]:
        """All requests so far, in the order in which they were answered."""
        return self._record.requests

    @property
    def violations(self) -> list[str]:
        """Where the key or other credentials went that they must not go."""
        return self._record.violations

    @property
    def submits(self) -> int:
        """How many submits came in, answered well or not."""
        return sum(seen.call is Call.SUBMIT and seen.host == "api" for seen in self.requests)

    @property
    def accepted(self) -> int:
        """How many predictions were made (and billed, unless they failed)."""
        return len(self.service.tasks)

    @property
    def spent(self) -> float:
        """US dollars, refunds taken off."""
        return self.service.spent

    @property
    def prices(self) -> dict[str, float]:
        """US dollars an edit, by model id."""
        return PRICES

    @property
    def price(self) -> float:
        """US dollars an edit of the full model."""
        return self.prices["wavespeed-ai/hidream-o1-image/edit"]

    @property
    def tasks(self) -> list[Task]:
        """The predictions, oldest first."""
        return list(self.service.tasks.values())

    def polls(self, task_id: str) -> int:
        """How often a prediction was asked for."""
        return self.service.tasks[task_id].polls

    def count(self, call: Call) -> int:
        """How many requests of that kind came in."""
        return sum(seen.call is call for seen in self.requests)

    # Answering

    def _answer_api(self, host: Host, request: Request) -> Answer:
        call = call_of(request)
        task = self.service.tasks.get(prediction_id(request))
        fault = self.plan.take(call, self._possible(call, request, task))
        answer = self._with_fault(fault, host, request, self._api.answer)
        if fault in effects.NEEDS_OUTPUTS and call is Call.SUBMIT:
            answer = self._with_outputs(fault, answer, self.tasks[-1])
        elif fault in effects.NEEDS_OUTPUTS and task:
            answer = self._with_outputs(fault, answer, task)
        return answer

    def _possible(self, call: Call, request: Request, task: Task | None) -> set[Fault]:
        """The faults that can strike this very request."""
        path, can = request.path, set(Fault) - {Fault.REFUSED, Fault.NO_PUT}
        ended = task is not None and task.status == "completed"
        if call is Call.SUBMIT:
            ended = b'"enable_sync_mode": true' in request.body
        if not ended:
            can -= effects.NEEDS_OUTPUTS
        if not path.endswith("/result"):
            can -= {Fault.RESULT_PATH_404, Fault.OUTPUTS_LATE}
        if not path.endswith("/media/uploads"):
            can -= {Fault.NO_TICKET}
        if not path.endswith("/model/price"):
            can -= {Fault.NO_PRICE}
        return can

    def _with_fault(self, fault: Fault | None, host: Host, request: Request, act: Act) -> Answer:
        """Act or not, and answer, as the fault says."""
        if fault is None or fault in effects.NEEDS_OUTPUTS:
            return act(request)
        if fault in effects.INSTEAD:
            return effects.INSTEAD[fault]
        if fault in (Fault.NO_TICKET, Fault.NO_UPLOAD, Fault.RESULT_PATH_404, Fault.NO_PRICE):
            return effects.INSTEAD[Fault.HTTP_404]
        if fault in REDIRECTS:
            return self._redirected(fault, host, request, act)
        return self._acted(fault, request, act(request))

    def _acted(self, fault: Fault, request: Request, answer: Answer) -> Answer:
        if fault in effects.ACTED:
            return effects.ACTED[fault]
        if fault in effects.DELIVERIES:
            return replace(answer, delivery=effects.DELIVERIES[fault])
        if fault is Fault.GZIP_GARBAGE:
            return effects.gzip_garbage(answer)
        if fault is Fault.ECHO_KEY:
            # A key that came is repeated; a host that rightly got none has nothing to repeat.
            text = f"Bad upstream. Authorization was: {request.headers.get('authorization', '-')}"
            return Answer(500, text.encode(), "text/plain")
        if fault in PICTURE:
            return effects.picture_fault(fault, answer)
        return self._task_fault(fault, answer)

    def _task_fault(self, fault: Fault, answer: Answer) -> Answer:
        """Faults of the task itself: it ends badly, or its status is told strangely."""
        data = answer.payload().get("data") or {}
        task = self.service.tasks.get(data.get("id", ""))
        if task is None:
            return answer
        if fault in effects.TASK_ENDS:
            self.service.end(task, *effects.TASK_ENDS[fault])
            return effects.change_data(answer, lambda _: self._api.data(task))
        if fault is Fault.SYNC_5004:
            late = {
                "status": "processing",
                "outputs": [],
                "code": 5004,
                "error": "Sync mode timed out. Query the result later.",
            }
            return effects.change_data(answer, lambda data: {**data, **late})
        if fault is Fault.WRONG_ID:
            return effects.change_data(answer, lambda data: {**data, "id": "another"})
        strange = {"status": "hibernating", "outputs": []}
        return effects.change_data(answer, lambda data: {**data, **strange})

    def _with_outputs(self, fault: Fault, answer: Answer, task: Task) -> Answer:
        needs_picture = fault in (Fault.OUTPUTS_BASE64, Fault.OUTPUTS_DATA_URI)
        picture = self.service.picture(task) if needs_picture else b""
        change = effects.OUTPUT_CHANGES[fault]
        return effects.change_data(answer, lambda data: change(data, picture))

    def _redirected(self, fault: Fault, host: Host, request: Request, act: Act) -> Answer:
        if fault is Fault.REDIRECT_LOOP:
            return redirect(host.url + request.path, 307)
        if fault is Fault.REDIRECT_SCHEME:
            return redirect(f"http://plain.example{request.path}", 307)
        if fault is Fault.REDIRECT_FOUND:
            act(request)
            return redirect(self.elsewhere.url + request.path, 302)
        return redirect(self.elsewhere.url + request.path, 307)

    def _answer_files(self, host: Host, request: Request) -> Answer:
        if request.method == "PUT":
            fault = self.plan.take(Call.UPLOAD, {Fault.NO_PUT})
            return effects.INSTEAD[Fault.HTTP_403] if fault else self._api.file(request)
        fault = self.plan.take(Call.FETCH, set(Fault) - {Fault.REFUSED})
        if fault in (Fault.EXPIRED, Fault.EXPIRED_RENEWED):
            return self._expired(fault, request)
        return self._with_fault(fault, host, request, self._api.file)

    def _expired(self, fault: Fault, request: Request) -> Answer:
        task = self.service.tasks.get(request.path.split("/")[2])
        if fault is Fault.EXPIRED or task is None:
            return effects.INSTEAD[Fault.HTTP_404]
        task.renewals += 1
        return effects.INSTEAD[Fault.HTTP_403]

    def _answer_elsewhere(self, host: Host, request: Request) -> Answer:
        """Answers like the real hosts, so that a client that follows blindly is found out."""
        if request.path.startswith("/api/"):
            good_key = {**request.headers, "authorization": f"Bearer {self.key}"}
            return self._api.answer(replace(request, headers=good_key))
        return self._api.file(request)

    def _finished(
        self, host: Host, request: Request, answer: Answer, began: float, by: socket.socket
    ) -> None:
        self._record.add(host.name, request, answer, began)
        uploaded = request.method == "PUT" or request.path.endswith(("/binary", "/upload"))
        if host is self.api or uploaded:
            call = call_of(request)
            if call is Call.SUBMIT or uploaded:
                self._refuse_next(Call.UPLOAD if uploaded else call, by)
