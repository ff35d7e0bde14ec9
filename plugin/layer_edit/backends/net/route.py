"""A connection of one's own that takes the way `requests` takes: its proxy and its trust.

What is not HTTP, such as a WebSocket, goes over a socket; a proxy lets it through by CONNECT.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url, select_proxy
from urllib3.util import make_headers

from .addresses import is_local
from .sessions import NotLocalError

PROXY_PORT = 80


@dataclass(frozen=True)
class Route:
    """The way to a server's base URL. `proxy`: its address, '' for none.

    `verify`: as in `requests`: a PEM file or folder of certificates, True for the usual ones.
    """

    base: str
    proxy: str = ""
    verify: str | bool = True

    def connected(self, timeout: float) -> socket.socket:
        """A connection to the server, through the proxy and within TLS where those belong to it.

        `timeout` is in seconds, for each step. Raises OSError or http.client.HTTPException; a
        connection without TLS leads nowhere but into the local network.
        """
        parts = urlsplit(self.base)
        is_tls = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if is_tls else 80)
        made = self._to_server(host, port, timeout)
        try:
            if not is_tls:
                if not is_local(made.getpeername()[0]):
                    raise NotLocalError
                return made
            return _context(self.verify).wrap_socket(made, server_hostname=host)
        except OSError:
            made.close()
            raise

    def _to_server(self, host: str, port: int, timeout: float) -> socket.socket:
        if not self.proxy:
            return socket.create_connection((host, port), timeout)
        parts = urlsplit(self.proxy if "://" in self.proxy else f"http://{self.proxy}")
        if parts.scheme != "http" or not parts.hostname:
            raise ConnectionRefusedError("only a proxy at an http address is asked for a tunnel")
        user, password = get_auth_from_url(parts.geturl())
        headers = make_headers(proxy_basic_auth=f"{user}:{password}") if user else {}
        tunnel = http.client.HTTPConnection(parts.hostname, parts.port or PROXY_PORT, timeout)
        tunnel.set_tunnel(host, port, headers)
        tunnel.connect()
        made: socket.socket = tunnel.sock
        return made


def route_to(base: str, proxies: Mapping[str, str], verify: str | bool) -> Route:
    """The way `requests` would take to `base`, given its arguments `proxies` and `verify`.

    What they leave open the environment says: its proxies, NO_PROXY, and its CA bundle.
    """
    with requests.Session() as session:
        merged = session.merge_environment_settings(base, dict(proxies), None, verify, None)
    trusted = verify if merged["verify"] is None else merged["verify"]
    return Route(base, select_proxy(base, merged["proxies"]) or "", trusted)


def _context(verify: str | bool) -> ssl.SSLContext:
    trusted = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    folder = Path(trusted).is_dir()
    return ssl.create_default_context(
        cafile=None if folder else trusted, capath=trusted if folder else None
    )
