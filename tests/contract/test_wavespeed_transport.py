"""HTTP with bounds: time, size, redirects, certificates, connections."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from layer_edit.backends.base import DeclinedError, NetworkError, UncertainError
from layer_edit.backends.net.addresses import (
    AddressError,
    Plain,
    checked,
    is_loopback,
    redirected,
    same_origin,
)
from layer_edit.editing.errors import InputError, LayerEditError
from tests.contract.wavespeed_kit import (
    QUICK,
    SMALL,
    RecordingWatch,
    a_backend,
    a_request,
    opened,
    waited_for,
    whole_job,
)
from tests.double import Call, Fault, WaveSpeedDouble


@pytest.fixture
def double():
    with WaveSpeedDouble(model=SMALL) as running:
        yield running


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/1.png",
        "http://127.0.0.1.example/1.png",
        "ftp://127.0.0.1/1.png",
        "file:///etc/hostname",
        "https://",
        "https:///x",
        "https://user@cdn.example/",
        "https://cdn.example\\.example/",
        "https://cdn.example:0/",
        "https://cdn.example:99999/",
        "http://[::1",
        "//cdn.example/x",
        "x",
        "",
    ],
)
def test_addresses_that_are_not_spoken_to(url):
    """Only https, and http on loopback where that is allowed."""
    with pytest.raises(AddressError):
        checked(url, Plain.LOOPBACK)


def test_loopback_is_spoken_to_only_from_loopback():
    """A real service cannot send the plugin to a server on the user's own computer."""
    assert checked("http://127.0.0.1:8/x", Plain.LOOPBACK)
    assert checked("https://cdn.example/x", Plain.NOWHERE)
    with pytest.raises(AddressError):
        checked("http://127.0.0.1:8/x", Plain.NOWHERE)
    assert [is_loopback(h) for h in ("localhost", "127.9.9.9", "::1", "10.0.0.1", "x")] == (
        [True] * 3 + [False] * 2
    )


def test_origins_and_redirects():
    """The origin is scheme, host and port; relative redirects stay, odd ones are refused."""
    base = "https://api.wavespeed.ai"
    assert same_origin(base + "/a", "https://API.wavespeed.ai:443/b")
    for other in (
        "http://api.wavespeed.ai",
        base + ":8443",
        "https://api.wavespeed.ai.x",
        "http://[",
        "https://x.example\\@api.wavespeed.ai",
    ):
        assert not same_origin(base, other)
    assert redirected(base + "/a/b", "../c") == base + "/c"
    with pytest.raises(AddressError):
        redirected(base, "http://[")


def test_an_api_redirect_within_the_origin_is_followed(double):
    """A result query redirected on the same host is followed with the key."""
    backend = a_backend(double)
    prediction = backend.submit(a_request(), RecordingWatch())
    moved = []

    def move_once(request, raw):
        if not moved:
            moved.append(request.path)
            place = request.path.replace("/result", "").encode()
            head = b"HTTP/1.1 302 Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: "
            return head + place + b"\r\n\r\n"
        return raw

    double.set_mangle(move_once)
    waited_for(backend, prediction, RecordingWatch())
    backend.close()
    assert moved and double.violations == []


def test_a_redirect_whose_host_can_be_read_in_two_ways_is_not_followed(double):
    """A redirect to 'http://elsewhere\\@service', which leads elsewhere, does not take the key."""
    backend = a_backend(double)
    asked = []

    def move(request, raw):
        asked.append(request.path)
        place = double.url.replace("http://", f"{double.elsewhere.url}\\@").encode()
        head = b"HTTP/1.1 302 Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: "
        return head + place + b"/x\r\n\r\n"

    double.set_mangle(move)
    with pytest.raises(NetworkError, match="another address"):
        backend.check()
    backend.close()
    assert len(asked) == len(double.requests) == 1


def test_a_download_is_followed_to_another_host_without_the_key(double):
    """A redirect of the file host is followed; no host of files ever gets the key."""
    backend = a_backend(double)
    double.set_fault(Fault.REDIRECT_OTHER_HOST, Call.FETCH)
    opened(whole_job(backend))
    backend.close()
    assert [seen.host for seen in double.requests][-2:] == ["files", "elsewhere"]
    assert double.violations == []


