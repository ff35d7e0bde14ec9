"""One listening host of the double: reads requests, records them, puts answers on the wire."""

from __future__ import annotations

import contextlib
import io
import itertools
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .answers import Answer, Delivery
from .api import Request

MAX_BODY = 256 * 2**20
Respond = Callable[["Host", Request], Answer]
Mangle = Callable[[Request, bytes], bytes]
"""(request, the answer's bytes on the wire) -> other bytes; the connection is closed after them."""

Finished = Callable[["Host", Request, Answer, float, socket.socket], None]


class Host:
    """A port on 127.0.0.1 that can stop and start listening again."""

    def __init__(
        self,
        name: str,
        respond: Respond,
        finished: Finished,
        slow_seconds: float,
        port: int = 0,
        certificate: Path | None = None,
    ) -> None:
        self.name = name
        self.respond = respond
        self.finished = finished
        self.slow_seconds = slow_seconds
        self.port = port
        self.stopping = threading.Event()
        self.errors: list[BaseException] = []
        self.mangle: Mangle | None = None
        self.upgrade: Callable[[Request, socket.socket], None] | None = None
        """What a request for another protocol is handed to, with its connection, until it ends."""
        self._certificate = certificate
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Address without a trailing slash."""
        return f"{'https' if self._certificate else 'http'}://127.0.0.1:{self.port}"

    @property
    def listening(self) -> bool:
        """Whether connections are accepted now."""
        return self._server is not None

    def open(self) -> None:
        """Listen; on the port of before when it was open already."""
        if self._server is not None:
            return
        self.stopping.clear()
        server = _Server(("127.0.0.1", self.port), _handler_for(self))
        server.errors = self.errors
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = server.server_address[1]
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.01,), name=f"double {self.name}", daemon=True
        )
        self._thread.start()

    def close(self, but: socket.socket | None = None) -> None:
        """Stop listening and end every connection except `but`."""
        self.stopping.set()
        server, self._server = self._server, None
        if server is not None and self._thread is not None:
            server.shutdown()
            server.server_close()
            self._thread.join()
        with self._lock:
            others = [one for one in self._connections if one is not but]
        for one in others:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def track(self, connection: socket.socket) -> None:
        """A connection began."""
        with self._lock:
            self._connections.add(connection)

    def forget(self, connection: socket.socket) -> None:
        """A connection ended."""
        with self._lock:
            self._connections.discard(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    errors: list[BaseException]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what this server is for; other errors are kept."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


def _handler_for(host: Host) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"host": host})


class _Handler(BaseHTTPRequestHandler):
    host: Host
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.host.track(self.connection)

    def finish(self) -> None:
        self.host.forget(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _serve(self) -> None:
        began = time.monotonic()
        length = min(MAX_BODY, int(self.headers.get("Content-Length") or 0))
        body = self.rfile.read(length) if length else b""
        if len(body) < length:
            # The client hung up before all had arrived: no server acts on that.
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        if self.host.upgrade and "upgrade" in headers:
            self.close_connection = True
            self.host.upgrade(request, self.connection)
            return
        answer = self.host.respond(self.host, request)
        self.host.finished(self.host, request, answer, began, self.connection)
        if self.host.mangle:
            self._deliver_mangled(request, answer, self.host.mangle)
        else:
            self._deliver(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _deliver(self, answer: Answer) -> None:
        if answer.delivery is Delivery.RESET:
            self._reset()
            return
        if answer.delivery is Delivery.SLOW:
            self.host.stopping.wait(self.host.slow_seconds)
        if answer.delivery is Delivery.TRICKLE_HEAD:
            self._trickle(itertools.chain(b"HTTP/1.1 200 OK\r\n", itertools.repeat(ord("x"))))
            return
        self._send_head(answer)
        body = answer.body
        if answer.delivery is Delivery.TRUNCATED:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif answer.delivery is Delivery.RESET_MIDDLE:
            self.wfile.write(body[: len(body) // 2])
            # The client is given the time to read the first half: unread data dies with a reset.
            time.sleep(0.02)
            self._reset()
        elif answer.delivery is Delivery.TRICKLE:
            self._trickle(body)
        elif answer.delivery is Delivery.ENDLESS:
            self._endless()
        else:
            self.wfile.write(body)

    def _deliver_mangled(self, request: Request, answer: Answer, mangle: Mangle) -> None:
        wire, self.wfile = self.wfile, io.BytesIO()
        self._send_head(answer)
        raw = self.wfile.getvalue() + answer.body
        self.wfile = wire
        self.wfile.write(mangle(request, raw))
        self.close_connection = True

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.delivery is Delivery.ENDLESS:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.host.stopping.is_set():
            self.send_header("Connection", "close")
        self.end_headers()

    def _trickle(self, body: Iterable[int]) -> None:
        for byte in body:
            if self.host.stopping.wait(self.host.slow_seconds / 10):
                break
            self.wfile.write(bytes([byte]))
        self.close_connection = True

    def _endless(self) -> None:
        self.close_connection = True
        while not self.host.stopping.is_set():
            self.wfile.write(b" " * 65536)

    def _reset(self) -> None:
        """End the connection with RST, whatever was sent or is still to be read."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.host.forget(self.connection)
        socket.close(self.connection.detach())
