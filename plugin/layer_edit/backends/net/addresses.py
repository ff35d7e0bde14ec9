"""Which addresses may be spoken to, and which may be shown the key."""

from __future__ import annotations

from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from ...texts import N_, tr


class AddressError(Exception):
    """An address that is not spoken to; the text says why."""


class Plain(Enum):
    """Where http without TLS may be spoken; https may always."""

    NOWHERE = "nowhere"
    LOOPBACK = "this computer"
    LOCAL = "this computer and the local network"


LOCAL_NETWORKS = tuple(
    ip_network(one)
    for one in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""RFC 1918 and 4193, link-local, loopback. Wider ideas of 'private' hold others' addresses too."""

NOT_LOCAL = N_("it is outside the local network, where only https is spoken")


def checked(url: str, plain: Plain) -> SplitResult:
    """Split a URL that may be spoken to.

    A host's name may stand for any address: where http is allowed in the local network, the
    connection itself has to be looked at too (`is_local` of its other end). Raises AddressError
    unless it is https, or http where `plain` allows that.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(tr("it is not an address: {error}", error=error)) from error
    if not host or port == 0 or not _is_plain(parts):
        raise AddressError(N_("it names no host"))
    if parts.username is not None or parts.password is not None:
        raise AddressError(N_("it holds a user name or password"))
    if parts.scheme == "https":
        return parts
    if parts.scheme == "http" and plain is not Plain.NOWHERE and is_loopback(host):
        return parts
    if parts.scheme != "http" or plain is not Plain.LOCAL:
        raise AddressError(N_("only https is spoken"))
    if _literal(host) is not None and not is_local(host):
        raise AddressError(NOT_LOCAL)
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host name or IP literal is this computer."""
    literal = _literal(host)
    return host == "localhost" if literal is None else literal.is_loopback


def is_local(host: str) -> bool:
    """Whether an IP literal is this computer or one of the local network."""
    literal = _literal(host)
    return literal is not None and any(
        literal.version == network.version and literal in network for network in LOCAL_NETWORKS
    )


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        literal = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = literal.ipv4_mapped if isinstance(literal, IPv6Address) else None
    return mapped or literal


def same_origin(one: str, other: str) -> bool:
    """Whether scheme, host and port agree: the key goes only where they agree with the base."""
    try:
        parts = urlsplit(one), urlsplit(other)
        return all(map(_is_plain, parts)) and _origin(parts[0]) == _origin(parts[1])
    except ValueError:
        return False


def _is_plain(parts: SplitResult) -> bool:
    """Whether everybody reads the same host in it.

    In 'https://a\\@b' it is b for `urlsplit`, and a for the HTTP library, which connects there.
    """
    return "\\" not in parts.netloc


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, parts.hostname, parts.port or default


def redirected(url: str, location: str) -> str:
    """Where a redirect leads. Raises AddressError when that is not an address."""
    try:
        # Servers send bytes; requests reads headers as Latin-1.
        return urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))
    except (ValueError, UnicodeError) as error:
        raise AddressError(tr("the redirect leads to no address: {error}", error=error)) from error
