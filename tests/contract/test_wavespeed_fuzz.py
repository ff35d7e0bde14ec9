"""Damaged answers: only the documented errors come out, nothing hangs, nothing is sent twice.

LAYER_EDIT_FUZZ_CASES sets how many answers are damaged (10,000 unless set), and
LAYER_EDIT_FUZZ_SEED another start.
"""

from __future__ import annotations

import os
import socket
import time
from random import Random

import pytest

from layer_edit.backends.base import DeclinedError, NetworkError, PredictionState, UncertainError
from layer_edit.backends.wavespeed import WaveSpeedBackend
from tests.contract.mutations import mutated
from tests.contract.wavespeed_kit import QUICK, RecordingWatch, a_backend, a_request, opened
from tests.double import Call, SimulatedModel, WaveSpeedDouble
from tests.double.api import call_of

CASES = int(os.environ.get("LAYER_EDIT_FUZZ_CASES", "10000"))
SEED = int(os.environ.get("LAYER_EDIT_FUZZ_SEED", "1"))
REPEATABLE = (DeclinedError, NetworkError)
SUBMITTING = (DeclinedError, NetworkError, UncertainError)
MOST_SECONDS = 5.0

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


@pytest.fixture(autouse=True)
def no_other_hosts(monkeypatch):
    """A damaged address must not be looked up."""
    real = socket.getaddrinfo

    def loopback_only(host, *rest, **options):
        if not str(host).startswith(("127.", "localhost", "::1")):
            raise socket.gaierror(socket.EAI_NONAME, f"not looked up: {host}")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", loopback_only)


class Case:
    """One damaged answer to one kind of request."""

    def __init__(self, double: WaveSpeedDouble, number: int) -> None:
        self.double = double
        self.random = Random(f"{SEED} {number}")  # noqa: S311 - repeatable, no secret
        self.watch = RecordingWatch()
        self.sent = b""

    def damage(self, call: Call) -> None:
        """Damage every answer to that kind of request from now on."""

        def mangle(request, raw):
            is_api = "/api/" in request.path
            kind = call_of(request) if is_api else Call.FETCH
            if request.method == "PUT":
                kind = Call.UPLOAD
            if kind is not call:
                return raw
            self.sent = mutated(raw, self.random)
            return self.sent

        self.double.set_mangle(mangle)

    def run(self, call: Call, backend: WaveSpeedBackend) -> None:
        """Do what makes that request; only the documented errors may come out."""
        {
            Call.UPLOAD: self.submit,
            Call.SUBMIT: self.submit,
            Call.POLL: self.poll,
            Call.FETCH: self.fetch,
            Call.HISTORY: self.recover,
            Call.ACCOUNT: self.account,
        }[call](call, backend)

    def submit(self, call: Call, backend: WaveSpeedBackend) -> None:
        before = self.double.submits
        self.damage(call)
        try:
            prediction = backend.submit(a_request(), self.watch)
            assert prediction.id
        except SUBMITTING as error:
            assert error.message
        assert self.double.submits - before <= 1

    def poll(self, call: Call, backend: WaveSpeedBackend) -> None:
        prediction = backend.submit(a_request(), self.watch)
        self.damage(call)
        try:
            told = backend.poll(prediction, self.watch)
        except REPEATABLE as error:
            assert error.message
            return
        assert told.id == prediction.id
        assert (told.state is PredictionState.FAILED) == bool(told.error)
        if told.state is PredictionState.COMPLETED:
            self.download(told, backend)

    def fetch(self, call: Call, backend: WaveSpeedBackend) -> None:
        prediction = backend.poll(backend.submit(a_request(), self.watch), self.watch)
        self.damage(call)
        self.download(prediction, backend)

    def download(self, prediction, backend: WaveSpeedBackend) -> None:
        try:
            opened(backend.fetch(prediction, self.watch))
        except REPEATABLE as error:
            assert error.message

    def recover(self, call: Call, backend: WaveSpeedBackend) -> None:
        sent_at = time.time()
        backend.submit(a_request(), self.watch)
        self.damage(call)
        try:
            found = backend.recover(a_request(), sent_at)
            assert found is None or found.id
        except REPEATABLE as error:
            assert error.message

    def account(self, call: Call, backend: WaveSpeedBackend) -> None:
        self.damage(call)
        price = backend.price(a_request())
        assert 0 <= price.amount < 1000 and len(price.currency) == 3
        try:
            assert backend.check().sentence
        except REPEATABLE as error:
            assert error.message


@pytest.mark.parametrize("call", list(Call))
def test_damaged_answers(call):
    """Each damaged answer ends in a result or a documented error, soon."""
    cases = range(max(1, CASES // len(Call)))
    model = SimulatedModel(scale=1 / 64)
    with WaveSpeedDouble(model=model, balance=1e6) as double:
        for number in cases:
            case = Case(double, number * len(Call) + list(Call).index(call))
            inline = call is not Call.UPLOAD
            backend = a_backend(double, timeouts=QUICK, inline_images=inline)
            began = time.monotonic()
            try:
                case.run(call, backend)
            except BaseException:
                print(f"case {number} of {call}: the answer was {case.sent[:3000]!r}")
                raise
            finally:
                double.set_mangle(None)
                backend.close()
                double.service.tasks.clear()
                double.requests.clear()
            assert time.monotonic() - began < MOST_SECONDS, case.sent[:3000]
    assert double.violations == []
