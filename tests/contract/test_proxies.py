"""The user's choice of a proxy is what reaches the network."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from layer_edit import report, updates
from layer_edit.backends.comfyui.listener import Listener
from layer_edit.backends.net.reasons import ExchangeError
from layer_edit.backends.net.route import Route, route_to
from layer_edit.backends.net.secret import Secret
from layer_edit.backends.proxies import NONE, SYSTEM, proxies
from layer_edit.backends.wavespeed.transport import Transport
from layer_edit.editing.errors import SettingError
from tests.contract.comfyui_kit import Told, a_backend, edited
from tests.double import KEY, WaveSpeedDouble
from tests.double.comfyui import ComfyUIDouble

SERVICE = "https://service.invalid"


class Proxy:
    """Writes down what it is asked for, and refuses it unless it `leads_on`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self.leads_on = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            # Which HTTP it speaks is the Python's own matter.
            asked = head.split(b"\r\n")[0].decode().rpartition(" ")[0]
            self.heads.append(head)
            self.asked.append(asked)
            if not self.leads_on:
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            port = int(asked.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as server:
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pass_on, args=[server, connection], daemon=True)
                back.start()
                _pass_on(connection, server)
                back.join()

    def close(self) -> None:
        """Take no more connections."""
        self._socket.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Bytes from one to the other, until one of them ends it."""
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy, which the environment does not name."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Proxy()
    yield made
    made.close()


def ask(choice: str) -> None:
    """One question to a service that does not exist."""
    transport = Transport(SERVICE, Secret("key"), proxy=choice)
    with pytest.raises(ExchangeError):
        transport.get("balance")
    transport.close()


def test_an_address_is_used(proxy: Proxy) -> None:
    """Requests go through it, with and without 'http://'."""
    ask(proxy.address)
    ask(proxy.address.removeprefix("http://"))
    assert proxy.asked == ["CONNECT service.invalid:443"] * 2


def test_the_systems_is_used_only_when_that_is_chosen(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """'None' goes past the environment's, 'system' through it."""
    monkeypatch.setenv("https_proxy", proxy.address)
    ask(NONE)
    assert proxy.asked == []
    ask(SYSTEM)
    assert proxy.asked == ["CONNECT service.invalid:443"]


def test_this_computer_is_not_behind_a_named_proxy(proxy: Proxy) -> None:
    """A service on this machine is reached directly."""
    with WaveSpeedDouble() as double:
        transport = Transport(double.url, Secret(KEY), proxy=proxy.address)
        assert transport.get("balance").status == 200
        transport.close()
    assert proxy.asked == []


def test_a_websocket_takes_the_way_of_the_requests(
    proxy: Proxy, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All connections to one's own ComfyUI go through the proxy's tunnel, with TLS inside it."""
    proxy.leads_on = True
    monkeypatch.setenv("https_proxy", proxy.address.replace("//", "//me:word@"))
    with ComfyUIDouble(certificate=certificate) as double:
        double.work.step_seconds = 0.01
        bundle = str(certificate.with_name("cert.pem"))
        backend, watch = a_backend(double, ca_bundle=bundle), Told()
        edited(backend, watch)
        backend.close()
        assert watch.running
        assert double.sockets.opened == [double.prompts[0].id]
        assert set(proxy.asked) == {f"CONNECT {double.url.removeprefix('https://')}"}
    # One of requests, which it keeps, and one of the WebSocket.
    assert len(proxy.asked) >= 2
    known = b"Basic " + base64.b64encode(b"me:word")
    assert all(known in head for head in proxy.heads)


def test_a_websocket_is_exempt_where_requests_are(
    proxy: Proxy, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the system's proxy where the environment or the settings name an exception."""
    monkeypatch.setenv("https_proxy", proxy.address)
    with ComfyUIDouble(certificate=certificate) as double:
        double.work.step_seconds = 0.01
        bundle = str(certificate.with_name("cert.pem"))
        for choice, exempt in (("none", ""), ("system", "127.0.0.1"), (proxy.address, "")):
            monkeypatch.setenv("no_proxy", exempt)
            backend, watch = a_backend(double, ca_bundle=bundle, proxy=choice), Told()
            edited(backend, watch)
            backend.close()
            assert watch.running, choice
    assert proxy.asked == []


@pytest.mark.parametrize("address", ["https://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_a_proxy_that_cannot_tunnel_it_leaves_an_edit_without_progress(
    address: str, proxy: Proxy
) -> None:
    """The WebSocket is not opened past such a proxy."""
    route = Route("https://gpu.invalid", address)
    with Listener(route, "client", 1.0) as listener:
        assert listener.open() is False


def test_a_refused_tunnel_is_no_websocket(proxy: Proxy) -> None:
    """The server behind it is never asked for past the proxy."""
    route = route_to("https://gpu.invalid", proxies(proxy.address), verify=True)
    with Listener(route, "client", 5.0) as listener:
        assert listener.open() is False
    assert proxy.asked == ["CONNECT gpu.invalid:443"]


def test_news_of_versions_take_the_same_way(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update notice is asked for through the named proxy, and past the system's with none."""
    monkeypatch.setenv("https_proxy", proxy.address)
    with pytest.raises(urllib.error.URLError):
        updates.fetch_https(SERVICE, "", "none")
    assert proxy.asked == []
    monkeypatch.delenv("https_proxy")
    with pytest.raises(OSError, match="403"):
        updates.fetch_https(SERVICE, "", proxy.address)
    assert proxy.asked == ["CONNECT service.invalid:443"]


def test_the_report_names_the_one_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chosen one, or the system's."""
    monkeypatch.setenv("https_proxy", "http://system.example:1")
    assert report.proxy_for("system") == report.proxy_for("") == "http://system.example:1"
    assert report.proxy_for("none") == ""
    assert report.proxy_for("http://mine.example:2") == "http://mine.example:2"


@pytest.mark.parametrize("address", ["a b", "ftp://proxy.example", "http://", "http://h:x", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    """With a sentence that says how one looks, and where it is set."""
    with pytest.raises(SettingError, match=r"http://proxy\.example:3128") as caught:
        proxies(address)
    assert caught.value.page == "network"


def test_a_password_in_the_address_is_not_repeated() -> None:
    """A message may be shown to others."""
    with pytest.raises(SettingError) as caught:
        proxies("http://me:secret@")
    assert "secret" not in caught.value.message + caught.value.detail
