"""Which addresses may be spoken to, and which may be shown the key."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from ...editing.errors import SettingError

DEFAULT_BASE = "https://api.wavespeed.ai"
API_PATH = "/api/v3"


class AddressError(Exception):
    """An address that is not spoken to; the text says why."""


def base_of(text: str, shown: str) -> str:
    """The base URL without a trailing slash or '/api/v3'; messages say `shown` for it.

    Raises SettingError unless it is https, or http on this computer (loopback).
    """
    base = text.strip().rstrip("/").removesuffix(API_PATH).rstrip("/")
    try:
        parts = checked(base, loopback=True)
    except AddressError as error:
        raise SettingError(
            f"The WaveSpeed base URL '{shown}' cannot be used ({error}): "
            f"set {DEFAULT_BASE} or another https address.",
            page="backends",
        ) from error
    if parts.query or parts.fragment:
        raise SettingError(
            f"The WaveSpeed base URL '{shown}' has a query or fragment: set {DEFAULT_BASE} or "
            "another plain address.",
            page="backends",
        )
    return base


def checked(url: str, loopback: bool) -> SplitResult:
    """Split a URL that may be spoken to.

    Raises AddressError unless it is https, or http on loopback where `loopback` allows that.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"it is not an address: {error}") from error
    if not host or port == 0:
        raise AddressError("it names no host")
    if parts.username is not None or parts.password is not None:
        raise AddressError("it holds a user name or password")
    if parts.scheme == "https" or (parts.scheme == "http" and loopback and is_loopback(host)):
        return parts
    raise AddressError("only https is spoken")


def is_loopback(host: str) -> bool:
    """Whether a host name or IP literal is this computer."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def same_origin(one: str, other: str) -> bool:
    """Whether scheme, host and port agree: the key goes only where they agree with the base."""
    try:
        return _origin(urlsplit(one)) == _origin(urlsplit(other))
    except ValueError:
        return False


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, parts.hostname, parts.port or default


def redirected(url: str, location: str) -> str:
    """Where a redirect leads. Raises AddressError when that is not an address."""
    try:
        # Servers send bytes; requests reads headers as Latin-1.
        return urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))
    except (ValueError, UnicodeError) as error:
        raise AddressError(f"the redirect leads to no address: {error}") from error
