"""The interface of engines, and the errors they may raise.

An engine speaks in the plugin's own values: `EditRequest` in, file bytes out, and a `Watch` through
which it reports how far it is and learns of a cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from layer_edit.backends.base import Watch
from layer_edit.editing.request import EditRequest


@dataclass(frozen=True)
class Edited:
    """A result: file bytes in the request's format, and sentences for the artist."""

    data: bytes
    notes: tuple[str, ...] = ()


class EngineStartError(Exception):
    """The engine cannot work here; the text is a sentence for whoever runs the studio."""


class FailedError(Exception):
    """This job cannot be done. `code`: one of the protocol's. The text is for the artist."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Engine(Protocol):
    """Edits one picture at a time, in one process with one GPU."""

    def prepare(self) -> str:
        """Check what is needed, load it, and say so in a sentence. Raises EngineStartError."""

    def run(self, request: EditRequest, watch: Watch) -> Edited:
        """Do one edit.

        `request.size` is the size asked for, `request.seed` always a number, `request.model` the
        key of a model in resources/models.json. Raises FailedError, the plugin's own errors
        (InputError, RefusedError, UnreachableError), and what `watch` raises on a cancel.
        """