def test_each_submit_has_a_connection_of_its_own(double):
    """A connection that went stale while idle can not make a submit uncertain."""
    backend = a_backend(double, inline_images=True)
    backend.check()
    # The service ends the idle connection, as servers do after some seconds.
    double.api.close()
    double.api.open()
    backend.submit(a_request(), RecordingWatch())
    backend.close()
    assert double.accepted == 1


def test_a_service_that_stays_silent_ends_in_time(double):
    """No answer within the timeout: uncertain for a submit, repeatable for a poll."""
    backend = a_backend(double, timeouts=QUICK, inline_images=True)
    prediction = backend.submit(a_request(), RecordingWatch())
    for call, kind, use in (
        (Call.SUBMIT, UncertainError, lambda: backend.submit(a_request(), RecordingWatch())),
        (Call.POLL, NetworkError, lambda: backend.poll(prediction, RecordingWatch())),
    ):
        double.set_fault(Fault.SLOW, call)
        began = time.monotonic()
        with pytest.raises(kind, match="in time"):
            use()
        assert time.monotonic() - began < QUICK.answer + 1.0
    backend.close()


def test_an_address_that_is_not_found_sends_nothing(double, monkeypatch):
    """Without name resolution the message asks whether the computer is online."""

    def offline(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    backend = a_backend(double)
    monkeypatch.setattr(socket, "getaddrinfo", offline)
    with pytest.raises(NetworkError, match=r"online\?\), and nothing was spent"):
        backend.submit(a_request(), RecordingWatch())
    backend.close()


def test_results_are_limited_in_bytes_and_pixels(double):
    """A result over either limit is not loaded, and the message says that it is paid and kept."""
    for limits in ({"max_result_bytes": 50}, {"max_result_pixels": 100}):
        backend = a_backend(double, **limits)
        prediction = backend.submit(a_request(), RecordingWatch())
        prediction = waited_for(backend, prediction, RecordingWatch())
        with pytest.raises(DeclinedError, match=r"paid for.*7 days.*history at wavespeed.ai"):
            backend.fetch(prediction, RecordingWatch())
        backend.close()


def test_many_threads_share_a_backend(double):
    """Jobs of several threads do not disturb one another."""
    backend = a_backend(double)
    results, errors = [], []

    def job(number):
        try:
            results.append(whole_job(backend, a_request(seed=number)))
        except LayerEditError as error:
            errors.append(error)

    threads = [threading.Thread(target=job, args=(n,)) for n in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    backend.close()
    assert errors == []
    assert (len(results), double.submits, double.accepted) == (12, 12, 12)


def test_certificates_are_verified(certificate):
    """An unknown certificate ends the job before anything is sent; a given bundle lets it in."""
    with WaveSpeedDouble(model=SMALL, certificate=certificate) as double:
        backend = a_backend(double, inline_images=True)
        with pytest.raises(NetworkError, match=r"certificate.*nothing was spent"):
            backend.submit(a_request(), RecordingWatch())
        backend.close()
        assert double.requests == []
        backend = a_backend(double, ca_bundle=str(certificate.with_name("cert.pem")))
        assert opened(whole_job(backend)).format == "PNG"
        backend.close()
    assert double.violations == []


def test_a_bundle_that_is_missing_is_refused(tmp_path, double):
    """A wrong path is told when the backend is made, not at the first job."""
    with pytest.raises(InputError, match="does not exist"):
        a_backend(double, ca_bundle=str(tmp_path / "none.pem"))


def test_an_environment_bundle_that_is_missing_is_a_network_error(tmp_path, double, monkeypatch):
    """A broken REQUESTS_CA_BUNDLE is one of the errors of the network, not a crash."""
    from layer_edit.backends.wavespeed import WaveSpeedBackend, WaveSpeedOptions
    from tests.contract.wavespeed_kit import table

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    options = WaveSpeedOptions(base_url=double.url.replace("http:", "https:"))
    backend = WaveSpeedBackend("k", table(), options)
    with pytest.raises(NetworkError):
        backend.check()
    backend.close()


def test_an_answer_in_drops_ends_in_time(double):
    """Headers that never end are no silence; the exchange as a whole still has its time."""
    backend = a_backend(double, timeouts=QUICK)
    double.set_fault(Fault.TRICKLE_HEAD, Call.ACCOUNT)
    errors = []

    def ask():
        try:
            backend.check()
        except NetworkError as error:
            errors.append(str(error))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(10 * QUICK.total)
    assert not asking.is_alive()
    assert "took too long" in errors[0]
    backend.close()
