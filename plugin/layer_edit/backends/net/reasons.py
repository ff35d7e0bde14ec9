"""Network errors of every kind, as one error with a plain reason."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import requests
import urllib3

from ...texts import N_
from .addresses import NOT_LOCAL
from .sessions import NotLocalError


class ExchangeError(Exception):
    """An exchange did not give an answer.

    `reason` is part of a sentence for the user. `sent`: whether the whole request was handed to
    the network, so that the service may have acted on it. `final`: whether asking again would
    surely end the same way. `detail` has the key masked.
    """

    def __init__(self, reason: str, sent: bool, detail: str = "", final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.detail = detail
        self.final = final


class BadAddressError(ExchangeError):
    """An address the service named is not one that is spoken to; nothing was sent there."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, sent=False, detail=detail)


REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError),
        N_("the proxy does not answer"),
    ),
    (
        (requests.exceptions.SSLError, urllib3.exceptions.SSLError),
        N_("no secure connection could be made; its certificate was not accepted or TLS failed"),
    ),
    (
        (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        N_("no connection was made in time"),
    ),
    (
        (requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError),
        N_("no answer came in time"),
    ),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        N_("the answer's compression is damaged"),
    ),
    (
        (
            requests.exceptions.ChunkedEncodingError,
            urllib3.exceptions.IncompleteRead,
            urllib3.exceptions.ProtocolError,
        ),
        N_("the answer broke off"),
    ),
)
"""First match wins; `requests` derives its errors from one another."""


ROOTS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((NotLocalError,), NOT_LOCAL),
    ((socket.gaierror,), N_("the address was not found; is this computer online?")),
    ((ConnectionRefusedError,), N_("the connection was refused")),
    ((urllib3.exceptions.NewConnectionError,), N_("no connection could be made")),
    ((requests.exceptions.ConnectionError,), N_("the connection broke")),
)
"""What a connection error comes from, looked for along its causes."""


def reason_of(error: BaseException) -> str:
    """A part of a sentence that says what an error of `requests` or `urllib3` means."""
    for kinds, reason in REASONS:
        if isinstance(error, kinds):
            return reason
    chain = tuple(_causes(error))
    for kinds, reason in ROOTS:
        if any(isinstance(one, kinds) for one in chain):
            return reason
    return N_("the network failed")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
