"""The studio: throughput by workers, what it adds to a job, and how it bears 10,000 queued jobs.

Real processes and a real Redis that synchronises every write. The engine waits where a GPU would
compute, so that the figures are the studio's own. The engine called directly, in this process, is
the measure for what front, queue and worker add.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from tests.bench.table import show
from tests.contract.wavespeed_kit import RecordingWatch, a_request
from tests.studio.engine import CONTROL, Control, WaitingEngine
from tests.studio.kit import Client, Studio, running, why_not

WORKERS = (1, 2, 4)
SECONDS = 2.0
"""How long the engine waits for a job in the throughput bench."""

ROUNDS = 10
"""Jobs for each worker."""

AIM = 0.95
"""Of the throughput of N engines called directly."""

OVERHEAD_JOBS = 60
OVERHEAD_SECONDS = 0.2
POLL = 0.02
"""Seconds between two looks of the client in the overhead bench."""

QUEUED = 10_000
SENDERS = 8
POLLS = 2_000
USUAL = {"STUDIO_BEAT": "1", "STUDIO_LEASE": "20", "STUDIO_SWEEP": "1"}
"""As studios are set by default, not as tests set theirs."""


def run() -> dict[str, Any]:
    """All three; {} with a reason where Redis is not there."""
    if why_not():
        print(f"not run: {why_not()}")
        return {"not run": why_not()}
    return {"throughput": throughput(), "overhead": overhead(), "queued": many_queued()}


def throughput() -> list[dict[str, Any]]:
    """Jobs a second with 1, 2 and 4 workers whose engine waits."""
    rows = []
    for workers in WORKERS:
        with _studio(workers, Control(seconds=(SECONDS, SECONDS))) as studio:
            client = studio.key("bench")
            jobs = [client.submit() for _ in range(workers * ROUNDS)]
            studio.wait_for(lambda: studio.queue.counts() == (0, 0), 600)
            ended = [studio.queue.get("bench", job) for job in jobs]
        took = max(job.ended for job in ended) - min(job.started for job in ended)
        assert all(job.state == "completed" for job in ended)
        # A whole engine's throughput is 1 / SECONDS, the picture it makes included.
        share = len(jobs) * SECONDS / took / workers
        rows.append({"workers": workers, "jobs": len(jobs), "seconds": took,
                     "jobs a second": len(jobs) / took, "of N": share,
                     "reached": share >= AIM})  # fmt: skip
    show(("workers", "jobs", "seconds", "jobs/s", "of N in %"),
         [(row["workers"], row["jobs"], row["seconds"], f"{row['jobs a second']:.3f}",
           row["of N"] * 100) for row in rows])  # fmt: skip
    return rows


def overhead() -> dict[str, Any]:
    """What a job takes beside the engine called directly, one after the other."""
    control = Control(seconds=(OVERHEAD_SECONDS, OVERHEAD_SECONDS))
    with _studio(1, control) as studio:
        client = studio.key("bench")
        _one(studio, client)
        found = [_one(studio, client) for _ in range(OVERHEAD_JOBS)]
        direct = _direct(studio)
    names = ("submit", "waits", "runs", "seen", "whole")
    rows = {name: [one[name] * 1000 for one in found] for name in names}
    rows["direct"] = [one * 1000 for one in direct]
    texts = {"submit": "submit to answer", "waits": "accepted to begun",
             "runs": "begun to finished",
             "seen": f"finished to seen, a look every {POLL * 1000:g} ms",
             "whole": "submit to seen", "direct": "the engine called directly"}  # fmt: skip
    show(("ms", "median", "p99"), [(texts[name], median(rows[name]), _p99(rows[name]))
                                   for name in texts])  # fmt: skip
    added = median(rows["whole"]) - median(rows["direct"])
    print(f"added to a job: {added:.1f} ms")
    told = {name: {"median ms": median(values), "p99 ms": _p99(values)}
            for name, values in rows.items()}  # fmt: skip
    return {**told, "added ms": added}


def _one(studio: Studio, client: Client) -> dict[str, float]:
    """One job, in seconds by its parts; clocks are this machine's."""
    began = time.time()
    job_id = client.submit()
    answered = time.time()
    while client.data(job_id)["status"] != "completed":
        time.sleep(POLL)
    seen = time.time()
    job = studio.queue.get("bench", job_id)
    assert job is not None
    return {"submit": answered - began, "waits": job.started - job.created,
            "runs": job.ended - job.started, "seen": seen - job.ended,
            "whole": seen - began}  # fmt: skip


