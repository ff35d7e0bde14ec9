"""The server's side of WebSockets (RFC 6455), as far as a double needs it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import struct
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..api import Request

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Sockets:
    """Connections by client id. A new one of the same id takes the old one's place."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.refuses = False
        self._open: dict[str, socket.socket] = {}
        self._lock = threading.Lock()

    def serve(self, request: Request, connection: socket.socket) -> None:
        """Shake hands, then read until the client ends it. Answers 404 while it refuses."""
        if self.refuses:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        key = request.headers["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())  # noqa: S324 - RFC 6455's
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        connection.sendall(head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        client = parse_qs(urlsplit(request.path).query).get("clientId", [""])[0]
        with self._lock:
            self._open[client] = connection
            self.opened.append(client)
        status = {"exec_info": {"queue_remaining": 0}}
        self.send("status", {"status": status, "sid": client}, client)
        with contextlib.suppress(OSError):
            while connection.recv(4096):
                pass
        with self._lock:
            if self._open.get(client) is connection:
                self._open.pop(client)

    def send(self, kind: str, data: dict[str, Any], client: str) -> None:
        """One message to one client; nothing when it has no connection."""
        text = json.dumps({"type": kind, "data": data}).encode()
        self.send_raw(_frame(1, text), client)

    def send_preview(self, picture: bytes, client: str) -> None:
        """A binary message, as previews are."""
        self.send_raw(_frame(2, struct.pack(">II", 1, 1) + picture), client)

    def send_raw(self, data: bytes, client: str) -> None:
        """Bytes as they are."""
        with self._lock:
            if connection := self._open.get(client):
                with contextlib.suppress(OSError):
                    connection.sendall(data)

    def drop_all(self) -> None:
        """End every connection without a word."""
        with self._lock:
            dropped, self._open = list(self._open.values()), {}
        for connection in dropped:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        size = bytes([length])
    elif length < 65536:
        size = b"\x7e" + struct.pack(">H", length)
    else:
        size = b"\x7f" + struct.pack(">Q", length)
    return bytes([0x80 | opcode]) + size + payload
