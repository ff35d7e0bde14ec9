"""Sessions of `requests` whose connections can be looked at, and hung up from another thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3.connection
import urllib3.connectionpool
from requests.adapters import HTTPAdapter

from .addresses import NOT_LOCAL, is_local

Connected = Callable[[socket.socket, bool], None]
"""Called with each new connection, and whether it is one of TLS."""


class NotLocalError(OSError):
    """The other end of a connection without TLS is not in the local network."""

    def __init__(self) -> None:
        super().__init__(NOT_LOCAL)


class Line:
    """The connections one exchange may use, for another thread to hang up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self.is_hung_up = False

    def take(self, connection: socket.socket) -> None:
        """This is one of them now. Raises OSError when it was hung up before."""
        with self._lock:
            if self.is_hung_up:
                raise ConnectionAbortedError("hung up")
            self._sockets.append(connection)

    def hang_up(self) -> None:
        """End the connections, whatever is being waited for."""
        with self._lock:
            self.is_hung_up = True
            for connection in self._sockets:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Session(requests.Session):
    """Without cookies, and leaving every redirect to the caller.

    With `only_local` a connection without TLS is used only when its other end is in the local
    network.
    """

    def __init__(self, only_local: bool = False) -> None:
        super().__init__()
        self._line: Line | None = None
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._only_local = only_local
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Pictures do not shrink, and nothing then decompresses to more than was announced.
        self.headers.update({"User-Agent": "layer-edit", "Accept-Encoding": "identity"})
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(self._connected))

    def use(self, line: Line) -> None:
        """Make the next exchange on that line. Raises OSError when it was hung up before."""
        self._line = line
        for connection in self._sockets:
            line.take(connection)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: otherwise `requests` reads a redirect's body whole, however long it is."""
        return None

    def _connected(self, connection: socket.socket, is_tls: bool) -> None:
        if self._only_local and not is_tls and not is_local(connection.getpeername()[0]):
            raise NotLocalError
        self._sockets.add(connection)
        if self._line is not None:
            self._line.take(connection)


class _Adapter(HTTPAdapter):
    def __init__(self, connected: Connected) -> None:
        self._layer_edit_connected = connected
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._layer_edit_connected)


def _pools(connected: Connected) -> dict[str, type[urllib3.connectionpool.HTTPConnectionPool]]:
    class PlainConnection(urllib3.connection.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _look(self, connected, is_tls=False)

    class TlsConnection(urllib3.connection.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _look(self, connected, is_tls=True)

    class PlainPool(urllib3.connectionpool.HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(urllib3.connectionpool.HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}


def _look(
    connection: urllib3.connection.HTTPConnection, connected: Connected, is_tls: bool
) -> None:
    if connection.sock is None:
        return
    try:
        connected(connection.sock, is_tls)
    except OSError:
        connection.close()
        raise
