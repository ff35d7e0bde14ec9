"""What can be set about this backend, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..net.exchange import Timeouts
from .addresses import DEFAULT_BASE


@dataclass(frozen=True)
class WaveSpeedOptions:
    """Options that stay the same from job to job.

    `base_url`: with or without '/api/v3'; https, or http on loopback. `ca_bundle`: a PEM file of a
    company's certificate authority, '' for the usual ones. `sync_mode`: the service answers a
    submit with the result; it gives up after about 90 s, and the job is then polled for.
    `base64_output`: results come inside the answer in place of a URL. `inline_images`: pictures
    are sent inside the request, without an upload. `max_result_bytes` and `max_result_pixels` keep
    a bad answer from filling the memory.
    """

    base_url: str = DEFAULT_BASE
    ca_bundle: str = ""
    sync_mode: bool = False
    base64_output: bool = False
    inline_images: bool = False
    max_result_bytes: int = 200 * 2**20
    max_result_pixels: int = 64_000_000
    timeouts: Timeouts = field(default_factory=Timeouts)
