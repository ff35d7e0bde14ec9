"""Where plain http may be spoken: this computer and the local network, and nowhere else."""

from __future__ import annotations

import socket

import pytest

from layer_edit.backends.base import NetworkError
from layer_edit.backends.net.addresses import AddressError, Plain, checked, is_local
from layer_edit.editing.errors import InputError
from tests.contract.comfyui_kit import QUICK, Told, a_backend, edited
from tests.contract.wavespeed_kit import opened
from tests.double.comfyui import ComfyUIDouble


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8188",
        "http://localhost:8188",
        "http://192.168.1.20:8188",
        "http://10.1.2.3",
        "http://172.31.255.1",
        "http://169.254.3.4",
        "http://[fd00::1]:8188",
        "http://[fe80::1]",
        "http://[::ffff:192.168.1.2]",
        "http://gpu-box:8188",
        "http://gpu.local",
        "https://gpu.studio.example",
        "https://203.0.113.9",
    ],
)
def test_addresses_that_are_spoken_to(url):
    """Names are looked at once they are connected to."""
    assert checked(url, Plain.LOCAL).geturl() == url
    assert a_backend(url).close() is None


@pytest.mark.parametrize(
    "url",
    [
        "http://203.0.113.9",
        "http://8.8.8.8:8188",
        "http://172.32.0.1",
        "http://100.64.0.1",
        "http://[2001:db8::1]",
        "http://[::ffff:8.8.8.8]",
        "ftp://192.168.1.2",
        "http://user:pass@192.168.1.2",
        "192.168.1.2:8188",
        "http://192.168.1.2:8188/?x=1",
        "",
    ],
)
def test_addresses_that_are_not(url):
    """The sentence names the address and one that would do."""
    with pytest.raises(InputError, match=r"set one such as http://127\.0\.0\.1:8188") as caught:
        a_backend(url)
    assert "\n" not in caught.value.message


def test_an_ip_literal_is_told_from_a_name():
    """A name says nothing about where it leads."""
    assert [is_local(one) for one in ("127.0.0.1", "::1", "8.8.8.8", "localhost", "x")] == (
        [True] * 2 + [False] * 3
    )
    with pytest.raises(AddressError):
        checked("http://gpu-box:8188", Plain.LOOPBACK)


def test_a_name_that_leads_out_gets_nothing(monkeypatch):
    """What a name stands for is looked at after connecting, before a byte is sent."""
    with ComfyUIDouble() as double:
        port = double.url.rpartition(":")[2]
        looked_up = socket.getaddrinfo

        def elsewhere(host, *rest, **more):
            return looked_up("127.0.0.1" if host == "gpu-box" else host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
        backend = a_backend(f"http://gpu-box:{port}", timeouts=QUICK)
        assert "0.26.0" in backend.check().sentence
        backend.close()
        seen = len(double.requests)
        outside = "layer_edit.backends.net.sessions.is_local"
        monkeypatch.setattr(outside, lambda host: False)
        with pytest.raises(NetworkError, match="outside the local network"):
            backend.check()
        assert len(double.requests) == seen
        backend.close()


def test_no_proxy_stands_between(monkeypatch):
    """The environment's proxy is for the way out; a local server is spoken to directly."""
    with ComfyUIDouble() as double:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        backend = a_backend(double)
        assert opened(edited(backend)).size == (36, 27)
        assert double.sockets.opened
        backend.close()


def test_tls_needs_a_certificate_that_is_known(certificate):
    """Also for the WebSocket; with the company's bundle both are spoken to."""
    with ComfyUIDouble(certificate=certificate) as double:
        backend = a_backend(double)
        with pytest.raises(NetworkError, match="certificate"):
            backend.check()
        backend.close()
        assert double.requests == []
        double.work.step_seconds = 0.01
        backend = a_backend(double, ca_bundle=str(certificate.with_name("cert.pem")))
        watch = Told()
        assert opened(edited(backend, watch)).size == (36, 27)
        assert watch.running
        backend.close()


def test_the_websocket_keeps_to_the_local_network_too(monkeypatch):
    """Its connection is looked at in the same way; without it the edit is polled for."""
    with ComfyUIDouble() as double:
        monkeypatch.setattr("layer_edit.backends.net.route.is_local", lambda host: False)
        backend = a_backend(double)
        assert opened(edited(backend)).size == (36, 27)
        assert double.sockets.opened == []
        backend.close()
