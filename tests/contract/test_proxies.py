"""The user's choice of a proxy is what reaches the network."""

from __future__ import annotations

import socket
import threading
import urllib.error
from collections.abc import Iterator

import pytest

from layer_edit import report, updates
from layer_edit.backends.net.reasons import ExchangeError
from layer_edit.backends.net.secret import Secret
from layer_edit.backends.proxies import NONE, SYSTEM, proxies
from layer_edit.backends.wavespeed.transport import Transport
from layer_edit.editing.errors import SettingError
from tests.double import KEY, WaveSpeedDouble

SERVICE = "https://service.invalid"


class Proxy:
    """Writes down what it is asked for, and refuses it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                line = connection.recv(4096).split(b"\r\n")[0]
                # Which HTTP it speaks is the Python's own matter.
                self.asked.append(line.decode().rpartition(" ")[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        """Take no more connections."""
        self._socket.close()


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
