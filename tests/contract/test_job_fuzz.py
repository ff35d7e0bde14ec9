"""Whole jobs with damaged answers: each ends in a documented state, and nothing paid is lost.

LAYER_EDIT_FUZZ_JOBS sets how many jobs run (150 unless set), LAYER_EDIT_FUZZ_SEED another start.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from layer_edit.jobs.journal import RESULT
from tests.contract.job_matrix import AT_ONCE, SHORT, Job, keys_in
from tests.contract.mutations import mutated
from tests.double import Call, SimulatedModel, WaveSpeedDouble
from tests.double.api import call_of

JOBS = int(os.environ.get("LAYER_EDIT_FUZZ_JOBS", "150"))
SEED = int(os.environ.get("LAYER_EDIT_FUZZ_SEED", "1"))
SHARE = 0.5
"""Of the answers that are damaged."""

LIES = re.compile(rb'HTTP/\S+ (3\d\d|4\d\d)|failed|cancel|timeout|deleted|"code": (?!200\b)')
"""Damage that makes an answer say that the request was refused or has failed."""

pytestmark = pytest.mark.filterwarnings(
    "ignore::UserWarning:PIL",
    # The standard library's word for a Set-Cookie it cannot read, which it then ignores.
    "ignore:http.cookiejar bug:UserWarning",
)


@pytest.fixture(autouse=True)
def quick_and_alone(monkeypatch):
    """Short pauses; a damaged address is not looked up."""
    real = socket.getaddrinfo

    def loopback_only(host, *rest, **options):
        if not str(host).startswith(("127.", "localhost", "::1")):
            raise socket.gaierror(socket.EAI_NONAME, f"not looked up: {host}")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", loopback_only)
    for module, name, value in SHORT:
        monkeypatch.setattr(module, name, value)


class Damage:
    """Damages some answers, and remembers whether one told a lie that must be believed."""

    def __init__(self, number: int) -> None:
        self.random = Random(f"{SEED} {number}")  # noqa: S311 - repeatable, no secret
        self.lied = False
        self.sent: list[bytes] = []

    def __call__(self, request, raw):
        if self.random.random() > SHARE:
            return raw
        damaged = mutated(raw, self.random)
        self.sent.append(damaged[:2000])
        is_told = "/api/" in request.path and call_of(request) in (Call.SUBMIT, Call.POLL)
        self.lied |= is_told and (bool(LIES.search(damaged)) or _is_empty(damaged))
        return damaged


def _is_empty(raw: bytes) -> bool:
    """Whether an answer says 'completed' and names no output."""
    try:
        data = json.loads(raw.partition(b"\r\n\r\n")[2])["data"]
        return data["status"] == "completed" and not (data.get("outputs") or [""])[0]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return b"completed" in raw


def run_job(number: int, folder) -> str:
    """One job; what became of it, with why in brackets where it has no result."""
    damage = Damage(number)
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 64), slow_seconds=0.2) as double:
        job = Job(double, folder)
        double.set_mangle(damage)
        job.start()
        meanwhile = job.state
        double.set_mangle(None)
        job.go_on()
        job.close()
        try:
            return f"{meanwhile} -> {check(job, double, damage)}"
        except AssertionError:
            print(f"job {number}: {job.state}, {job.message}\n{damage.sent}")
            raise


def check(job: Job, double: WaveSpeedDouble, damage: Damage) -> str:
    """Nothing is lost, doubled or leaked; returns how the job ended."""
    prediction = job.folder.load().prediction if job.folder.has("job.json") else None
    assert double.accepted <= 1
    assert keys_in(job.folder.path, double.key) == []
    assert job.state in ("ready", "failed", "interrupted"), "it hangs"
    if job.state == "ready":
        assert job.folder.has(RESULT)
        return "ready"
    if not double.accepted:
        assert job.state == "failed" and double.spent == 0
        return "failed (not accepted)"
    if prediction and prediction.id not in {task.id for task in double.tasks}:
        return f"{job.state} (a damaged id)"
    if not has_picture(double):
        return f"{job.state} (a damaged upload)"
    assert job.state == "failed" and damage.lied, "a paid result is lost"
    return "failed (told so)"


def has_picture(double: WaveSpeedDouble) -> bool:
    """Whether the task was sent a picture that the double has."""
    try:
        return bool(double.service.picture(double.tasks[0]))
    except OSError:
        return False


def test_whole_jobs_with_damaged_answers(tmp_path, caplog, capsys):
    """Every job stops in time, in a documented state, and goes on when the damage ends."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = list(pool.map(lambda number: run_job(number, tmp_path / str(number)), range(JOBS)))
    ours = [record for record in caplog.records if record.name.startswith("layer_edit")]
    unexpected = [record for record in ours if record.exc_info]
    with capsys.disabled():
        print()
        for end, count in Counter(ends).most_common():
            print(f"{count:>5}  {end}")
    assert not unexpected, unexpected[0].getMessage()
