"""What is printed of a job."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from ..editing.errors import CancelledError, LayerEditError
from ..jobs.job import JobRecord

STOPPED = 130
"""What shells return for a program that Ctrl-C ended."""


def reported(call: Callable[[], int | None], as_json: bool, job: str = "") -> int:
    """Its exit code; what it raises is printed, with the job that it is about."""
    try:
        return call() or 0
    except KeyboardInterrupt:
        # Not while a job is under way: there Ctrl-C is heard as a signal.
        print("layer_edit: Stopped.", file=sys.stderr)
        return STOPPED
    except LayerEditError as error:
        if as_json:
            said = {"error": error.message, "detail": error.detail}
            print(json.dumps({"job": job, **said} if job else said))
        print(f"layer_edit: {job + ': ' if job else ''}{error.message}", file=sys.stderr)
        return STOPPED if isinstance(error, CancelledError) else error.exit_code


def tell(record: JobRecord, as_json: bool) -> None:
    """Print that a job is done, as a sentence or as JSON."""
    if as_json:
        print(json.dumps(facts(record)))
        return
    notes = record.prediction.notes if record.prediction else ()
    changed = "" if record.share is None else f", {record.share:.1%} of the picture changed"
    print(f"{record.output}: done (seed {record.wish.seed}{changed}).", *notes)


def facts(record: JobRecord) -> dict[str, Any]:
    """What the JSON of a job has; sizes in pixels, prices in US dollars."""
    prediction = record.prediction
    return {
        "job": record.id,
        "state": record.state.value,
        "output": record.output,
        "backend": record.wish.backend,
        "model": record.wish.model,
        "instruction": record.wish.instruction,
        "seed": record.wish.seed,
        "size": record.target.size.as_tuple,
        "prediction": prediction.id if prediction else None,
        "price": record.price,
        "notes": prediction.notes if prediction else (),
        "share_changed": record.share,
        "message": record.message,
    }