def _direct(studio: Studio) -> list[float]:
    import os

    os.environ[CONTROL] = str(studio.folder / "control.json")
    engine, request, found = WaitingEngine(None), a_request(), []
    for _ in range(OVERHEAD_JOBS):
        began = time.perf_counter()
        engine.run(request, RecordingWatch())
        found.append(time.perf_counter() - began)
    return found


def many_queued() -> dict[str, Any]:
    """10,000 jobs wait behind one worker: latencies meanwhile, and memory."""
    with _studio(1, Control(seconds=(900, 900))) as studio:
        client = studio.key("bench")
        before = _memory(studio)
        keys = [Client(studio.url, client.key) for _ in range(SENDERS)]
        submits, ids = _spread(keys, QUEUED, lambda one, _: one.submit())
        queued, running_now = studio.queue.counts()
        assert queued + running_now == QUEUED
        polls, _ = _spread(keys, POLLS, lambda one, n: one.data(ids[n * 4 % len(ids)]))
        alone, _ = _spread(keys[:1], 300, lambda one, _: one.submit())
        alone_polls, _ = _spread(keys[:1], 300, lambda one, n: one.data(ids[n]))
        after = _memory(studio)
        store = sum(file.stat().st_size for file in studio.folder.rglob("redis/**/*")
                    if file.is_file())  # fmt: skip
    rows = {
        f"submit, {SENDERS} clients at once": submits,
        f"poll, {SENDERS} clients at once": polls,
        "submit, one client": alone,
        "poll, one client": alone_polls,
    }
    show(("ms", "p50", "p99", "most", "a second"),
         [(name, median(v) * 1000, _p99(v) * 1000, max(v) * 1000,
           (SENDERS if "at once" in name else 1) / mean(v))
          for name, v in rows.items()])  # fmt: skip
    names = ("redis", "front", "worker-0")
    show(("resident MB", "before", f"{QUEUED:,} queued"),
         [(name, before[name], after[name]) for name in names])  # fmt: skip
    print(f"Redis's file: {store / 2**20:.1f} MB")
    return {
        "latency ms": {name: {"p50": median(v) * 1000, "p99": _p99(v) * 1000}
                       for name, v in rows.items()},
        "resident MB": {"before": before, "after": after},
        "append-only file MB": store / 2**20,
    }  # fmt: skip


def _spread(
    clients: list[Client], count: int, call: Callable[[Client, int], Any]
) -> tuple[list[float], list[Any]]:
    """Seconds and results of `count` calls, each client's one after the other."""
    seconds: list[float] = []
    results: list[Any] = []
    lock = threading.Lock()

    def work(client: Client, numbers: Iterable[int]) -> None:
        for number in numbers:
            began = time.perf_counter()
            result = call(client, number)
            took = time.perf_counter() - began
            with lock:
                seconds.append(took)
                results.append(result)

    with ThreadPoolExecutor(len(clients)) as pool:
        for future in [pool.submit(work, client, range(n, count, len(clients)))
                       for n, client in enumerate(clients)]:  # fmt: skip
            future.result()
    return seconds, results


def _memory(studio: Studio) -> dict[str, float]:
    """Resident megabytes of each process."""
    found = {}
    for name, child in studio.processes.children.items():
        assert child.process is not None
        status = Path(f"/proc/{child.process.pid}/status").read_text("utf-8")
        found[name] = int(status.partition("VmRSS:")[2].split()[0]) / 1024
    return found


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


class _studio:  # noqa: N801 - used like a function
    """A studio in a folder of its own, set as studios are by default."""

    def __init__(self, workers: int, control: Control) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._running = running(Path(self._folder.name), workers, **USUAL)
        self._control = control

    def __enter__(self) -> Studio:
        studio = self._running.__enter__()
        studio.control(self._control)
        return studio

    def __exit__(self, *error: Any) -> None:
        self._running.__exit__(*error)
        self._folder.cleanup()
