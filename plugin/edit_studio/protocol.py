"""The shapes of WaveSpeed's protocol, and its rules for what comes in. No HTTP and no Redis here.

As its public documentation and its official clients have it; `progress` and `notes` in `data` are
this service's own addition, which those clients ignore.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from layer_edit.editing.request import FORMATS, MAX_INSTRUCTION, SEED_RANGE

from .jobs import Job
from .store import NAME

PREFIX = "/api/v3"
INPUTS = (
    "prompt", "images", "size", "output_format", "seed", "enable_sync_mode", "enable_base64_output"
)  # fmt: skip
"""Inputs of other names are dropped, as the service does."""

STATES = {"queued": "created", "running": "processing"}
SIDES = range(256, 4097)
"""Pixels of each side of `size`, as the model page has them."""

INVALID, MEDIA, EXECUTION, INTERNAL, UNAVAILABLE, SYNC_TIMEOUT = 1401, 1402, 1403, 5000, 5003, 5004
"""Codes of tasks that failed, and of a submit in sync mode that did not wait to the end."""

UPLOADED = re.compile(r"https?://[^?#]+/files/(uploads/[^/?#]+)")
"""The address of an upload; a studio may be reached under a path."""


SURROGATE = re.compile("[\ud800-\udfff]")


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """The service says no, with an HTTP status and a sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class Picture:
    """A picture of a request: the name of an upload, or the bytes themselves."""

    name: str = ""
    data: bytes = b""
    kind: str = "bin"


def read_inputs(body: Mapping[str, Any], most_images: int) -> dict[str, Any]:
    """The inputs that are known. Raises Refusal for one against the model page's rules."""
    inputs = {name: body[name] for name in INPUTS if body.get(name) is not None}
    prompt, images, seed = inputs.get("prompt"), inputs.get("images"), inputs.get("seed")
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refusal(400, "prompt is required")
    if len(prompt) > MAX_INSTRUCTION:
        raise Refusal(400, f"prompt must have at most {MAX_INSTRUCTION} characters")
    if not isinstance(images, list) or not images or not all(isinstance(i, str) for i in images):
        raise Refusal(400, "images is required")
    if len(images) > most_images:
        raise Refusal(400, f"images must be at most {most_images}")
    if inputs.get("output_format", "jpeg") not in FORMATS:
        raise Refusal(400, f"output_format must be one of {', '.join(FORMATS)}")
    if seed is not None and (type(seed) is not int or (seed != -1 and seed not in SEED_RANGE)):
        raise Refusal(400, f"seed must be between 1 and {SEED_RANGE[-1]}, or -1")
    sides = str(inputs.get("size", "2048*2048")).split("*")
    if len(sides) != 2 or not all(re.fullmatch("[0-9]{1,5}", s) and int(s) in SIDES for s in sides):
        raise Refusal(400, "size must be W*H, 256 to 4096 per dimension")
    return inputs


def read_picture(text: str, most_bytes: int) -> Picture:
    """One of `images`. Raises Refusal for one that this service does not fetch."""
    match = UPLOADED.fullmatch(text)
    if match and NAME.fullmatch(match[1]):
        return Picture(name=match[1])
    head, comma, payload = text.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        # Fetching any address that a client names would open the studio's own network to it.
        raise Refusal(400, "images must be uploaded here first, or be base64 data URIs")
    try:
        data = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(400, "images holds a data URI that is not base64") from None
    if len(data) > most_bytes:
        raise Refusal(400, f"images must be at most {most_bytes // 2**20} MB each")
    return Picture(data=data, kind=kind_of(head.removeprefix("data:").removesuffix(";base64")))


def kind_of(content_type: str) -> str:
    """The ending of a name in the store."""
    kind = content_type.partition(";")[0].strip().lower().removeprefix("image/")
    return kind if kind in FORMATS else "bin"


def media_type(name: str) -> str:
    """The content type of a name in the store."""
    kind = name.rpartition(".")[2]
    return f"image/{kind}" if kind in FORMATS else "application/octet-stream"


def envelope(data: Any) -> dict[str, Any]:
    """What every good answer is."""
    return {"code": 200, "message": "success", "data": data}


def refusal(status: int, text: str) -> dict[str, Any]:
    """What every other answer is."""
    return {"code": status, "message": text}


def task(job: Job, outputs: Sequence[str], address: str) -> dict[str, Any]:
    """`data` about a job. `outputs`: where its results are, or they themselves in base64."""
    took = round((job.ended - job.started) * 1000) if job.state == "completed" else 0
    data: dict[str, Any] = {
        "id": job.id,
        "model": job.model,
        "outputs": list(outputs),
        "urls": {"get": f"{address}{PREFIX}/predictions/{job.id}/result"},
        "status": STATES.get(job.state, job.state),
        "created_at": iso(job.created),
        "error": job.error,
        "has_nsfw_contents": None,
        "timings": {"inference": took},
        "progress": 1.0 if job.state == "completed" else job.progress,
        "notes": list(job.notes),
    }
    if job.code is not None:
        data["code"] = job.code
    return data


def listed_inputs(job: Job, address: str) -> dict[str, Any]:
    """The inputs as the history lists them: pictures sent inside a request are ''."""
    names = job.inputs["images"]
    return {**job.inputs, "images": [f"{address}/files/{name}" if name else "" for name in names]}


def iso(unix: float) -> str:
    """Unix seconds as the service writes times."""
    stamp = datetime.fromtimestamp(unix, timezone.utc)
    return stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_text(value: Any) -> bool:
    """Whether all texts in a JSON value can be written as UTF-8; JSON can hold halves of pairs."""
    if isinstance(value, str):
        return value.isascii() or not SURROGATE.search(value)
    if isinstance(value, dict):
        return all(is_text(name) and is_text(one) for name, one in value.items())
    return all(map(is_text, value)) if isinstance(value, list) else True


def as_unix(value: Any, name: str) -> float | None:
    """An ISO time or Unix seconds. Raises Refusal."""
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if math.isnan(value):
                raise ValueError
            return float(value)
        # Python 3.10 does not read 'Z'.
        stamp = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except (ValueError, OverflowError):
        raise Refusal(400, f"{name} must be an ISO time") from None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=timezone.utc)).timestamp()


def as_count(value: Any, name: str, most: int) -> int:
    """A whole number from 1. Raises Refusal."""
    if type(value) is not int or value < 1:
        raise Refusal(400, f"{name} must be a whole number from 1")
    return min(value, most)
