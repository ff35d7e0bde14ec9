"""HTTP with WaveSpeed: its base URL, and plain http with a test double on this computer only."""

from __future__ import annotations

from ..base import Watch
from ..net import transport
from ..net.addresses import Plain, checked, is_loopback
from ..net.exchange import HttpAnswer, Timeouts
from ..net.secret import Secret
from .addresses import API_PATH, base_of


class Transport(transport.Transport):
    """Speaks to one WaveSpeed base URL with one key, and to the hosts it names without the key.

    `ca_bundle`: a PEM file to verify certificates with, '' for the usual authorities. Raises
    InputError when base URL or bundle cannot be used.
    """

    def __init__(
        self, base_url: str, key: Secret, ca_bundle: str = "", timeouts: Timeouts | None = None
    ) -> None:
        base = base_of(base_url, key.mask(base_url))
        # Plain http on loopback is for a test double, never a place a real service names.
        loopback = is_loopback(checked(base, Plain.LOOPBACK).hostname or "")
        super().__init__(
            base,
            key,
            Plain.LOOPBACK if loopback else Plain.NOWHERE,
            prefix=API_PATH,
            ca_bundle=ca_bundle,
            timeouts=timeouts,
        )

    def post_file(self, path: str, name: str, data: bytes, mime: str, watch: Watch) -> HttpAnswer:
        """POST of one file as the multipart field 'file', with the key."""
        return self.post_form(path, [("file", (name, data, mime))], watch)
