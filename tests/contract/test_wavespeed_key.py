"""The key goes to the base URL's origin in one header, and nowhere else."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from layer_edit.backends.base import UncertainError
from layer_edit.backends.wavespeed import WaveSpeedBackend, WaveSpeedOptions
from layer_edit.editing.errors import InputError, LayerEditError
from tests.contract.fault_matrix import cells
from tests.contract.wavespeed_kit import (
    QUICK,
    SMALL,
    RecordingWatch,
    a_backend,
    a_request,
    table,
    waited_for,
)
from tests.double import Call, Fault, WaveSpeedDouble

SLOW = {Fault.SLOW, Fault.TRICKLE, Fault.TRICKLE_HEAD, Fault.STATUS_UNKNOWN}


def everything_shown(error):
    """All texts an error can show, its causes' included."""
    shown = ["".join(traceback.format_exception(error)), getattr(error, "detail", "")]
    while error is not None:
        shown += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(shown)


@pytest.mark.parametrize("stage", [Call.UPLOAD, Call.SUBMIT, Call.POLL, Call.FETCH])
def test_no_error_log_or_foreign_host_sees_the_key(stage, caplog):
    """Whatever fails at whatever stage: no text shows the key, no other host gets it."""
    caplog.set_level(logging.DEBUG)
    shown = []
    for fault in (f for f, s in cells() if s is stage and f not in SLOW):
        with WaveSpeedDouble(model=SMALL) as double:
            backend = a_backend(double, timeouts=QUICK)
            double.set_fault(fault, stage)
            shown.append(repr(backend))
            try:
                prediction = backend.submit(a_request(), RecordingWatch())
                shown.append(repr(backend.poll(prediction, RecordingWatch())))
                prediction = waited_for(backend, prediction, RecordingWatch())
                backend.fetch(prediction, RecordingWatch())
            except LayerEditError as error:
                shown.append(everything_shown(error))
            backend.close()
        assert double.violations == []
        assert all(
            "authorization" not in seen.headers for seen in double.requests if seen.host != "api"
        )
    text = "\n".join(shown) + caplog.text + repr([r.__dict__ for r in caplog.records])
    assert WaveSpeedDouble().key not in text


def test_a_server_that_repeats_the_key_is_masked():
    """A page that echoes the Authorization header is quoted with the key masked."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        double.set_fault(Fault.ECHO_KEY, Call.ACCOUNT)
        with pytest.raises(LayerEditError, match=r"Bearer \*\*\*") as caught:
            backend.check()
        double.set_fault(Fault.ECHO_KEY, Call.SUBMIT)
        with pytest.raises(UncertainError) as uncertain:
            backend.submit(a_request(), RecordingWatch())
        backend.close()
    for error in (caught.value, uncertain.value):
        assert "***" in error.detail
        assert double.key not in everything_shown(error)


@pytest.mark.parametrize("before", [3_980, 4_000 - 13, 7_980, 31_980])
@pytest.mark.parametrize(
    ("status", "shape"),
    [
        ("200 OK", "{pad}{key} and more"),
        ("500 Oops", '{{"error": "{pad}{key} and more"}}'),
        ("500 Oops", "<p>{pad}{key}</p> and more"),
    ],
)
def test_no_half_of_a_repeated_key_is_shown(before, status, shape):
    """However long an answer is that repeats the key: where it is cut, no part of it is left."""
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        for pad in ("x" * before, " " * before, "<b>" * (before // 3), "word " * (before // 5)):
            body = shape.format(pad=pad, key=double.key).encode()
            head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            whole = head.encode() + body
            double.set_mangle(lambda _request, _raw, whole=whole: whole)
            with pytest.raises(LayerEditError) as caught:
                backend.check()
            assert double.key[:8] not in everything_shown(caught.value)
        backend.close()


def test_a_netrc_file_replaces_nothing(tmp_path, monkeypatch):
    """A .netrc entry neither replaces the key nor reaches the hosts of files."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with WaveSpeedDouble(model=SMALL) as double:
        backend = a_backend(double)
        prediction = backend.submit(a_request(), RecordingWatch())
        backend.fetch(waited_for(backend, prediction, RecordingWatch()), RecordingWatch())
        backend.close()
    for seen in double.requests:
        expected = "Bearer ***" if seen.host == "api" else None
        assert seen.headers.get("authorization") == expected


def test_the_systems_proxy_is_used(monkeypatch):
    """Requests go through the proxy of the environment; a dead one is a plain network error."""
    asked = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = b'{"code":200,"message":"success","data":{"balance":3}}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with WaveSpeedDouble() as double:
        backend = a_backend(double, timeouts=QUICK)
        assert backend.check().balance == 3
        backend.close()
        proxy.shutdown()
        proxy.server_close()
        thread.join()
        began = time.monotonic()
        with pytest.raises(LayerEditError, match="proxy") as caught:
            backend.check()
        backend.close()
    assert asked == [f"{double.url}/api/v3/balance"]
    assert double.requests == []
    assert time.monotonic() - began < 5
    assert double.key not in everything_shown(caught.value)


def test_repr_and_str_show_no_key():
    """No object the backend is made of shows the key, nor does the error for a bad base URL."""
    key = "sk-secret-secret"
    options = WaveSpeedOptions(base_url="https://api.wavespeed.ai")
    backend = WaveSpeedBackend(key, table(), options)
    parts = [backend, *vars(backend).values(), backend._secret.bearer(), backend._transport]
    assert key not in "".join(f"{part!r}{part}" for part in parts)
    backend.close()
    with pytest.raises(InputError) as caught:
        WaveSpeedBackend(key, table(), WaveSpeedOptions(base_url=f"https://{key}@x.example"))
    assert key not in everything_shown(caught.value)
