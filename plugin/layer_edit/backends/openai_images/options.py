"""What can be set about this backend, as one value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...editing.errors import InputError
from ...texts import tr
from ..net.exchange import Timeouts
from ..net.pictures import MAX_RESULT_BYTES, MAX_RESULT_PIXELS

DEFAULT_BASE = "http://127.0.0.1:8000"
"""Where vLLM listens unless told otherwise; SGLang: port 30000."""

OPTIONAL = ("model", "size", "seed", "response_format", "output_format")
"""Parameters that can be left out where a server does not take them."""

PATIENT = Timeouts(sync=3600.0, transfer=120.0, total=3700.0)
"""The answer comes when the edit is done: minutes, and longer behind a queue."""


@dataclass(frozen=True)
class OpenAIImagesOptions:
    """Options that stay the same from job to job.

    `base_url`: https, or http in the local network; with or without '/v1'. `model`: its name, ''
    leaves that to the server. `left_out`: names of OPTIONAL that are not sent. `plain_key`: the
    user allows the key to go over http without TLS to another machine of the local network.
    `ca_bundle`: a PEM file of a company's certificate authority.
    """

    base_url: str = DEFAULT_BASE
    model: str = ""
    left_out: frozenset[str] = frozenset()
    plain_key: bool = False
    ca_bundle: str = ""
    max_result_bytes: int = MAX_RESULT_BYTES
    max_result_pixels: int = MAX_RESULT_PIXELS
    timeouts: Timeouts = field(default_factory=lambda: PATIENT)


def left_out(text: str) -> frozenset[str]:
    """Names out of the user's list, such as 'seed, response_format'.

    Raises InputError for one that cannot be left out.
    """
    names = frozenset(filter(None, re.split(r"[\s,;]+", text)))
    for name in sorted(names - set(OPTIONAL)):
        raise InputError(
            tr(
                "The parameter '{name}' cannot be left out: choose among {known}.",
                name=name,
                known=", ".join(OPTIONAL),
            )
        )
    return names
