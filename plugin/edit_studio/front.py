"""The HTTP side: routes, keys, limits on what is read, and what becomes of errors.

Requests are read here, on the event loop; the work (Redis, disk) is done on threads. Any number
of fronts may run beside each other: they share nothing but Redis and the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import redis
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from . import protocol
from .jobs import Job
from .keys import Keys, Owner
from .log import Log
from .metrics import Metrics
from .protocol import PREFIX, Refusal
from .queue import Queue, connect
from .service import Service
from .settings import Settings
from .store import StoreError, open_store
from .sweeper import Sweeper

JSON_LIMIT = 200 * 2**20
"""Bytes of a request's JSON, pictures as data URIs included."""

FORM_ROOM = 64 * 2**10
"""Bytes a multipart form may have around the picture."""

LOOKS = (0.02, 0.05, 0.1, 0.25)
"""Seconds between looks at a job in sync mode; the last is repeated."""

UNAVAILABLE = "the studio's queue or storage does not answer: try again in a moment"


def make_app(settings: Settings, models: dict[str, str]) -> FastAPI:
    """The service. `models`: id -> title of what is served. Raises SettingsError."""
    from .tasks import Waker  # noqa: PLC0415 - Celery takes its time to import

    client = connect(settings.redis_url)
    log = Log("front", settings.log_contents)
    queue, store = Queue(client), open_store(settings)
    waker = Waker(settings.redis_url)
    service = Service(settings, queue, store, models, waker.wake, log)
    sweeper = Sweeper(settings, queue, store, waker, log)

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=sweeper.run, args=(stop,), name="sweeper", daemon=True)
        thread.start()
        log.say("started", models=list(models))
        yield
        stop.set()
        await run_in_threadpool(thread.join, 5)
        log.say("stopped")

    app = FastAPI(title="Layer Edit Studio", docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=life)  # fmt: skip
    metrics = Metrics(queue, max(10.0, 3 * settings.beat))
    front = Front(service, Keys(client), log)
    app.middleware("http")(metrics.watch)
    _errors(app, log)
    _free(app, front, metrics)
    _predictions(app, front)
    _uploads(app, front)
    _account(app, front)
    # Last, because it takes every other path for a model's id.
    app.post(PREFIX + "/{model:path}")(front.submit)
    return app


