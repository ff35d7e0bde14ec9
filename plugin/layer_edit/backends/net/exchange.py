"""One HTTP exchange as values: what is sent, how long it may take, what came back."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ...texts import N_
from ..base import Watch

MAX_ANSWER = 128 * 2**20
"""Bytes of a JSON answer; one with a picture in base64 is some tens of megabytes."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds. `connect` until there is a connection; the next four are the longest silence
    while an answer is awaited; `total` is the most one exchange may take."""

    connect: float = 10.0
    answer: float = 30.0
    submit: float = 60.0
    sync: float = 120.0
    transfer: float = 60.0
    total: float = 900.0


@dataclass(frozen=True)
class HttpAnswer:
    """One answer, read whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


class Outgoing(io.BytesIO):
    """A request's body, which knows whether all of it was handed to the network.

    A service cannot act on a request whose announced length never arrived: that is what separates
    'surely not accepted' from 'may have been accepted', whatever the error is called.
    """

    def __init__(self, data: bytes, watch: Watch | None, deadline: float) -> None:
        super().__init__(data)
        self.size = len(data)
        self._watch = watch
        self._deadline = deadline

    @property
    def sent(self) -> bool:
        """Whether the last byte was handed over."""
        return self.tell() >= self.size

    def read(self, size: int | None = -1, /) -> bytes:
        """Hand over the next bytes; a cancel takes effect as long as the last are not among them.

        Raises CancelledError, and TimeoutError when the exchange takes too long.
        """
        if not self.sent:
            if self._watch is not None:
                self._watch.check()
            if time.monotonic() > self._deadline:
                raise TimeoutError(N_("sending took too long"))
        return super().read(size)


@dataclass(frozen=True)
class Exchange:
    """One request to be made. `timeout`: longest silence in seconds. `limit`: bytes of answer.

    `fresh`: use a new connection, so that an error is never that of a connection gone stale.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    timeout: float
    limit: int = MAX_ANSWER
    body: bytes | None = None
    watch: Watch | None = None
    fresh: bool = False
