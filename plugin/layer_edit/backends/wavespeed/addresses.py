"""The service's own address, and how it is written."""

from __future__ import annotations

from ...editing.errors import InputError
from ..net.addresses import AddressError, Plain, checked

DEFAULT_BASE = "https://api.wavespeed.ai"
API_PATH = "/api/v3"


def base_of(text: str, shown: str) -> str:
    """The base URL without a trailing slash or '/api/v3'; messages say `shown` for it.

    Raises InputError unless it is https, or http on this computer (loopback).
    """
    base = text.strip().rstrip("/").removesuffix(API_PATH).rstrip("/")
    try:
        parts = checked(base, Plain.LOOPBACK)
    except AddressError as error:
        raise InputError(
            f"The WaveSpeed base URL '{shown}' cannot be used ({error}): "
            f"set {DEFAULT_BASE} or another https address."
        ) from error
    if parts.query or parts.fragment:
        raise InputError(
            f"The WaveSpeed base URL '{shown}' has a query or fragment: set {DEFAULT_BASE} or "
            "another plain address."
        )
    return base
