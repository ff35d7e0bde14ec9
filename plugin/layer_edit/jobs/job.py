"""A job as a value: what was wished, where it stands, what it cost; and its form on disk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ..backends.base import Prediction, PredictionState
from ..editing.anchor import Anchor
from ..editing.geometry import Rect, Size
from ..editing.placement import Placement
from ..editing.plan import Wish
from .formats import Step, upgraded

FORMAT_VERSION = 1
"""Of job.json. A newer one is left alone: a later version of the plugin wrote it."""

UPGRADES: Mapping[int, Step] = {}
"""From each earlier version to the next: whoever raises FORMAT_VERSION adds a step."""


class JobState(Enum):
    """Where a job stands. The first four are on their way, the others are ends or stops."""

    CAPTURING = "capturing"
    QUEUED = "queued"
    RUNNING = "running"
    PLACING = "placing"
    """The result is being made a layer. On disk it is READY, which the next start finds."""
    READY = "ready"
    """The result is there and not yet a layer (or a file)."""
    PLACED = "placed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"
    """Sent, and the answer lost: it may be running and billed."""
    INTERRUPTED = "interrupted"
    """Accepted and not collected yet: can be resumed at no cost."""

    @property
    def is_active(self) -> bool:
        """True while something is still being done for it."""
        return self in (
            JobState.CAPTURING,
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.PLACING,
        )

    @property
    def has_result(self) -> bool:
        """True when its result has arrived and was composed."""
        return self in (JobState.READY, JobState.PLACED)

    @property
    def is_open(self) -> bool:
        """True while its folder must stay: it is unfinished, or its result was not seen."""
        return self not in (JobState.PLACED, JobState.FAILED, JobState.CANCELLED)

    @property
    def is_resumable(self) -> bool:
        """True while there is something left to do for its result."""
        return self.is_open and not self.has_result

    @property
    def is_resumed(self) -> bool:
        """True for what a restart goes on with by itself; the rest waits for the user."""
        return self.is_active or self is JobState.INTERRUPTED


@dataclass(frozen=True)
class JobRecord:
    """Everything that is known of a job.

    `created`, `sent_at` and `finished` are Unix seconds; `sent_at` is set just before the request
    is sent, so that a job with `sent_at` and no prediction may have been accepted. `source_name`
    and `document` are for people; `document_path` (a file or '') and `layer_id` find the layer
    again after a restart, `document_id` tells documents without a file apart while they are open,
    and `anchor` says where it lay, None for a file; `layer_id` is '' for the visible image;
    `output` is the file a command-line job writes. `target` is where the result belongs, in
    document pixels.
    """

    id: str
    wish: Wish
    source_name: str
    target: Rect
    created: float
    anchor: Anchor | None = None
    document: str = ""
    document_path: str = ""
    document_id: str = ""
    layer_id: str = ""
    output: str = ""
    state: JobState = JobState.QUEUED
    placement: Placement | None = None
    sent_at: float | None = None
    price: float | None = None
    """US dollars asked for it; 0 on a server of one's own, None for what is simply made again."""
    prediction: Prediction | None = None
    finished: float | None = None
    message: str = ""
    detail: str = ""
    batch: str = ""
    """Jobs that one click began share it."""
    placed_as: str = ""
    """The unique id of the layer that the result became last; '' while there is none."""
    share: float | None = None
    """How much of the source the edit changed, 0–1; None where that was not looked for."""
    label: str = ""
    """What tells it from others of its batch: 'red, variant 2', 'step 2'; '' for nothing."""

    @classmethod
    def new(cls, wish: Wish, source_name: str, target: Rect, document: str = "") -> JobRecord:
        """A queued job with an id that sorts by time."""
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        job_id = f"{stamp}-{secrets.token_hex(3)}"
        return cls(job_id, wish, source_name, target, now, document=document)

    @property
    def document_key(self) -> str:
        """The same for all jobs of one document."""
        return self.document_path or self.document_id or self.document

    def moved(self, state: JobState, message: str = "", detail: str = "") -> JobRecord:
        """The same job in another state; the first end gets its time."""
        finished = self.finished if state.is_active else self.finished or time.time()
        return replace(self, state=state, message=message, detail=detail, finished=finished)


