"""The service's routes: a request in, an answer out. No sockets and no faults here."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .answers import Answer, as_json, envelope, refusal
from .faults import Call
from .service import PRICES, RefusalError, Service, Task

PREFIX = "/api/v3"
MULTIPART_OLD_LIMIT = 20 * 2**20


@dataclass(frozen=True)
class Request:
    """One request as the routes see it; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; HTTP 400 for anything else."""
        try:
            payload = json.loads(self.body)
        except ValueError:
            raise RefusalError(400, "invalid JSON") from None
        if not isinstance(payload, dict):
            raise RefusalError(400, "a JSON object is expected")
        return payload


def call_of(request: Request) -> Call:
    """Which stage of a client's work an API request belongs to."""
    path = request.path.split("?")[0].removeprefix(PREFIX)
    if path in ("/media/uploads", "/media/upload/binary", "/upload"):
        return Call.UPLOAD
    if request.method == "GET" and path.startswith("/predictions/"):
        return Call.POLL
    if path.startswith("/predictions"):
        return Call.HISTORY
    if request.method == "GET" or path.startswith("/model/"):
        return Call.ACCOUNT
    return Call.SUBMIT


def prediction_id(request: Request) -> str:
    """The id in a result path, '' in another path."""
    match = re.fullmatch(rf"{PREFIX}/predictions/([^/]+)(/result)?", request.path)
    return match[1] if match else ""


