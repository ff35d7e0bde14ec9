"""Records made by hand."""

from __future__ import annotations

from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState

WHOLE = Rect(0, 0, 400, 300)


def record(
    number: int, instruction: str = "warmer", document: str = "flower.kra", **more: object
) -> JobRecord:
    """A placed job, begun at that second, of the layer 'one' unless `more` says otherwise."""
    values = {
        "target": WHOLE,
        "document_path": f"/pictures/{document}",
        "layer_id": "one",
        "state": JobState.PLACED,
        **more,
    }
    wish = Wish(instruction, "offline", seed=number + 1)
    return JobRecord(
        id=f"job-{number:04}",
        wish=wish,
        source_name="Background",
        created=float(number),
        document=document,
        **values,
    )
