"""HTTP as backends need it: bounded in time and size, and careful with the key.

Nothing here retries. Redirects are followed by hand, so that the key never travels to another
host and a submit never travels twice. Certificates are always verified; the system's proxies and
the environment's CA bundle are honoured by `requests` itself.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase

from ...editing.errors import CancelledError, SettingError
from ...texts import N_, tr
from ..base import Watch
from ..proxies import NONE, SYSTEM, proxies
from .addresses import AddressError, Plain, checked, is_loopback, redirected, same_origin
from .exchange import MAX_ANSWER, Exchange, HttpAnswer, Outgoing, Timeouts
from .reasons import BadAddressError, ExchangeError, reason_of
from .route import Route, route_to
from .secret import NoAuth, Secret
from .sessions import Line, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_REDIRECTS = 5
CHUNK = 64 * 1024
FOLLOWED = (301, 302, 303, 307, 308)
BROKEN = (OSError, ValueError, urllib3.exceptions.HTTPError, http.client.HTTPException)
"""All that comes out of `requests` and `urllib3`. Theirs are OSErrors, and some ValueErrors that
slip through for odd addresses and headers."""

TOO_SLOW = N_("the answer took too long")

CANCEL_SECONDS = 0.1
"""How often a long answer's wait looks whether it is still wanted."""

Form = list[tuple[str, Any]]
"""Fields of a multipart form: a text each, or (file name, bytes, MIME type)."""


