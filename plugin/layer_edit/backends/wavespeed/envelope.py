"""Reads the service's answers. Every shape seen is understood; nothing is taken for granted.

The documents contradict each other and the answers vary between endpoints and gateways, so every
field may be missing, null or of another type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ..net.reading import as_int, as_number, error_text, read_json, said

ID = re.compile(r"(?!\.+$)[A-Za-z0-9._:~-]{1,200}")
"""What a prediction id may look like: it becomes part of an address."""

ISO_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d{1,12})?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII
)

COMPLETED = "completed"
DELETED = "deleted"
ENDED = ("failed", "cancelled", "canceled", "timeout", DELETED)
"""Terminal statuses other than 'completed'. Any word not known is taken for 'still running'."""

SYNC_TIMEOUT = 5004


@dataclass(frozen=True)
class Reply:
    """One answer about one prediction, as far as it could be understood.

    `code` is the envelope's, `task_code` the one in `data`. `created` is in Unix seconds.
    """

    code: int | None = None
    text: str = ""
    id: str = ""
    status: str = ""
    outputs: tuple[str, ...] = ()
    task_code: int | None = None
    task_error: str = ""
    model: str = ""
    created: float | None = None
    inference_seconds: float | None = None
    flagged: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def speaks_of_task(self) -> bool:
        """Whether it tells anything about a prediction."""
        return bool(self.id or self.status)


def read_reply(body: bytes) -> Reply:
    """Read the answer to a submit or a result query."""
    payload = read_json(body)
    if not isinstance(payload, dict):
        return Reply(text=error_text(body))
    data = payload.get("data")
    if not isinstance(data, dict):
        # Some answers come without the envelope.
        data = payload if "status" in payload and "id" in payload else {}
    return read_task(data, code=as_int(payload.get("code")), text=error_text(body))


def read_task(data: Mapping[str, Any], code: int | None = None, text: str = "") -> Reply:
    """Read the `data` of an answer, or an item of the history."""
    return Reply(
        code=code,
        text=text,
        id=_id(data.get("id")),
        status=_word(data.get("status")),
        outputs=_outputs(data.get("outputs")),
        task_code=as_int(data.get("code")),
        task_error=said(data.get("error")),
        model=_string(data.get("model")),
        created=as_time(data.get("created_at")),
        inference_seconds=_inference(data.get("timings")),
        flagged=_flagged(data.get("has_nsfw_contents")),
        inputs=_inputs(data),
    )


def read_items(body: bytes) -> list[Reply] | None:
    """Read a page of the history; None when the answer is not one."""
    payload = read_json(body)
    data = payload.get("data", payload) if isinstance(payload, dict) else payload
    items = data.get("items") if isinstance(data, dict) else data
    if not isinstance(items, list):
        return None
    return [read_task(item) for item in items if isinstance(item, dict)]


def read_data(body: bytes) -> Mapping[str, Any] | None:
    """The `data` object of an answer whose `code` is 200 or absent, else None."""
    payload = read_json(body)
    if not isinstance(payload, dict) or as_int(payload.get("code", 200)) != 200:
        return None
    data = payload.get("data", payload)
    return data if isinstance(data, dict) else None


def as_time(value: Any) -> float | None:
    """Unix seconds out of an ISO time or a Unix time in seconds or milliseconds, else None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = as_number(value)
        if number is None or number <= 0:
            return None
        return number / 1000 if number > 1e11 else number
    if not isinstance(value, str):
        return None
    # Python 3.10 reads neither 'Z' nor other than 3 or 6 digits of a second.
    match = ISO_TIME.fullmatch(value.strip())
    if not match:
        return None
    zone = (match[3] or "Z").replace("Z", "+00:00")
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        stamp = datetime.fromisoformat(match[1] + zone).astimezone(timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None
    return stamp + float(match[2] or 0)


def _id(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and ID.fullmatch(text) else ""


def _word(value: Any) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _outputs(value: Any) -> tuple[str, ...]:
    """Outputs are strings or objects with a `url`; one alone may come without the list."""
    found = (_output(one) for one in (value if isinstance(value, list) else [value]))
    return tuple(text for text in found if text)


def _output(value: Any) -> str:
    if isinstance(value, dict):
        names = ("url", "download_url", "image", "base64", "b64_json", "data")
        return next((_output(value[n]) for n in names if isinstance(value.get(n), str)), "")
    return value.strip() if isinstance(value, str) else ""


def _inference(timings: Any) -> float | None:
    milliseconds = as_number(timings.get("inference")) if isinstance(timings, dict) else None
    return milliseconds / 1000 if milliseconds is not None and milliseconds > 0 else None


def _flagged(value: Any) -> bool:
    return any(one is True for one in value) if isinstance(value, list) else value is True


def _inputs(data: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("inputs", "input"):
        value = data.get(name)
        value = read_json(value.encode()) if isinstance(value, str) else value
        if isinstance(value, dict):
            return value
    return {}
