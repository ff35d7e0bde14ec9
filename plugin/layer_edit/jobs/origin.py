"""What produced a layer, in the form that travels with the document."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from .job import JobRecord

FORMAT_VERSION = 1
MAX_LAYERS = 300
MAX_BYTES = 128 * 1024
"""Of the text that is stored in the document; the oldest entries go first."""


@dataclass(frozen=True)
class Origin:
    """How a layer came to be.

    `created` is in Unix seconds, `seconds` how long it took, `width` and `height` the result in
    document pixels, `price` US dollars (None: it cost nothing), `share` 0–1 of the source that was
    changed (None: not looked for), `backend` and `model` the keys of both.
    """

    job_id: str
    instruction: str
    backend: str
    model: str
    seed: int | None
    source_name: str
    created: float
    seconds: float | None
    width: int
    height: int
    price: float | None = None
    share: float | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: JobRecord) -> Origin:
        """What a job's record says of it."""
        seconds = None if record.finished is None else record.finished - record.created
        return cls(
            job_id=record.id,
            instruction=record.wish.instruction,
            backend=record.wish.backend,
            model=record.wish.model,
            seed=record.wish.seed,
            source_name=record.source_name,
            created=record.created,
            seconds=seconds,
            width=record.target.width,
            height=record.target.height,
            price=record.price,
            share=record.share,
            notes=record.prediction.notes if record.prediction else (),
        )


def read_origins(text: str) -> dict[str, Origin]:
    """By layer id, oldest first; without the entries that are not understood."""
    found = {}
    for layer_id, entry in _entries(text).items():
        try:
            found[layer_id] = _read(entry)
        except (KeyError, TypeError, AttributeError):
            continue
    return found


def with_origin(text: str, layer_id: str, origin: Origin) -> str:
    """The text with one layer more; the oldest are left out beyond MAX_LAYERS and MAX_BYTES."""
    entries = _entries(text)
    entries.pop(layer_id, None)
    entries[layer_id] = asdict(origin)
    kept: dict[str, Any] = {}
    total = 0
    for name, entry in reversed(entries.items()):
        total += len(json.dumps(entry)) + len(name) + 8
        if kept and (total > MAX_BYTES or len(kept) == MAX_LAYERS):
            break
        kept[name] = entry
    layers = dict(reversed(kept.items()))
    return json.dumps({"version": FORMAT_VERSION, "layers": layers})


def _entries(text: str) -> dict[str, Any]:
    """The stored form by layer id; {} for anything that is not such a text."""
    try:
        data = json.loads(text)
        return dict(data["layers"]) if data["version"] == FORMAT_VERSION else {}
    except (ValueError, KeyError, TypeError):
        return {}


def _read(entry: dict[str, Any]) -> Origin:
    """Raises KeyError, TypeError or AttributeError for what is not an origin."""
    known = {field.name: entry[field.name] for field in fields(Origin) if field.name in entry}
    if not isinstance(known["instruction"], str) or not isinstance(known["created"], (int, float)):
        raise TypeError("not an origin")
    notes = tuple(str(note) for note in known.pop("notes", ()))
    return Origin(**known, notes=notes)
