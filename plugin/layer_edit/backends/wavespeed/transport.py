"""HTTP as this backend needs it: bounded in time and size, and careful with the key.

Nothing here retries. Redirects are followed by hand, so that the key never travels to another
host and a submit never travels twice. Certificates are always verified; the system's proxies and
the environment's CA bundle are honoured by `requests` itself.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from requests.auth import AuthBase

from ...editing.errors import SettingError
from ..base import Watch
from ..proxies import NONE, SYSTEM, proxies
from .addresses import (
    API_PATH,
    AddressError,
    base_of,
    checked,
    is_loopback,
    redirected,
    same_origin,
)
from .exchange import Exchange, HttpAnswer, Outgoing, Timeouts
from .reasons import BadAddressError, ExchangeError, reason_of
from .secret import NoAuth, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_REDIRECTS = 5
CHUNK = 64 * 1024
FOLLOWED = (301, 302, 303, 307, 308)
BROKEN = (OSError, ValueError, urllib3.exceptions.HTTPError, http.client.HTTPException)
"""All that comes out of `requests` and `urllib3`. Theirs are OSErrors, and some ValueErrors that
slip through for odd addresses and headers."""


class Transport:
    """Speaks to one WaveSpeed base URL with one key, and to the hosts it names without the key.

    `ca_bundle`: a PEM file to verify certificates with, '' for the usual authorities. `proxy`:
    'system', 'none' or an address. Raises SettingError when one of them cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret,
        ca_bundle: str = "",
        timeouts: Timeouts | None = None,
        proxy: str = SYSTEM,
    ) -> None:
        self.base = base_of(base_url, key.mask(base_url))
        self.key = key
        self.timeouts = timeouts or Timeouts()
        self.loopback = is_loopback(checked(self.base, loopback=True).hostname or "")
        self._verify = _bundle(ca_bundle)
        # This computer is never behind a proxy that the user names.
        self._proxies = proxies(NONE if self.loopback and proxy != SYSTEM else proxy)
        self._idle: list[requests.Session] = []
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Transport({self.base!r})"

    def close(self) -> None:
        """Close idle connections. May be called more than once."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    # Requests

    def get(self, path: str) -> HttpAnswer:
        """GET of the API, with the key; redirects are followed within the base URL's origin."""
        return self._api("GET", path, self.timeouts.answer)

    def post(self, path: str, payload: Any) -> HttpAnswer:
        """POST of JSON that may be repeated at no cost (price, history, upload ticket)."""
        return self._api("POST", path, self.timeouts.answer, *_json(payload))

    def post_once(self, path: str, payload: Any, timeout: float, watch: Watch) -> HttpAnswer:
        """POST of JSON on a connection of its own; redirects are answers, not followed.

        A cancel ends it before the last byte has left, and never after. Raises ExchangeError,
        whose `sent` tells whether the service may have acted on it.
        """
        body, content_type = _json(payload)
        return self._exchange(
            Exchange(
                method="POST",
                url=self._address(path),
                headers={"Content-Type": content_type},
                timeout=timeout,
                body=body,
                watch=watch,
                fresh=True,
            ),
            self.key.bearer(),
        )

    def post_file(self, path: str, name: str, data: bytes, mime: str, watch: Watch) -> HttpAnswer:
        """POST of one file as the multipart field 'file', with the key."""
        fields = {"file": (name, data, mime)}
        body, content_type = urllib3.encode_multipart_formdata(fields)
        return self._api("POST", path, self.timeouts.transfer, body, content_type, watch)

    def put(self, url: str, headers: Mapping[str, str], data: bytes, watch: Watch) -> HttpAnswer:
        """PUT to where an upload ticket says, with its headers and without the key."""
        self._check_foreign(url)
        exchange = Exchange("PUT", url, headers, self.timeouts.transfer, body=data, watch=watch)
        return self._exchange(exchange, NoAuth())

    def download(self, url: str, limit: int, watch: Watch) -> HttpAnswer:
        """GET of any host without the key, following up to MAX_REDIRECTS redirects.

        Raises ExchangeError, also for more than `limit` bytes; CancelledError.
        """
        for _ in range(MAX_REDIRECTS + 1):
            self._check_foreign(url)
            answer = self._exchange(
                Exchange("GET", url, {}, self.timeouts.transfer, limit, watch=watch), NoAuth()
            )
            location = answer.headers.get("location", "")
            if answer.status not in FOLLOWED or not location:
                return answer
            url = self._next(url, location)
        raise ExchangeError(f"more than {MAX_REDIRECTS} redirects", sent=True)

    # How they are made

    def _api(
        self,
        method: str,
        path: str,
        timeout: float,
        body: bytes | None = None,
        content_type: str = "",
        watch: Watch | None = None,
    ) -> HttpAnswer:
        url = self._address(path)
        headers = {"Content-Type": content_type} if content_type else {}
        for _ in range(MAX_REDIRECTS + 1):
            exchange = Exchange(method, url, headers, timeout, body=body, watch=watch)
            answer = self._exchange(exchange, self.key.bearer())
            location = answer.headers.get("location", "")
            if method != "GET" or answer.status not in FOLLOWED or not location:
                return answer
            url = self._next(url, location)
            if not same_origin(url, self.base):
                raise ExchangeError(
                    "it redirects to another address, where the key is not sent",
                    sent=True,
                    detail=self.key.mask(url),
                )
        raise ExchangeError(f"more than {MAX_REDIRECTS} redirects", sent=True)

    def _address(self, path: str) -> str:
        return f"{self.base}{API_PATH}/{path}"

    def _next(self, url: str, location: str) -> str:
        try:
            return redirected(url, location)
        except AddressError as error:
            raise ExchangeError(str(error), sent=True) from error

    def _check_foreign(self, url: str) -> None:
        try:
            # Plain http on loopback is for a test double, never a place a real service names.
            checked(url, loopback=self.loopback)
        except AddressError as error:
            raise BadAddressError(str(error), self.key.mask(url)[:500]) from error

    def _exchange(self, exchange: Exchange, auth: AuthBase) -> HttpAnswer:
        """Make one request and read its answer whole. Raises ExchangeError; CancelledError."""
        deadline = time.monotonic() + self.timeouts.total
        body = None
        if exchange.body is not None:
            body = Outgoing(exchange.body, exchange.watch, deadline)
        try:
            with self._session(exchange.fresh) as session:
                response = session.request(
                    exchange.method,
                    exchange.url,
                    data=body,
                    headers=dict(exchange.headers),
                    auth=auth,
                    timeout=(self.timeouts.connect, exchange.timeout),
                    allow_redirects=False,
                    stream=True,
                    verify=self._verify,
                    proxies=dict(self._proxies),
                )
                with response:
                    return _read(response, exchange, deadline)
        except BROKEN as error:
            sent = body is None or body.sent
            detail = self.key.mask(f"{type(error).__name__}: {error}")
            raise ExchangeError(reason_of(error), sent, detail) from error

    @contextmanager
    def _session(self, fresh: bool) -> Iterator[requests.Session]:
        """A session no other thread uses; sessions are not safe to share."""
        with self._lock:
            session = self._idle.pop() if self._idle and not fresh else None
        session = session or _Session()
        kept = False
        try:
            yield session
            kept = not fresh
        finally:
            if kept:
                with self._lock:
                    self._idle.append(session)
            else:
                session.close()


