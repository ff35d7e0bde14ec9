"""A data folder as it is after many edits: journal folders with records and thumbnails."""

from __future__ import annotations

import colorsys
import io
import time
from pathlib import Path

from PIL import Image, ImageDraw

from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import THUMBNAIL, Journal

DOCUMENTS = 12
STATES = (JobState.PLACED,) * 8 + (JobState.FAILED, JobState.CANCELLED)
INSTRUCTIONS = (
    "Change the jacket to {colour}. Keep the person, the pose and the background.",
    "a {colour} light from the left",
    "remove the scratches",
    "make the sky {colour}",
)
COLOURS = ("red", "green", "navy", "golden", "grey")


def write_past_jobs(data: Path, count: int) -> None:
    """Write `count` jobs of the last days into a data folder; every third wish has 4 variants."""
    journal, begin, number, group = Journal(data / "jobs"), time.time() - 86_400, 0, 0
    while number < count:
        for _ in range(min(4 if group % 3 == 0 else 1, count - number)):
            record = _record(number, group, begin + 10 * number)
            journal.folder(record.id).save(record)
            journal.folder(record.id).write(THUMBNAIL, _thumbnail(number, group))
            number += 1
        group += 1


def _record(number: int, group: int, created: float) -> JobRecord:
    text = INSTRUCTIONS[group % len(INSTRUCTIONS)].format(colour=COLOURS[group % len(COLOURS)])
    # Some hundred edits of a document follow one another.
    document = f"picture {group * DOCUMENTS // 500 + 1}.kra"
    state = STATES[number % len(STATES)]
    return JobRecord(
        id=f"20260101-{number:06}-abc",
        wish=Wish(text, "offline", seed=number + 1),
        source_name=f"Layer {group % 7 + 1}",
        target=Rect(0, 0, 1024, 768),
        created=created,
        document=document,
        document_path=f"/pictures/{document}",
        layer_id=f"layer {group}",
        batch=f"batch {group}",
        state=state,
        finished=created + 8,
        message="The service did not answer." if state is JobState.FAILED else "",
        placed_as=f"result {number}" if state is JobState.PLACED else "",
    )


def _thumbnail(number: int, group: int) -> bytes:
    """A picture of 128 pixels, another for each job; PNG bytes."""
    rgb = colorsys.hsv_to_rgb(group * 0.137 % 1, 0.5, 0.8)
    image = Image.new("RGB", (128, 96), tuple(round(255 * part) for part in rgb))
    draw = ImageDraw.Draw(image)
    x, y = 10 + number * 17 % 70, 8 + number * 29 % 50
    draw.ellipse((x, y, x + 40, y + 40), fill=tuple(round(255 * part) for part in reversed(rgb)))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