def to_json(record: JobRecord) -> dict[str, Any]:
    """The record as plain JSON values. References are files of the job's folder, not in here."""
    wish, target, prediction = record.wish, record.target, record.prediction
    state = JobState.READY if record.state is JobState.PLACING else record.state
    return {
        "version": FORMAT_VERSION,
        "id": record.id,
        "state": state.value,
        "created": record.created,
        "sent_at": record.sent_at,
        "price": record.price,
        "finished": record.finished,
        "source_name": record.source_name,
        "document": record.document,
        "document_path": record.document_path,
        "document_id": record.document_id,
        "layer_id": record.layer_id,
        "output": record.output,
        "target": _rect_out(target),
        "message": record.message,
        "detail": record.detail,
        "batch": record.batch,
        "placed_as": record.placed_as,
        "share": record.share,
        "label": record.label,
        "wish": {
            "instruction": wish.instruction,
            "backend": wish.backend,
            "seed": wish.seed,
            "size": _size_out(wish.size),
            "output_format": wish.output_format,
            "model": wish.model,
            "background": wish.background,
            "grow": wish.grow,
            "feather": wish.feather,
            "protect": wish.protect,
        },
        "anchor": record.anchor and record.anchor.to_json(),
        "placement": record.placement
        and {
            "target": _rect_out(record.placement.target),
            "sent": _size_out(record.placement.sent),
            "content": _rect_out(record.placement.content),
        },
        "prediction": prediction
        and {
            "id": prediction.id,
            "state": prediction.state.value,
            "notes": list(prediction.notes),
            "cost": prediction.cost,
            "inference_seconds": prediction.inference_seconds,
        },
    }


def from_json(data: dict[str, Any]) -> JobRecord:
    """The inverse of `to_json`, without references and outputs (they are asked for again).

    Raises NewerFormatError for a newer version, ValueError, KeyError or TypeError for a damaged
    file.
    """
    data = upgraded(data, FORMAT_VERSION, UPGRADES)
    wish, placement, prediction = data["wish"], data["placement"], data["prediction"]
    return JobRecord(
        id=data["id"],
        wish=Wish(
            instruction=wish["instruction"],
            backend=wish["backend"],
            seed=wish["seed"],
            size=_size_in(wish["size"]),
            output_format=wish["output_format"],
            model=wish["model"],
            background=wish["background"],
            grow=wish["grow"],
            feather=wish["feather"],
            protect=wish.get("protect", "off"),
        ),
        source_name=data["source_name"],
        target=Rect(*data["target"]),
        anchor=data["anchor"] and Anchor.from_json(data["anchor"]),
        created=data["created"],
        document=data["document"],
        document_path=data["document_path"],
        layer_id=data["layer_id"],
        output=data["output"],
        state=JobState(data["state"]),
        placement=placement
        and Placement(
            Rect(*placement["target"]), Size(*placement["sent"]), Rect(*placement["content"])
        ),
        sent_at=data["sent_at"],
        price=data["price"],
        prediction=prediction
        and Prediction(
            id=prediction["id"],
            state=PredictionState(prediction["state"]),
            notes=tuple(prediction["notes"]),
            cost=prediction["cost"],
            inference_seconds=prediction["inference_seconds"],
        ),
        finished=data["finished"],
        message=data["message"],
        detail=data["detail"],
        # They came later than the first jobs of version 1.
        batch=data.get("batch", ""),
        placed_as=data.get("placed_as", ""),
        share=data.get("share"),
        label=data.get("label", ""),
        document_id=data.get("document_id", ""),
    )


def _rect_out(rect: Rect) -> list[int]:
    return [rect.x, rect.y, rect.width, rect.height]


def _size_out(size: Size | None) -> list[int] | None:
    return None if size is None else [size.width, size.height]


def _size_in(data: list[int] | None) -> Size | None:
    return None if data is None else Size(*data)
