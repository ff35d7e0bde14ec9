"""One job as it lies in Redis. Pictures are in the store; a job holds their names."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ENDED = ("completed", "failed")


@dataclass(frozen=True)
class Job:
    """`inputs` are the request's, with names in the store in place of pictures (`pictures`).

    `seed` is the one that is used: the request's, or one drawn when the job was accepted, so that
    a job that is run again gives the same. Times are Unix seconds, 0 for not yet.
    """

    id: str
    owner: str
    model: str
    inputs: Mapping[str, Any]
    pictures: tuple[str, ...]
    seed: int
    created: float
    state: str = "queued"
    attempts: int = 0
    lease: str = ""
    started: float = 0.0
    ended: float = 0.0
    progress: float = 0.0
    output: str = ""
    code: int | None = None
    error: str = ""
    notes: tuple[str, ...] = field(default=())

    @staticmethod
    def new_id() -> str:
        """A name that nobody can guess."""
        return uuid.uuid4().hex

    @staticmethod
    def draw_seed() -> int:
        """1 … 2147483647."""
        return 1 + secrets.randbelow(2**31 - 1)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    @property
    def is_running(self) -> bool:
        """Whether a worker has it."""
        return self.state == "running"

    @property
    def output_format(self) -> str:
        """png, jpeg or webp; jpeg is the protocol's default."""
        return str(self.inputs.get("output_format", "jpeg"))

    def own_fields(self) -> dict[str, Any]:
        """What is written when it is accepted, besides what the script writes."""
        return {
            "model": self.model,
            "inputs": json.dumps(dict(self.inputs)),
            "pictures": " ".join(self.pictures),
            "seed": self.seed,
        }

    @classmethod
    def read(cls, job_id: str, found: Mapping[str, str]) -> Job:
        """Out of a hash."""
        return cls(
            id=job_id,
            owner=found["owner"],
            model=found["model"],
            inputs=json.loads(found["inputs"]),
            pictures=tuple(found["pictures"].split()),
            seed=int(found["seed"]),
            created=float(found["created"]),
            state=found["state"],
            attempts=int(found["attempts"]),
            lease=found.get("lease", ""),
            started=float(found.get("started", 0)),
            ended=float(found.get("ended", 0)),
            progress=float(found.get("progress", 0)),
            output=found.get("output", ""),
            code=int(found["code"]) if "code" in found else None,
            error=found.get("error", ""),
            notes=tuple(filter(None, found.get("notes", "").split("\n"))),
        )
