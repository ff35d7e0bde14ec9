"""Numbers for Prometheus and for health checks. No names of keys, no prompts."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import redis
from fastapi import Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .queue import Queue

TOTALS = {
    "accepted": "Jobs accepted",
    "completed": "Jobs that gave a result",
    "failed": "Jobs that failed",
    "run_again": "Jobs begun again because their worker was lost",
    "wait_seconds": "Seconds from accepted to begun, of all jobs that ended",
    "run_seconds": "Seconds from begun to ended, of all jobs that ended",
}


METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")
"""Each is a name in the metrics; clients can write any other, and each would stay in memory."""


class Metrics:
    """One front's own numbers, and the studio's out of Redis."""

    def __init__(self, queue: Queue, worker_seconds: float) -> None:
        """A worker not heard of for so long is not counted."""
        self._queue = queue
        self._worker_seconds = worker_seconds
        self._registry = CollectorRegistry()
        self._registry.register(_Studio(queue, worker_seconds))
        self._requests = Counter(
            "studio_requests", "Requests answered", ("route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "studio_request_seconds", "Seconds to an answer", ("route",), registry=self._registry
        )

    async def watch(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Middleware: counts each request under its route, never under its path."""
        began = time.monotonic()
        status = 500
        try:
            response = await call_next(request)
            status = response.status_code
            return response
        finally:
            method = request.method if request.method in METHODS else "other"
            route = f"{method} {getattr(request.scope.get('route'), 'path', 'none')}"
            self._requests.labels(route, str(status)).inc()
            self._seconds.labels(route).observe(time.monotonic() - began)

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)

    def health(self) -> dict[str, Any]:
        """status 'ok', 'no workers' or 'no queue', and the numbers behind it."""
        try:
            queued, running = self._queue.counts()
            workers = self._queue.workers(self._worker_seconds)
        except redis.RedisError:
            return {"status": "no queue"}
        status = "ok" if workers else "no workers"
        return {"status": status, "workers": workers, "queued": queued, "running": running}


class _Studio(Collector):
    """Asked at each scrape. Without Redis only `studio_queue_up 0` is told."""

    def __init__(self, queue: Queue, worker_seconds: float) -> None:
        self._queue = queue
        self._worker_seconds = worker_seconds

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The numbers of all processes."""
        up = GaugeMetricFamily("studio_queue_up", "Whether Redis answers")
        try:
            queued, running = self._queue.counts()
            workers = self._queue.workers(self._worker_seconds)
            totals = self._queue.totals()
        except redis.RedisError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        for name, text, value in (
            ("studio_jobs_queued", "Jobs waiting", queued),
            ("studio_jobs_running", "Jobs running", running),
            ("studio_workers", "Workers heard of in the last seconds", workers),
        ):
            yield GaugeMetricFamily(name, text, value=value)
        for name, text in TOTALS.items():
            yield CounterMetricFamily(f"studio_{name}", text, value=totals.get(name, 0.0))
