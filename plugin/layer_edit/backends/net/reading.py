"""Reads what servers say: JSON or not, numbers in any dress, errors of every shape."""

from __future__ import annotations

import html
import json
import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

MAX_RETRY_AFTER = 3600.0
"""Seconds."""

MAX_WORDS = 8_000
"""Characters of a server's words that are looked at."""


def read_json(body: bytes) -> Any:
    """The body as JSON, None when it is not (HTML pages, nothing, half an answer)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def error_text(body: bytes) -> str:
    """What an error answer says, as plain text; '' when it says nothing. Not shortened."""
    payload = read_json(body)
    if isinstance(payload, dict | list | str):
        return said(payload)
    page = _head(body[: 4 * MAX_WORDS].decode("utf-8", "replace"))
    title = re.search(r"(?is)<title[^>]*>([^<]+)</title", page)
    return plain(title[1] if title else page)


def plain(text: str) -> str:
    """Text without HTML tags, with white space folded and unprintable characters dropped."""
    text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", " ", text)
    text = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _head(text: str) -> str:
    """Its first MAX_WORDS characters without a word cut in half: half a key is not recognised."""
    if len(text) <= MAX_WORDS:
        return text
    whole = text[:MAX_WORDS].rsplit(None, 1)
    return whole[0] if len(whole) == 2 else ""


def as_int(value: Any) -> int | None:
    """A whole number out of a number or a text of digits, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value.strip()):
        return int(value)
    return None


def as_number(value: Any) -> float | None:
    """A finite number out of a number or a numeric text, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds out of a Retry-After header (seconds or a date), bounded; None without one.

    A date counts from the answer's own: this computer's clock may be hours off.
    """
    text = headers.get("retry-after", "")
    seconds = as_number(text)
    if seconds is None:
        try:
            then = parsedate_to_datetime(text).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        try:
            now = parsedate_to_datetime(headers.get("date", "")).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            now = time.time()
        seconds = then - now
    return min(MAX_RETRY_AFTER, max(0.0, seconds)) if math.isfinite(seconds) else None


def said(value: Any, depth: int = 0) -> str:
    """The words in an error of any shape: a text, {message}, {detail: […]}, {errors: […]} …"""
    if isinstance(value, str):
        return plain(_head(value))
    if depth > 4:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, (said(one, depth + 1) for one in value[:10])))
    if isinstance(value, dict):
        # {'message': 'success', 'data': {'error': …}} happens: the inner word is the true one.
        names = ("error", "errors", "detail", "message", "msg", "data")
        found = (said(value.get(name), depth + 1) for name in names)
        return next((text for text in found if text and text != "success"), "")
    return ""
