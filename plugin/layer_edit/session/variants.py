"""Which results are alternatives to each other: made of one picture, by one wish or one click."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from enum import Enum

from ..jobs.job import JobRecord


class Presence(Enum):
    """What the document in front has of a result."""

    ELSEWHERE = "elsewhere"
    """Its document is not the one in front, or it never became a layer."""
    SHOWN = "shown"
    HIDDEN = "hidden"
    GONE = "gone"
    """Its document is in front and its layer is not there: discarded, undone or deleted."""


def groups(records: Iterable[JobRecord]) -> list[tuple[JobRecord, ...]]:
    """Variants together, oldest first; the group with the newest of all jobs comes first.

    Variants started from the same place of the same layer (or visible image) and have the same
    instruction, or were begun by one click (colourways). Selected layers and steps of one click
    are none: each has a source of its own.
    """
    known = list(records)
    wishes: dict[Hashable, set[str]] = defaultdict(set)
    for record in known:
        wishes[_place(record), record.batch].add(_wish(record))
    found: dict[Hashable, list[JobRecord]] = defaultdict(list)
    for record in known:
        is_mixed = record.batch and len(wishes[_place(record), record.batch]) > 1
        found[_place(record), is_mixed, record.batch if is_mixed else _wish(record)].append(record)
    sorted_groups = [tuple(sorted(group, key=_age)) for group in found.values()]
    return sorted(sorted_groups, key=lambda group: _age(group[-1]), reverse=True)


def variants_of(record: JobRecord, records: Iterable[JobRecord]) -> tuple[JobRecord, ...]:
    """The group a job belongs to, itself included."""
    place = _place(record)
    near = [one for one in records if _place(one) == place]
    return next((group for group in groups(near) if record.id in {one.id for one in group}), ())


def _place(record: JobRecord) -> Hashable:
    return record.document_key, record.layer_id, record.target


def _wish(record: JobRecord) -> str:
    return " ".join(record.wish.instruction.split()).casefold()


def _age(record: JobRecord) -> tuple[float, str]:
    return record.created, record.id
