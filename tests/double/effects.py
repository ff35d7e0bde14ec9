"""What each fault does to an answer. Pure functions; the server decides when they are used."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

from PIL import Image

from .answers import Answer, Delivery, as_json, envelope, page, refusal
from .faults import Fault
from .simulate import encoded

INSTEAD: dict[Fault, Answer] = {
    Fault.RESET_BEFORE: Answer(delivery=Delivery.RESET),
    Fault.HTTP_400: refusal(400, "parameter 'size' is invalid"),
    Fault.HTTP_401: as_json({"code": 401, "message": "Unauthorized", "error_code": "auth"}, 401),
    Fault.HTTP_402: as_json({"error": "Payment required: insufficient balance"}, 402),
    Fault.HTTP_403: refusal(403, "Your account is suspended"),
    Fault.HTTP_404: as_json({"error": "not found"}, 404),
    Fault.HTTP_413: page("413 Request Entity Too Large", 413),
    Fault.HTTP_429: refusal(429, "You have reached your concurrency limit"),
    Fault.HTTP_429_RETRY_AFTER: refusal(429, "Too many requests").with_header("Retry-After", "7"),
    Fault.HTTP_503: Answer(503, b"upstream connect error", "text/plain"),
    Fault.CREDIT_400: refusal(400, "Insufficient credits. Please top up your account."),
    Fault.ERRORS_SHAPE: as_json({"errors": [{"message": "images: bad"}, "size: bad"]}, 400),
    Fault.DETAIL_SHAPE: as_json({"detail": [{"loc": ["images"], "msg": "bad picture"}]}, 422),
    Fault.CODE_401: envelope(None, 401, "Invalid API key"),
    Fault.CODE_429: envelope(None, 429, "Too many requests"),
}
"""Faults whose request is not acted on, and what is answered in its place."""

ACTED: dict[Fault, Answer] = {
    Fault.HTTP_500: refusal(500, "Internal server error"),
    Fault.HTTP_504_HTML: page("504 Gateway Time-out", 504),
    Fault.CODE_NOT_200: envelope(None, 500, "Internal error"),
    Fault.DATA_NULL: envelope(None),
    Fault.NOT_JSON: page("Just a moment..."),
    Fault.WRONG_SHAPE: as_json(["unexpected", 1, None]),
    Fault.EMPTY_BODY: Answer(200, b""),
}
"""Faults whose request is acted on and whose answer is lost behind another one."""

DELIVERIES: dict[Fault, Delivery] = {
    Fault.RESET_AFTER: Delivery.RESET,
    Fault.RESET_MIDDLE: Delivery.RESET_MIDDLE,
    Fault.TRUNCATED: Delivery.TRUNCATED,
    Fault.SLOW: Delivery.SLOW,
    Fault.TRICKLE: Delivery.TRICKLE,
    Fault.TRICKLE_HEAD: Delivery.TRICKLE_HEAD,
    Fault.ENDLESS: Delivery.ENDLESS,
}
"""Faults of the wire: the right answer, put there wrongly."""

TASK_ENDS: dict[Fault, tuple[str, int | None, str]] = {
    Fault.FAILED_1200: ("failed", 1200, "The content contains sensitive information."),
    Fault.FAILED_1402: ("failed", 1402, "Failed to access the media URL."),
    Fault.FAILED_1407: ("failed", 1407, "Insufficient credits."),
    Fault.FAILED_5000: ("failed", 5000, "Internal error"),
    Fault.FAILED_5003: ("failed", 5003, "Service unavailable"),
    Fault.FAILED_NO_CODE: ("failed", None, "Something went wrong"),
    Fault.STATUS_CANCELLED: ("cancelled", None, ""),
    Fault.STATUS_TIMEOUT: ("timeout", None, "Task timed out"),
    Fault.STATUS_DELETED: ("deleted", None, ""),
}
"""Faults that end the task: status, code, error."""

NEEDS_OUTPUTS = {
    Fault.OUTPUTS_OBJECTS,
    Fault.OUTPUTS_STRING,
    Fault.OUTPUTS_BASE64,
    Fault.OUTPUTS_DATA_URI,
    Fault.OUTPUTS_EMPTY,
    Fault.OUTPUTS_LATE,
    Fault.OUTPUT_PLAIN_HTTP,
    Fault.NSFW,
}
"""Faults that strike an answer with outputs, and no earlier one."""

Data = dict[str, Any]


def _base64(prefix: str) -> Callable[[Data, bytes], Data]:
    def change(data: Data, picture: bytes) -> Data:
        return {**data, "outputs": [prefix + base64.b64encode(picture).decode()]}

    return change


OUTPUT_CHANGES: dict[Fault, Callable[[Data, bytes], Data]] = {
    Fault.OUTPUTS_OBJECTS: lambda data, _: {
        **data,
        "outputs": [{"type": "image", "url": url} for url in data["outputs"]],
    },
    Fault.OUTPUTS_STRING: lambda data, _: {**data, "outputs": data["outputs"][0]},
    Fault.OUTPUTS_BASE64: _base64(""),
    Fault.OUTPUTS_DATA_URI: _base64("data:image/png;base64,"),
    Fault.OUTPUTS_EMPTY: lambda data, _: {**data, "outputs": []},
    Fault.OUTPUTS_LATE: lambda data, _: {**data, "outputs": []},
    Fault.OUTPUT_PLAIN_HTTP: lambda data, _: {**data, "outputs": ["http://cdn.example/1.png"]},
    Fault.NSFW: lambda data, _: {**data, "has_nsfw_contents": [True]},
}
"""Faults in the outputs: (data, picture bytes) -> data."""


def change_data(answer: Answer, change: Callable[[Data], Data]) -> Answer:
    """The same answer with another `data`; answers without one stay as they are."""
    payload = answer.payload()
    if not isinstance(payload.get("data"), dict):
        return answer
    return as_json({**payload, "data": change(payload["data"])}, answer.status)


def gzip_garbage(answer: Answer) -> Answer:
    """Claims gzip and is not."""
    return replace(answer, body=b"\x1f\x8bnot gzip at all" * 20).with_header(
        "Content-Encoding", "gzip"
    )


def picture_fault(fault: Fault, answer: Answer) -> Answer:
    """What the output host serves instead of the picture."""
    if fault is Fault.NOT_AN_IMAGE:
        return replace(page("Sign in to the network"), content_type="image/png")
    if fault is Fault.BROKEN_IMAGE:
        middle = len(answer.body) // 2
        return replace(answer, body=answer.body[:middle] + bytes(64) + answer.body[middle + 64 :])
    if fault is Fault.BOMB:
        return replace(answer, body=bomb(), content_type="image/png")
    return replace(answer, body=_halved(answer.body))


def _halved(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as picture:
        width, height = picture.size
        name = (picture.format or "PNG").lower()
        return encoded(picture.resize((width // 2, height // 2)), name)


def bomb(side: int = 12_000) -> bytes:
    """A 1-bit PNG of `side` x `side` black pixels: some kilobytes that decode to megabytes."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = (b"\0" + bytes((side + 7) // 8)) * side
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
