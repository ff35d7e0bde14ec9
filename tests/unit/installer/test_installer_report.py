"""The report from inside Krita: connection, proxy, errors; never a key."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from layer_edit import report


@pytest.fixture(autouse=True)
def no_key_of_the_users(monkeypatch):
    """Nor a proxy."""
    for name in ("WAVESPEED_API_KEY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_the_whole_report(tmp_path):
    """From what Krita says of itself and what is in the data folder."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "wavespeed").write_text("wsk_secret_secret")
    (tmp_path / "layer-edit.log").write_text("d WARNING x: key wsk_secret_secret\n")
    text = report.text("5.2.9", "5.15.15", tmp_path, network=False)
    assert "Krita:         5.2.9" in text
    assert "Qt:            5.15.15" in text
    assert "key:           present" in text
    assert "wsk_secret" not in text
    assert "connection" not in text


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://user:pass@proxy.example:3128", "http://proxy.example:3128"),
        ("user:pass@proxy.example:3128", "proxy.example:3128"),
        ("http://proxy.example:3128/", "http://proxy.example:3128/"),
        ("", ""),
    ],
)
def test_a_proxys_password_is_not_shown(proxy, shown):
    """Nor the user's name."""
    assert report.without_password(proxy) == shown


def test_only_the_last_errors(tmp_path):
    """Those at the end of the log; without one none."""
    log = tmp_path / "layer-edit.log"
    log.write_text("".join(f"d ERROR x: {number}\nd INFO x: fine\n" for number in range(9)))
    assert report.last_errors(log) == [f"d ERROR x: {number}" for number in range(4, 9)]
    assert report.last_errors(tmp_path / "none") == []


def test_settings_are_read_as_they_are(tmp_path):
    """A damaged file, or another type, is as if there was none."""
    assert report.setting(tmp_path, "ca_bundle") == ""
    (tmp_path / "settings.json").write_text('{"ca_bundle": "/x.pem", "budget": 3}')
    assert report.setting(tmp_path, "ca_bundle") == "/x.pem"
    assert report.setting(tmp_path, "budget") == ""
    (tmp_path / "settings.json").write_text("[")
    assert report.setting(tmp_path, "ca_bundle") == ""


def test_a_key_that_is_no_text(tmp_path):
    """The report does not fail by it."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "wavespeed").write_bytes(b"\xff\xfe")
    assert "key:           none" in report.text("5", "5", tmp_path, network=False)


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[int, Path]]:
    """A TLS server on this machine, with a certificate of its own; its port and certificate."""
    files = (tmp_path / "key.pem", tmp_path / "cert.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(files[0]), "-out", str(files[1])]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl is not here to make a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files[1], files[0])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, context), daemon=True)
        thread.start()
        yield listening.getsockname()[1], files[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listening: socket.socket, context: ssl.SSLContext) -> None:
    """Takes connections, behind a proxy's CONNECT too, and sends nothing."""
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            try:
                if connection.recv(1, socket.MSG_PEEK) == b"C":
                    while not connection.recv(4096).endswith(b"\r\n\r\n"):
                        pass
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                continue


def test_a_connection_that_works(server):
    """With the server's certificate among the trusted ones."""
    port, certificate = server
    told = report.connection(f"https://localhost:{port}/api", cafile=str(certificate))
    assert told == "localhost: TLSv1.3"


def test_a_connection_through_a_proxy(server):
    """The proxy is asked to connect; TLS is the server's."""
    port, certificate = server
    proxy = f"http://user:pass@127.0.0.1:{port}"
    assert report.connection("https://localhost", proxy, str(certificate)) == "localhost: TLSv1.3"


def test_a_certificate_that_nobody_trusts(server):
    """The reason is told."""
    port, _ = server
    told = report.connection(f"https://localhost:{port}")
    assert told.startswith("localhost: failed (")
    assert "certificate" in told.lower()


def test_nobody_there(tmp_path):
    """Neither a server nor a CA bundle: told, not raised."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "failed" in report.connection(f"https://127.0.0.1:{port}")
    assert "failed" in report.connection("https://localhost", cafile=str(tmp_path / "none"))
    assert "failed" in report.connection("https://localhost", "http://[broken")


def test_the_report_needs_nothing_but_the_standard_library():
    """It is wanted most when the libraries cannot be loaded."""
    code = (
        "import sys; import layer_edit.report;"
        "print([name for name in ('PIL', 'requests') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(report.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