class Transport:
    """Speaks to one base URL with one key, and to the hosts it names without the key.

    `prefix`: path that every API path begins with. `plain`: where http is spoken. `ca_bundle`: a
    PEM file to verify certificates with, '' for the usual authorities. `proxy`: 'system', 'none'
    or an address. Raises SettingError when one of the last two cannot be used.
    """

    def __init__(
        self,
        base: str,
        key: Secret,
        plain: Plain,
        *,
        prefix: str = "",
        ca_bundle: str = "",
        timeouts: Timeouts | None = None,
        proxy: str = SYSTEM,
    ) -> None:
        self.base = base
        self.key = key
        self.plain = plain
        self.timeouts = timeouts or Timeouts()
        self.verify = _bundle(ca_bundle)
        # This computer is never behind a proxy that the user names.
        is_here = is_loopback(urlsplit(base).hostname or "")
        self._proxies = proxies(NONE if is_here and proxy != SYSTEM else proxy)
        if plain is Plain.LOCAL:
            # Within the local network no proxy stands between; '' goes past the environment's.
            self._proxies = {**self._proxies, "http": ""}
        self._prefix = prefix
        self._idle: list[Session] = []
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base!r})"

    def route(self) -> Route:
        """The way its requests take, for a connection that is not HTTP's."""
        return route_to(self.base, self._proxies, self.verify)

    def close(self) -> None:
        """Close idle connections. May be called more than once."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    # Requests

    def get(self, path: str, limit: int = MAX_ANSWER, watch: Watch | None = None) -> HttpAnswer:
        """GET of the API, with the key; redirects are followed within the base URL's origin.

        Raises ExchangeError, also for more than `limit` bytes.
        """
        url = self._address(path)
        for _ in range(MAX_REDIRECTS + 1):
            exchange = Exchange("GET", url, {}, self.timeouts.answer, limit, watch=watch)
            answer = self._exchange(exchange, self.key.bearer())
            location = answer.headers.get("location", "")
            if answer.status not in FOLLOWED or not location:
                return answer
            url = self._next(url, location)
            if not same_origin(url, self.base):
                raise ExchangeError(
                    N_("it redirects to another address, where the key is not sent"),
                    sent=True,
                    detail=self.key.mask(url),
                )
        raise ExchangeError(tr("more than {number} redirects", number=MAX_REDIRECTS), sent=True)

    def post(self, path: str, payload: Any) -> HttpAnswer:
        """POST of JSON that may be repeated at no cost; redirects are answers, not followed."""
        return self._post(path, *_json(payload), timeout=self.timeouts.answer)

    def post_once(self, path: str, payload: Any, timeout: float, watch: Watch) -> HttpAnswer:
        """POST of JSON on a connection of its own; redirects are answers, not followed.

        A cancel ends it before the last byte has left, and never after. Raises ExchangeError,
        whose `sent` tells whether the service may have acted on it.
        """
        return self._post(path, *_json(payload), timeout=timeout, watch=watch, fresh=True)

    def post_form(self, path: str, fields: Form, watch: Watch) -> HttpAnswer:
        """POST of a multipart form that may be repeated at no cost, with the key."""
        return self._post(path, *_form(fields), timeout=self.timeouts.transfer, watch=watch)

    def post_long(
        self, path: str, fields: Form, watch: Watch, sent: Callable[[], None]
    ) -> HttpAnswer:
        """POST of a form, once, whose answer may take many minutes; a cancel hangs up.

        `sent` is called when all of it has left. Raises ExchangeError, CancelledError.
        """
        body, content_type = _form(fields)
        line, outgoing = Line(), self._outgoing(body, watch)
        exchange = Exchange(
            method="POST",
            url=self._address(path),
            headers={"Content-Type": content_type},
            timeout=self.timeouts.sync,
            watch=watch,
            fresh=True,
        )
        outcome: list[HttpAnswer | BaseException] = []

        def work() -> None:
            try:
                outcome.append(self._exchange(exchange, self.key.bearer(), outgoing, line))
            except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
                outcome.append(error)

        thread = threading.Thread(target=work, name="layer-edit long answer", daemon=True)
        thread.start()
        told = False
        while thread.is_alive():
            thread.join(CANCEL_SECONDS)
            if outgoing.sent and not told:
                told = True
                sent()
            try:
                watch.check()
            except CancelledError:
                line.hang_up()
                raise
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

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
        raise ExchangeError(tr("more than {number} redirects", number=MAX_REDIRECTS), sent=True)

    # How they are made

    def _post(
        self,
        path: str,
        body: bytes,
        content_type: str,
        *,
        timeout: float,
        watch: Watch | None = None,
        fresh: bool = False,
    ) -> HttpAnswer:
        headers = {"Content-Type": content_type}
        url = self._address(path)
        exchange = Exchange("POST", url, headers, timeout, body=body, watch=watch, fresh=fresh)
        return self._exchange(exchange, self.key.bearer())

    def _address(self, path: str) -> str:
        return f"{self.base}{self._prefix}/{path}"

    def _next(self, url: str, location: str) -> str:
        try:
            return redirected(url, location)
        except AddressError as error:
            raise ExchangeError(str(error), sent=True) from error

    def _check_foreign(self, url: str) -> None:
        try:
            checked(url, self.plain)
        except AddressError as error:
            raise BadAddressError(str(error), self.key.mask(url)[:500]) from error

    def _outgoing(self, body: bytes, watch: Watch | None) -> Outgoing:
        return Outgoing(body, watch, time.monotonic() + self.timeouts.total)

    def _exchange(
        self,
        exchange: Exchange,
        auth: AuthBase,
        body: Outgoing | None = None,
        line: Line | None = None,
    ) -> HttpAnswer:
        """Make one request and read its answer whole. Raises ExchangeError; CancelledError."""
        deadline = time.monotonic() + self.timeouts.total
        if body is None and exchange.body is not None:
            body = self._outgoing(exchange.body, exchange.watch)
        line = line or Line()
        try:
            with self._session(exchange.fresh) as session, self._ending(line):
                session.use(line)
                response = session.request(
                    exchange.method,
                    exchange.url,
                    data=body,
                    headers=dict(exchange.headers),
                    auth=auth,
                    timeout=(self.timeouts.connect, exchange.timeout),
                    allow_redirects=False,
                    stream=True,
                    verify=self.verify,
                    proxies=dict(self._proxies),
                )
                with response:
                    answer = _read(response, exchange, deadline)
            if line.is_hung_up:
                # The end of the connection may look like the answer's.
                raise ExchangeError(TOO_SLOW, sent=True)
            return answer
        except BROKEN as error:
            sent = body is None or body.sent
            detail = self.key.mask(f"{type(error).__name__}: {error}")
            reason = TOO_SLOW if line.is_hung_up else reason_of(error)
            raise ExchangeError(reason, sent, detail) from error

    @contextmanager
    def _ending(self, line: Line) -> Iterator[None]:
        """Hang up when an exchange takes too long.

        A silence ends by its own timeout; this is for what comes in drops, of which the HTTP
        library waits for a whole line.
        """
        timer = threading.Timer(self.timeouts.total, line.hang_up)
        timer.daemon = True
        with suppress(RuntimeError):  # at the interpreter's end no thread can be started
            timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def _session(self, fresh: bool) -> Iterator[Session]:
        """A session no other thread uses; sessions are not safe to share."""
        with self._lock:
            session = self._idle.pop() if self._idle and not fresh else None
        session = session or Session(only_local=self.plain is Plain.LOCAL)
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
                tr("the answer is longer than {limit} MB", limit=f"{exchange.limit / 2**20:,.0f}"),
                sent=True,
                final=True,
            )
        if time.monotonic() > deadline:
            raise ExchangeError(TOO_SLOW, sent=True)
        if watch is not None:
            watch.check()
    announced = headers.get("content-length", "")
    if announced.isdecimal() and "content-encoding" not in headers and size < int(announced):
        raise ExchangeError(N_("the answer broke off"), sent=True)
    return HttpAnswer(response.status_code, headers, b"".join(chunks), exchange.url)


def _json(payload: Any) -> tuple[bytes, str]:
    return json.dumps(payload).encode(), "application/json"


def _form(fields: Form) -> tuple[bytes, str]:
    return urllib3.encode_multipart_formdata(fields)


def _bundle(path: str) -> str | bool:
    if path and not Path(path).exists():
        raise SettingError(
            tr(
                "The certificate bundle '{path}' does not exist: correct the path in the "
                "settings, or leave it empty.",
                path=path,
            )
        )
    return path or True
