"""Hears what a ComfyUI tells of one prompt over its WebSocket; deaf where that cannot be had.

It is a comfort: how far an edit is, and the moment it ends. What counts is asked over HTTP.
"""

from __future__ import annotations

import http.client
import importlib
import json
import logging
import time
from types import ModuleType, TracebackType
from typing import Any
from urllib.parse import quote

from ..net.route import Route

_log = logging.getLogger(__name__)

MAX_MESSAGE = 16 * 2**20
"""Bytes of one message. Previews of the picture come this way too."""

REOPEN_SECONDS = 3.0
"""Between tries to open a connection that was lost."""

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
"""Opcodes of RFC 6455."""


def library() -> ModuleType | None:
    """The module of websocket-client, None where it is not installed."""
    try:
        module = importlib.import_module("websocket")
    except ImportError:
        return None
    # Other packages are called 'websocket' too.
    return module if hasattr(module, "WebSocketTimeoutException") else None


class Listener:
    """Messages for the client `client_id`, by JSON. Use in a `with`; for one thread."""

    def __init__(self, route: Route, client_id: str, timeout: float) -> None:
        self._route = route
        self._client_id = client_id
        self._timeout = timeout
        self._library = library()
        self._socket: Any = None
        self._next_try = 0.0

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def open(self) -> bool:
        """Whether there is a connection; tries to make one, now and then."""
        if self._socket is None and self._library and time.monotonic() >= self._next_try:
            self._next_try = time.monotonic() + REOPEN_SECONDS
            self._open(self._library)
        return self._socket is not None

    def message(self, seconds: float) -> dict[str, Any] | None:
        """The next message, None when none came in that time or the connection was lost."""
        assert self._library is not None  # noqa: S101 - `open` was asked first
        try:
            self._socket.settimeout(seconds)
            frame = self._socket.recv_frame()
            if frame is not None and frame.opcode == PING:
                self._socket.pong(frame.data)
        except self._library.WebSocketTimeoutException:
            return None
        except (OSError, ValueError, self._library.WebSocketException) as error:
            _log.info("the WebSocket was lost: %s", error)
            self._hang_up()
            return None
        if frame is None or frame.opcode == CLOSE:
            self._hang_up()
            return None
        return _read(frame.data) if frame.opcode == TEXT and frame.fin else None

    def _open(self, library: ModuleType) -> None:
        scheme, _, rest = self._route.base.partition("://")
        url = (
            f"{'wss' if scheme == 'https' else 'ws'}://{rest}/ws?clientId={quote(self._client_id)}"
        )
        try:
            connection = self._route.connected(self._timeout)
            opened = library.WebSocket(enable_multithread=False)
            _limit(opened.frame_buffer, library.WebSocketPayloadException)
            opened.connect(url, socket=connection, suppress_origin=True, redirect_limit=0)
        except (
            OSError,
            ValueError,
            http.client.HTTPException,
            library.WebSocketException,
        ) as error:
            _log.info("no WebSocket: %s", error)
            return
        self._socket = opened

    def _hang_up(self) -> None:
        opened, self._socket = self._socket, None
        if opened is not None:
            opened.shutdown()


def _limit(buffer: Any, error: type[Exception]) -> None:
    """Look at each frame's length before memory for it is taken."""
    read_length = buffer.recv_length

    def recv_length() -> None:
        read_length()
        if buffer.length > MAX_MESSAGE:
            raise error(f"a message of {buffer.length} bytes")

    buffer.recv_length = recv_length


def _read(data: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
