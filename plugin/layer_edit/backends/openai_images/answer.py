"""Reads the server's answers: pictures, and which parameter it does not take."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..net.reading import error_text, read_json


def pictures(body: bytes) -> tuple[str, ...]:
    """The results in an answer, each base64 or an address; none when it is no such answer."""
    told = read_json(body)
    data = told.get("data") if isinstance(told, dict) else None
    found = (_picture(one) for one in (data if isinstance(data, list) else ()))
    return tuple(filter(None, found))


def _picture(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    for name in ("b64_json", "url"):
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def models(body: bytes) -> list[str]:
    """The ids that `/v1/models` lists."""
    told = read_json(body)
    data = told.get("data") if isinstance(told, dict) else None
    ids = (
        one.get("id") for one in (data if isinstance(data, list) else ()) if isinstance(one, dict)
    )
    return [one for one in ids if isinstance(one, str)]


def blamed(body: bytes, sent: Collection[str]) -> str:
    """The parameter of those sent that a refusal names, '' when it names none.

    OpenAI: `error.param`. FastAPI: `detail[].loc`. Others say it in words, in quotes or as the
    name of a field.
    """
    told = read_json(body)
    if isinstance(told, dict):
        for name in (*_by_openai(told), *_by_fastapi(told)):
            # Files are sent as image[] and named image.
            if name in sent or name.removesuffix("[]") in sent:
                return name.removesuffix("[]")
    text = error_text(body)
    for name in sent:
        if re.search(rf"['\"`]{re.escape(name)}(\[\])?['\"`]", text):
            return name
    for name in sent:
        if re.search(rf"\b{re.escape(name)}\b", text):
            return name
    return ""


def _by_openai(told: Mapping[str, Any]) -> Iterator[str]:
    error = told.get("error")
    for place in (error, told):
        param = place.get("param") if isinstance(place, dict) else None
        if isinstance(param, str):
            yield param


def _by_fastapi(told: Mapping[str, Any]) -> Iterator[str]:
    detail = told.get("detail")
    for one in detail if isinstance(detail, list) else ():
        place = one.get("loc") if isinstance(one, dict) else None
        for part in place if isinstance(place, list) else ():
            if isinstance(part, str):
                yield part
