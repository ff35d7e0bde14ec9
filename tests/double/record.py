"""What the double saw: every request with the key masked, and every leak of the key."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from .answers import Answer, Delivery
from .api import Request, call_of
from .faults import Call


@dataclass(frozen=True)
class Seen:
    """One recorded request; the key is masked in `headers` and `path`. Times are seconds."""

    host: str
    method: str
    path: str
    call: Call
    headers: dict[str, str]
    size: int
    at: float
    seconds: float
    status: int
    delivery: Delivery
    inputs: dict[str, Any] = field(default_factory=dict)


class Record:
    """All requests of all hosts. Safe to use from several threads."""

    def __init__(self, key: str) -> None:
        self.requests: list[Seen] = []
        self.violations: list[str] = []
        self._key = key
        self._lock = threading.Lock()

    def add(self, host: str, request: Request, answer: Answer, began: float) -> None:
        """Keep one request; `began` is in monotonic seconds."""
        call = call_of(request) if "/api/" in request.path else Call.FETCH
        if request.method == "PUT":
            call = Call.UPLOAD
        with self._lock:
            self.violations += self._leaks(host, request)
            self.requests.append(
                Seen(
                    host=host,
                    method=request.method,
                    path=self._masked(request.path),
                    call=call,
                    headers={name: self._masked(text) for name, text in request.headers.items()},
                    size=len(request.body),
                    at=began,
                    seconds=time.monotonic() - began,
                    status=answer.status,
                    delivery=answer.delivery,
                    inputs=_inputs(request) if call is Call.SUBMIT else {},
                )
            )

    def _masked(self, text: str) -> str:
        return text.replace(self._key, "***")

    def _leaks(self, host: str, request: Request) -> list[str]:
        found = []
        if host != "api" and (
            "authorization" in request.headers or self._key in str(request.headers)
        ):
            found.append(f"credentials sent to {host}: {self._masked(request.path)}")
        if self._key in request.path or self._key.encode() in request.body:
            found.append(f"key in the address or body of {request.method}")
        return found


def _inputs(request: Request) -> dict[str, Any]:
    """The submit's JSON with pictures shortened to their beginning."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    if isinstance(body, dict) and isinstance(body.get("images"), list):
        body["images"] = [str(image)[:100] for image in body["images"]]
    return body if isinstance(body, dict) else {}
