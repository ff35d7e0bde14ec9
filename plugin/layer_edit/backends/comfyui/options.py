"""What can be set about this backend, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..net.exchange import Timeouts
from ..net.pictures import MAX_RESULT_BYTES, MAX_RESULT_PIXELS

DEFAULT_BASE = "http://127.0.0.1:8188"
"""Where ComfyUI listens unless told otherwise."""


@dataclass(frozen=True)
class ComfyUIOptions:
    """Options that stay the same from job to job.

    `base_url`: https, or http in the local network. `graph`: the user's own graph in API format,
    None for those of HiDream-O1 in the folder `graphs`. `checkpoint`: the file of weights for
    {{checkpoint}}, '' takes the one of HiDream-O1 that ComfyUI has. `ca_bundle`: a PEM file of a
    company's certificate authority. `look_seconds`: between two looks at queue and history.
    """

    graphs: Path
    base_url: str = DEFAULT_BASE
    graph: Path | None = None
    checkpoint: str = ""
    ca_bundle: str = ""
    look_seconds: float = 2.0
    max_result_bytes: int = MAX_RESULT_BYTES
    max_result_pixels: int = MAX_RESULT_PIXELS
    timeouts: Timeouts = field(default_factory=Timeouts)
