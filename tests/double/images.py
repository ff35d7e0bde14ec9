"""A double of servers with OpenAI's images API: vLLM-Omni, SGLang, OpenAI itself."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PIL import Image, ImageOps

from .answers import Answer, as_json, page
from .api import Request
from .forms import Part, parts
from .wire import Host

ALL = ("model", "prompt", "image", "size", "seed", "response_format", "output_format")
Refuse = Callable[[str], Answer]
"""The answer for a parameter that is not taken, by its name."""


def as_openai(name: str) -> Answer:
    """OpenAI's own words."""
    error = {
        "message": f"Unknown parameter: '{name}'.",
        "type": "invalid_request_error",
        "param": name,
        "code": "unknown_parameter",
    }
    return as_json({"error": error}, 400)


def as_fastapi(name: str) -> Answer:
    """A field that validation does not let through, as FastAPI says it."""
    detail = {
        "type": "extra_forbidden",
        "loc": ["body", name],
        "msg": "Extra inputs are not permitted",
    }
    return as_json({"detail": [detail]}, 422)


def in_words(name: str) -> Answer:
    """A sentence, as vLLM-Omni and SGLang answer."""
    return as_json({"detail": f"{name}=x is not supported"}, 400)


class ImagesDouble:
    """Such a server on 127.0.0.1: `with ImagesDouble() as double: … double.url …`.

    `key`: wanted in Authorization, '' for none. `takes`: the parameters it takes; others are
    answered as `refuse` says, or dropped without a word when it is None. `gate`: answers wait for
    it. `as_url`: results are addresses, on this host ('own') or on another ('other').
    `change`: makes another answer of that of an edit. `hung_up`: clients that did not wait.
    """

    def __init__(
        self, *, key: str = "", refuse: Refuse | None = as_openai, as_url: str = ""
    ) -> None:
        self.takes = set(ALL)
        self.gate = threading.Event()
        self.gate.set()
        self.change: Callable[[Answer], Answer] | None = None
        self.edits: list[dict[str, list[Part]]] = []
        self.authorizations: list[tuple[str, str]] = []
        self.models: list[str] | None = ["HiDream-O1-Image"]
        self._key = key
        self._refuse = refuse
        self._as_url = as_url
        self._made: dict[str, bytes] = {}
        self._host = Host("images", self._answer, lambda *_: None, 0.5)
        self.other = Host("other", self._answer_other, lambda *_: None, 0.5)

    def __enter__(self) -> ImagesDouble:
        self._host.open()
        self.other.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.gate.set()
        self._host.close()
        self.other.close()
        if self._host.errors and error is None:
            raise RuntimeError("the double itself failed") from self._host.errors[0]

    @property
    def url(self) -> str:
        """The address for clients, without /v1."""
        return self._host.url

    def _answer(self, host: Host, request: Request) -> Answer:
        given = request.headers.get("authorization", "")
        self.authorizations.append((host.name, given))
        if self._key and given != f"Bearer {self._key}":
            return as_json({"error": {"message": f"Incorrect API key provided: {given}"}}, 401)
        if (request.method, request.path) == ("GET", "/v1/models"):
            if self.models is None:
                return as_json({"detail": "Not Found"}, 404)
            return as_json({"object": "list", "data": [{"id": one} for one in self.models]})
        if (request.method, request.path) == ("POST", "/v1/images/edits"):
            answer = self._edit(request)
            return self.change(answer) if self.change else answer
        return self._file(request)

    def _answer_other(self, host: Host, request: Request) -> Answer:
        self.authorizations.append((host.name, request.headers.get("authorization", "")))
        return self._file(request)

    def _file(self, request: Request) -> Answer:
        data = self._made.get(request.path)
        return Answer(200, data, "image/png") if data else page("Not Found", 404)

    def _edit(self, request: Request) -> Answer:
        fields: dict[str, list[Part]] = {}
        for part in parts(request):
            fields.setdefault(part.name.removesuffix("[]"), []).append(part)
        for name in fields:
            if name not in self.takes and self._refuse:
                return self._refuse(name)
        if "prompt" not in fields or "image" not in fields:
            return as_json({"detail": "Field 'image' or 'url' is required"}, 422)
        self.edits.append(fields)
        self.gate.wait()
        data = _edited(fields)
        return as_json({"created": 1, "data": [self._item(data)], "output_format": "png"})

    def _item(self, data: bytes) -> dict[str, Any]:
        if not self._as_url:
            return {"b64_json": base64.b64encode(data).decode(), "url": None}
        path = f"/v1/images/{len(self._made)}/content"
        self._made[path] = data
        return {"url": path if self._as_url == "own" else self.other.url + path}


def _edited(fields: dict[str, list[Part]]) -> bytes:
    """The first picture inverted, at a 64th of the size that was asked for."""
    with Image.open(io.BytesIO(fields["image"][0].data)) as opened:
        picture = ImageOps.invert(opened.convert("RGB"))
    if "size" in fields:
        width, height = (int(side) for side in fields["size"][0].text.split("x"))
        picture = picture.resize((width // 64, height // 64))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
