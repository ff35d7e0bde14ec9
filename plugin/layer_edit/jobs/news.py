"""What is told of jobs, and which of two pieces of news is the newer one."""

from __future__ import annotations

from dataclasses import dataclass

from ..backends.base import Stage
from ..editing.compose import ComposedLayer
from ..editing.errors import LayerEditError
from .job import JobRecord


@dataclass(frozen=True)
class JobUpdate:
    """One piece of news about a job. `fraction` is 0.0–1.0, or None when unknown.

    `layer` comes once, with the update that says READY; the result's thumbnail is on disk then.
    `error` is why the job has stopped just now. `number` grows from one piece of a runner's news
    to the next; 0 for what is told by others.
    """

    record: JobRecord
    stage: Stage | None = None
    fraction: float | None = None
    note: str = ""
    layer: ComposedLayer | None = None
    error: LayerEditError | None = None
    number: int = 0


class Newest:
    """Tells old news, for one listener.

    What a worker tells is queued to the main thread; what happens there, such as a cancel, is
    heard at once, and so before what was told earlier.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def is_old(self, update: JobUpdate) -> bool:
        """Whether something newer has been heard of that job."""
        newest = self._numbers.get(update.record.id, 0)
        if update.number:
            self._numbers[update.record.id] = max(newest, update.number)
        return 0 < update.number < newest