class _Session(requests.Session):
    """Without cookies, and leaving every redirect to the caller."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Pictures do not shrink, and nothing then decompresses to more than was announced.
        self.headers.update({"User-Agent": "layer-edit", "Accept-Encoding": "identity"})

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: otherwise `requests` reads a redirect's body whole, however long it is."""
        return None


def _read(response: requests.Response, exchange: Exchange, deadline: float) -> HttpAnswer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    # read1 returns what has arrived; read would wait for a whole chunk, past any deadline.
    read = getattr(response.raw, "read1", response.raw.read)
    watch = exchange.watch if exchange.method == "GET" else None
    chunks, size = [], 0
    while chunk := read(CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > exchange.limit:
            raise ExchangeError(
                f"the answer is longer than {exchange.limit / 2**20:,.0f} MB", sent=True, final=True
            )
        if time.monotonic() > deadline:
            raise ExchangeError("the answer took too long", sent=True)
        if watch is not None:
            watch.check()
    announced = headers.get("content-length", "")
    if announced.isdecimal() and "content-encoding" not in headers and size < int(announced):
        raise ExchangeError("the answer broke off", sent=True)
    return HttpAnswer(response.status_code, headers, b"".join(chunks), exchange.url)


def _json(payload: Any) -> tuple[bytes, str]:
    return json.dumps(payload).encode(), "application/json"


def _bundle(path: str) -> str | bool:
    if path and not Path(path).exists():
        raise SettingError(
            f"The certificate bundle '{path}' does not exist: correct the path in the settings, "
            "or leave it empty."
        )
    return path or True