class Api:
    """Routes of the API host, and of the host that stores files."""

    def __init__(self, service: Service, key: str) -> None:
        self.service = service
        self.key = key
        self.api_url = ""
        self.files_url = ""

    def answer(self, request: Request) -> Answer:
        """What the API host answers."""
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return refusal(401, "Unauthorized: invalid API key")
        if not request.path.startswith(PREFIX + "/"):
            return as_json({"error": "404 page not found"}, 404)
        try:
            return self._route(request, request.path.split("?")[0].removeprefix(PREFIX))
        except RefusalError as no:
            return refusal(no.status, no.text)

    def _route(self, request: Request, path: str) -> Answer:
        fixed = {
            ("POST", "/media/uploads"): self._ticket,
            ("POST", "/media/upload/binary"): self._multipart,
            ("POST", "/upload"): self._old_upload,
            ("POST", "/predictions"): self._history,
            ("POST", "/predictions/delete"): self._delete,
            ("POST", "/model/price"): self._price,
            ("POST", "/model/pricing"): self._pricing,
            ("GET", "/balance"): self._balance,
            ("GET", "/account/balance"): self._balance,
            ("GET", "/models"): self._models,
        }
        if handler := fixed.get((request.method, path)):
            return handler(request)
        if match := re.fullmatch(r"/predictions/([^/]+)(/result)?", path):
            if request.method == "GET":
                return self._result(match[1])
            if request.method == "DELETE" and not match[2]:
                return envelope({"deleted": self.service.delete([match[1]])})
        if request.method == "POST":
            return self._submit(request, path.removeprefix("/"))
        raise RefusalError(404, "not found")

    # Predictions

    def _submit(self, request: Request, model: str) -> Answer:
        task = self.service.submit(model, request.json())
        if task.inputs.get("enable_sync_mode"):
            time.sleep(max(0.0, task.ends - time.monotonic()))
            return envelope(self.data(task))
        # An asynchronous submit is answered before any work is done, however short that is.
        begun = {} if task.ended_as else {"status": "created", "outputs": []}
        return envelope({**self.data(task), **begun})

    def _result(self, task_id: str) -> Answer:
        task = self.service.tasks.get(task_id)
        if task is None:
            raise RefusalError(404, "prediction not found")
        task.polls += 1
        data = self.data(task)
        if data["status"] not in ("created", "processing") and task.first_seen_ended is None:
            task.first_seen_ended = time.monotonic()
        return envelope(data)

    def data(self, task: Task) -> dict[str, Any]:
        """`data` of an envelope about a task."""
        status = task.status
        data: dict[str, Any] = {
            "id": task.id,
            "model": task.model,
            "outputs": self.outputs(task) if status == "completed" else [],
            "urls": {"get": f"{self.api_url}{PREFIX}/predictions/{task.id}/result"},
            "status": status,
            "created_at": iso(task.created),
            "error": task.error,
            "has_nsfw_contents": [False] if status == "completed" else [],
            "timings": {"inference": round(task.duration * 1000) if status == "completed" else 0},
        }
        if task.code is not None:
            data["code"] = task.code
        return data

    def outputs(self, task: Task) -> list[str]:
        """URLs on the file host, or base64 where that was asked for."""
        if task.inputs.get("enable_base64_output"):
            return [base64.b64encode(self.service.picture(task)).decode()]
        kind = task.inputs.get("output_format", "jpeg")
        return [f"{self.files_url}/outputs/{task.id}/{task.renewals}.{kind}"]

    def _history(self, request: Request) -> Answer:
        body = request.json()
        page_number, size = int(body.get("page", 1)), min(100, int(body.get("page_size", 20)))
        after, before = _unix(body.get("created_after")), _unix(body.get("created_before"))
        found = [
            task
            for task in sorted(self.service.tasks.values(), key=lambda task: -task.created)
            if body.get("model") in (None, task.model)
            and body.get("status") in (None, task.status)
            and (after is None or task.created >= after)
            and (before is None or task.created <= before)
        ]
        shown = found[(page_number - 1) * size : page_number * size]
        extra = ("inputs",) if body.get("include_inputs") else ()
        items = [
            {**self.data(task), **{name: _history_inputs(task) for name in extra}} for task in shown
        ]
        return envelope({"page": page_number, "items": items})

    def _delete(self, request: Request) -> Answer:
        ids = request.json().get("ids")
        if not isinstance(ids, list):
            raise RefusalError(400, "ids is required")
        return envelope({"deleted": self.service.delete([str(one) for one in ids])})

    # Uploads

    def _ticket(self, request: Request) -> Answer:
        body = request.json()
        kind = str(body.get("content_type") or "application/octet-stream")
        if not body.get("filename") or not isinstance(body.get("size"), int):
            raise RefusalError(400, "filename and size are required")
        name = self.service.ticket(str(body["filename"]), body["size"], kind)
        return envelope(
            {
                "type": kind.split("/", maxsplit=1)[0],
                "download_url": f"{self.files_url}/uploads/{name}",
                "filename": body["filename"],
                "size": body["size"],
                "upload": {
                    "method": "PUT",
                    "url": f"{self.files_url}/put/{name}?signature=abc",
                    "headers": {"Content-Type": kind, "x-amz-acl": "public-read"},
                },
            }
        )

    def _multipart(self, request: Request) -> Answer:
        filename, kind, data = _file_part(request)
        name = self.service.keep(data, kind)
        url = f"{self.files_url}/uploads/{name}"
        return envelope(
            {"type": "image", "download_url": url, "filename": filename, "size": len(data)}
        )

    def _old_upload(self, request: Request) -> Answer:
        _, kind, data = _file_part(request)
        if len(data) > MULTIPART_OLD_LIMIT:
            raise RefusalError(413, "file too large")
        return envelope({"url": f"{self.files_url}/uploads/{self.service.keep(data, kind)}"})

    # Money

    def _price(self, request: Request) -> Answer:
        price = _price_of(request)
        return envelope(
            {"price": price, "discounted_price": price, "discount_rate": 1.0, "currency": "USD"}
        )

    def _pricing(self, request: Request) -> Answer:
        return envelope({"unit_price": _price_of(request), "currency": "USD"})

    def _balance(self, request: Request) -> Answer:
        return envelope({"balance": round(self.service.balance - self.service.spent, 6)})

    def _models(self, request: Request) -> Answer:
        return envelope(
            [
                {"model_id": model, "name": model, "type": "image-to-image", "base_price": price}
                for model, price in PRICES.items()
            ]
        )

    # The file host

    def file(self, request: Request) -> Answer:
        """What the host of uploads and outputs answers."""
        path = request.path.split("?")[0]
        if request.method == "PUT" and path.startswith("/put/"):
            return self._put(request, path.removeprefix("/put/"))
        if request.method != "GET":
            return Answer(405, b"method not allowed", "text/plain")
        if path.startswith("/uploads/"):
            found = self.service.files.get(path.removeprefix("/uploads/"))
            return Answer(200, found[1], found[0]) if found else _missing()
        match = re.fullmatch(r"/outputs/([^/]+)/(\d+)\.(\w+)", path)
        task = self.service.tasks.get(match[1]) if match else None
        if match is None or task is None or int(match[2]) != task.renewals:
            return _missing()
        return Answer(200, self.service.picture(task), f"image/{match[3]}")

    def _put(self, request: Request, name: str) -> Answer:
        ticket = self.service.tickets.get(name)
        if ticket is None or "signature=abc" not in request.path:
            return Answer(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
        agreed = {"content-type": ticket["type"], "x-amz-acl": "public-read"}
        if any(request.headers.get(header) != value for header, value in agreed.items()):
            return Answer(403, b"<Error>SignatureDoesNotMatch</Error>", "application/xml")
        if len(request.body) != ticket["size"]:
            return Answer(400, b"<Error>EntityTooLarge</Error>", "application/xml")
        self.service.store(name, request.body, ticket["type"])
        return Answer(200, b"", "text/plain")


def iso(unix: float) -> str:
    """Unix seconds as the service writes times."""
    stamp = datetime.fromtimestamp(unix, timezone.utc)
    return stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _unix(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise RefusalError(400, "created_after and created_before are ISO times") from None


def _history_inputs(task: Task) -> dict[str, Any]:
    images = ["" if image.startswith("data:") else image for image in task.inputs["images"]]
    return {**task.inputs, "images": images}


def _price_of(request: Request) -> float:
    model = request.json().get("model_id")
    if model not in PRICES:
        raise RefusalError(404, "model not found")
    return PRICES[model]


def _missing() -> Answer:
    return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")


def _file_part(request: Request) -> tuple[str, str, bytes]:
    """Filename, content type and bytes of the multipart field `file`."""
    boundary = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
    if boundary:
        for part in request.body.split(b"--" + boundary[1].encode())[1:]:
            head, _, data = part.partition(b"\r\n\r\n")
            text = head.decode("utf-8", "replace")
            if re.search(r'name="file"', text):
                name = re.search(r'filename="([^"]*)"', text)
                kind = re.search(r"(?i)content-type:\s*(\S+)", text)
                return (
                    name[1] if name else "",
                    kind[1] if kind else "application/octet-stream",
                    data.removesuffix(b"\r\n"),
                )
    raise RefusalError(400, "the multipart field 'file' is required")