class Front:
    """Reads requests and hands them to the service."""

    def __init__(self, service: Service, keys: Keys, log: Log) -> None:
        self.service = service
        self.keys = keys
        self.log = log

    def address(self, request: Request) -> str:
        """How the client came here, without a trailing slash."""
        return (self.service.settings.public_url or str(request.base_url)).rstrip("/")

    async def owner(self, request: Request) -> Owner:
        """Whose key came along. Raises Refusal before anything of the body is read."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        owner = None
        if scheme.lower() == "bearer" and key:
            owner = await run_in_threadpool(self.keys.owner_of, key.strip())
        if owner is None:
            raise Refusal(401, "Unauthorized: invalid API key")
        return owner

    async def json(self, request: Request) -> dict[str, Any]:
        """The body as a JSON object. Raises Refusal."""
        body = await read(request, JSON_LIMIT)
        try:
            # Some tens of megabytes take their time: other requests go on meanwhile.
            payload = await run_in_threadpool(_loads, body)
        except (ValueError, RecursionError):
            raise Refusal(400, "invalid JSON") from None
        if not isinstance(payload, dict):
            raise Refusal(400, "a JSON object is expected")
        return payload

    async def submit(self, request: Request, model: str) -> Response:
        """POST /{model}."""
        owner = await self.owner(request)
        body = await self.json(request)
        address = self.address(request)
        job = await run_in_threadpool(self.service.submit, owner, model, body)
        if not body.get("enable_sync_mode"):
            return answer(protocol.task(job, (), address))
        job = await self._ended(owner, job)
        data = await run_in_threadpool(self.service.data, job, address)
        if not job.has_ended:
            late = "Sync mode timed out. The job goes on: query the result later."
            data = {**data, "code": protocol.SYNC_TIMEOUT, "error": late}
        return answer(data)

    async def _ended(self, owner: Owner, job: Job) -> Job:
        """The job when it has ended, or as it is after as long as sync mode waits."""
        give_up = time.monotonic() + self.service.settings.sync_seconds
        looks = iter(LOOKS)
        while not job.has_ended and time.monotonic() < give_up:
            await asyncio.sleep(next(looks, LOOKS[-1]))
            job = await run_in_threadpool(self.service.get, owner, job.id)
        return job


def _loads(body: bytes) -> Any:
    payload = json.loads(body)
    if not protocol.is_text(payload):
        raise ValueError
    return payload


async def read(request: Request, most: int) -> bytes:
    """The body. Raises Refusal as soon as it has more bytes than that."""
    parts, size = [], 0
    if "content-length" in request.headers:
        length(request, most)
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refusal(413, f"a request may have {most // 2**20} MB")
        parts.append(part)
    return b"".join(parts)


def length(request: Request, most: int) -> None:
    """Raise Refusal for a body that is too large, or does not say how large it is."""
    told = request.headers.get("content-length", "")
    if not told.isdigit():
        raise Refusal(411, "Content-Length is required")
    if int(told) > most:
        raise Refusal(413, f"a request may have {most // 2**20} MB")


def answer(data: Any) -> Response:
    """A good answer."""
    return JSONResponse(protocol.envelope(data))


def _errors(app: FastAPI, log: Log) -> None:
    async def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)  # noqa: S101 - what it is registered for
        return JSONResponse(protocol.refusal(error.status, error.text), error.status)

    async def unavailable(_request: Request, error: Exception) -> Response:
        log.say("unavailable", reason=type(error).__name__)
        return JSONResponse(protocol.refusal(503, UNAVAILABLE), 503)

    async def other(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
        return JSONResponse(protocol.refusal(error.status_code, error.detail), error.status_code)

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(HTTPException, other)
    app.add_exception_handler(redis.RedisError, unavailable)
    app.add_exception_handler(StoreError, unavailable)


def _free(app: FastAPI, front: Front, metrics: Metrics) -> None:
    """What needs no key: health, metrics, and files, whose names are the right to them."""

    @app.get("/health")
    def health() -> Response:
        told = metrics.health()
        return JSONResponse(told, 200 if told["status"] == "ok" else 503)

    @app.get("/metrics")
    def numbers() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    @app.get("/files/{name:path}")
    def file(name: str) -> Response:
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private"}
        data = front.service.file(name)
        return Response(data, media_type=protocol.media_type(name), headers=headers)

    @app.put("/files/{name:path}")
    async def put(request: Request, name: str) -> Response:
        # Without a ticket nothing is read: this path asks for no key.
        size = await run_in_threadpool(front.service.ticket_size, name)
        data = await read(request, size)
        await run_in_threadpool(front.service.fill_ticket, name, size, data)
        return Response()


def _predictions(app: FastAPI, front: Front) -> None:
    @app.get(PREFIX + "/predictions/{job_id}/result")
    @app.get(PREFIX + "/predictions/{job_id}")
    async def result(request: Request, job_id: str) -> Response:
        owner = await front.owner(request)
        address = front.address(request)
        return answer(await run_in_threadpool(_told, front.service, owner, job_id, address))

    @app.post(PREFIX + "/predictions")
    async def history(request: Request) -> Response:
        owner = await front.owner(request)
        body = await front.json(request)
        address = front.address(request)
        return answer(await run_in_threadpool(front.service.history, owner, body, address))

    @app.post(PREFIX + "/predictions/delete")
    async def delete(request: Request) -> Response:
        owner = await front.owner(request)
        ids = (await front.json(request)).get("ids")
        return answer({"deleted": await run_in_threadpool(front.service.delete, owner, ids)})

    @app.delete(PREFIX + "/predictions/{job_id}")
    async def delete_one(request: Request, job_id: str) -> Response:
        owner = await front.owner(request)
        return answer({"deleted": await run_in_threadpool(front.service.delete, owner, [job_id])})


def _told(service: Service, owner: Owner, job_id: str, address: str) -> dict[str, Any]:
    return service.data(service.get(owner, job_id), address)


def _uploads(app: FastAPI, front: Front) -> None:
    @app.post(PREFIX + "/media/uploads")
    async def ticket(request: Request) -> Response:
        await front.owner(request)
        body = await front.json(request)
        address = front.address(request)
        return answer(await run_in_threadpool(front.service.ticket, body, address))

    async def by_form(request: Request) -> dict[str, Any]:
        await front.owner(request)
        length(request, front.service.most_bytes + FORM_ROOM)
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Refusal(400, "the multipart field 'file' is required")
            data, name, kind = await file.read(), file.filename or "", file.content_type or ""
        keep = partial(front.service.upload, data, name, kind, front.address(request))
        return await run_in_threadpool(keep)

    @app.post(PREFIX + "/media/upload/binary")
    async def form(request: Request) -> Response:
        return answer(await by_form(request))

    @app.post(PREFIX + "/upload")
    async def old_form(request: Request) -> Response:
        return answer({"url": (await by_form(request))["download_url"]})


def _account(app: FastAPI, front: Front) -> None:
    """There is nothing to pay: prices are 0, and there is no balance."""

    @app.get(PREFIX + "/balance")
    async def balance(request: Request) -> Response:
        await front.owner(request)
        return answer({"balance": None})

    @app.get(PREFIX + "/models")
    async def models(request: Request) -> Response:
        await front.owner(request)
        return answer(front.service.listed_models())

    @app.post(PREFIX + "/model/price")
    async def price(request: Request) -> Response:
        amount = await _price(request)
        told = {"price": amount, "discounted_price": amount, "discount_rate": 1.0}
        return answer({**told, "currency": "USD"})

    @app.post(PREFIX + "/model/pricing")
    async def pricing(request: Request) -> Response:
        return answer({"unit_price": await _price(request), "currency": "USD"})

    async def _price(request: Request) -> float:
        await front.owner(request)
        return front.service.price((await front.json(request)).get("model_id"))
