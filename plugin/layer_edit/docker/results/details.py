"""All that is known of a result, as lines of a name and a value."""

from __future__ import annotations

import time

from ...assembly import TITLES
from ...jobs.job import JobRecord
from ...jobs.origin import Origin
from ...texts import tr
from ..wording import elapsed_words, share_words

Line = tuple[str, str]


def origin_lines(origin: Origin) -> list[Line]:
    """What produced a layer."""
    backend = TITLES.get(origin.backend, origin.backend)
    lines = [
        (tr("Instruction"), origin.instruction),
        (tr("Source layer"), origin.source_name),
        (tr("Model"), " ".join(part for part in (tr(backend), origin.model) if part)),
        (tr("Seed"), "" if origin.seed is None else str(origin.seed)),
        (tr("Size"), tr("{width} × {height} pixels", width=origin.width, height=origin.height)),
        (tr("Made"), time.strftime("%Y-%m-%d %H:%M", time.localtime(origin.created))),
        (tr("Time"), "" if origin.seconds is None else elapsed_words(origin.seconds)),
        (tr("Price"), _price_words(origin.price)),
        (tr("Changed"), share_words(origin.share)),
        (tr("Notes"), "\n".join(origin.notes)),
    ]
    return [line for line in lines if line[1]]


def record_lines(record: JobRecord, state: str) -> list[Line]:
    """All of a job; `state` is its state in words."""
    lines = [*origin_lines(Origin.of(record)), (tr("State"), state)]
    # A detail that the sentence has said already is none.
    detail = "" if record.detail in record.message else record.detail
    lines += [(tr("Message"), record.message), (tr("Error details"), detail)]
    if record.prediction is not None:
        lines.append((tr("Number at the service"), record.prediction.id))
    return [line for line in lines if line[1]]


def tool_tip(record: JobRecord, state: str) -> str:
    """The most important of it, a line each, plain text."""
    parts = [record.wish.instruction, f"{state} · {record.source_name}"]
    if record.label:
        parts.append(record.label)
    if record.wish.seed is not None:
        parts.append(tr("Seed {seed}", seed=record.wish.seed))
    if record.share is not None:
        parts.append(share_words(record.share))
    if record.prediction is not None:
        parts += record.prediction.notes
    return "\n".join([*parts, record.message] if record.message else parts)


def _price_words(price: float | None) -> str:
    if not price:
        return tr("free") if price is None else tr("own GPU")
    return f"${price:.2f}"


def as_text(lines: list[Line]) -> str:
    """For the clipboard."""
    return "\n".join(f"{name}: {value}" for name, value in lines)
