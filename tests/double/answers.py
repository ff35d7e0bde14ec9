"""Answers as values: status, headers, body, and the way they are put on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any


class Delivery(Enum):
    """How an answer's bytes reach the client."""

    WHOLE = "whole"
    SLOW = "slow"
    TRICKLE = "trickle"
    TRICKLE_HEAD = "trickle head"
    TRUNCATED = "truncated"
    ENDLESS = "endless"
    RESET = "reset before the answer"
    RESET_MIDDLE = "reset inside the body"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = Delivery.WHOLE

    def with_header(self, name: str, value: str) -> Answer:
        """With one header more."""
        return replace(self, headers=(*self.headers, (name, value)))

    def payload(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def as_json(payload: Any, status: int = 200) -> Answer:
    """An answer with any JSON."""
    return Answer(status, json.dumps(payload).encode())


def envelope(data: Any, code: int = 200, message: str = "success") -> Answer:
    """HTTP 200 with the service's envelope."""
    return as_json({"code": code, "message": message, "data": data})


def refusal(status: int, message: str) -> Answer:
    """An HTTP error in the service's own form."""
    return as_json({"code": status, "message": message}, status)


def page(text: str, status: int = 200) -> Answer:
    """An HTML page, as gateways send."""
    html = f"<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
    return Answer(status, html.encode(), "text/html")


def redirect(location: str, status: int) -> Answer:
    """A redirect with a small page."""
    return replace(page("Moved", status), headers=(("Location", location),))
