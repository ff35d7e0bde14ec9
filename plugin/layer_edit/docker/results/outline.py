"""The rows of the list: documents, in them instructions, in them results. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import PureWindowsPath

from ...jobs.job import JobRecord
from ...session.variants import groups


class Kind(Enum):
    """What a row shows."""

    DOCUMENT = "document"
    """A document's name, over all its results."""
    TITLE = "title"
    """The instruction of several variants, over them."""
    SINGLE = "single"
    """A result without variants, with its instruction."""
    VARIANT = "variant"
    """One of several results of an instruction: a thumbnail in a strip."""


@dataclass(frozen=True)
class Row:
    """One row. `job_ids`: the results it is about, of which a SINGLE or VARIANT has one.

    `group` counts instructions from the newest; -1 for a document.
    """

    kind: Kind
    text: str
    job_ids: tuple[str, ...] = ()
    group: int = -1

    @property
    def job_id(self) -> str:
        """The result's id; '' for a row that is no result."""
        return self.job_ids[0] if self.kind in (Kind.SINGLE, Kind.VARIANT) else ""


def outline(
    records: Iterable[JobRecord], search: str, haystack: Callable[[JobRecord], str]
) -> list[Row]:
    """The rows for those results whose `haystack` has all words of `search`, in any case.

    The document and the instruction with the newest result come first; variants are in the order
    in which they were begun.
    """
    words = search.casefold().split()
    found = [one for one in records if not words or has_all(haystack(one).casefold(), words)]
    documents: dict[str, list[Row]] = {}
    for number, group in enumerate(groups(found)):
        newest = group[-1]
        rows = documents.setdefault(newest.document_key, [])
        if not rows:
            rows.append(Row(Kind.DOCUMENT, _document_name(newest)))
        rows += _group_rows(group, number)
    return [row for rows in documents.values() for row in rows]


def has_all(text: str, words: list[str]) -> bool:
    """True when each of the words is somewhere in the text."""
    return all(word in text for word in words)


def one_line(text: str) -> str:
    """Without line breaks and runs of spaces."""
    return " ".join(text.split())


def _document_name(record: JobRecord) -> str:
    """That of its file, which a document does not know by itself, or else its own."""
    return PureWindowsPath(record.document_path).name or record.document


def _group_rows(group: tuple[JobRecord, ...], number: int) -> list[Row]:
    title = one_line(group[0].wish.instruction)
    if len(group) == 1:
        return [Row(Kind.SINGLE, title, (group[0].id,), number)]
    head = Row(Kind.TITLE, title, tuple(one.id for one in group), number)
    variants = [
        Row(Kind.VARIANT, one_line(one.wish.instruction), (one.id,), number) for one in group
    ]
    return [head, *variants]
