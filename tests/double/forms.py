"""Reads multipart forms, as servers do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .api import Request


@dataclass(frozen=True)
class Part:
    """One field; `file` is None for a text."""

    name: str
    file: str | None
    data: bytes

    @property
    def text(self) -> str:
        """The field's text."""
        return self.data.decode()


def parts(request: Request) -> list[Part]:
    """All fields in their order; none for another kind of body."""
    boundary = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
    found = []
    for chunk in request.body.split(b"--" + boundary[1].encode())[1:] if boundary else ():
        head, _, data = chunk.partition(b"\r\n\r\n")
        text = head.decode("utf-8", "replace")
        if name := re.search(r'\bname="([^"]*)"', text):
            file = re.search(r'\bfilename="([^"]*)"', text)
            found.append(Part(name[1], file[1] if file else None, data.removesuffix(b"\r\n")))
    return found
