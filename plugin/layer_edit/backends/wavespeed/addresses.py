"""The service's own address, and how it is written."""

from __future__ import annotations

from ...editing.errors import SettingError
from ...texts import tr
from ..net.addresses import AddressError, Plain, checked

DEFAULT_BASE = "https://api.wavespeed.ai"
API_PATH = "/api/v3"


def base_of(text: str, shown: str) -> str:
    """The base URL without a trailing slash or '/api/v3'; messages say `shown` for it.

    Raises SettingError unless it is https, or http on this computer (loopback).
    """
    base = text.strip().rstrip("/").removesuffix(API_PATH).rstrip("/")
    try:
        parts = checked(base, Plain.LOOPBACK)
    except AddressError as error:
        raise SettingError(
            tr(
                "The WaveSpeed base URL '{shown}' cannot be used ({error}): set {default} "
                "or another https address.",
                shown=shown,
                error=tr(str(error)),
                default=DEFAULT_BASE,
            ),
            page="backends",
        ) from error
    if parts.query or parts.fragment:
        raise SettingError(
            tr(
                "The WaveSpeed base URL '{shown}' has a query or fragment: set {default} "
                "or another plain address.",
                shown=shown,
                default=DEFAULT_BASE,
            ),
            page="backends",
        )
    return base
