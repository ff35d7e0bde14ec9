"""An ended job once more: the same wish for the same picture."""

from __future__ import annotations

from dataclasses import replace

from ..jobs.job import JobRecord
from ..jobs.journal import JobFolder
from ..jobs.kept import read_references, read_source
from ..jobs.runner import Runner


def same_again(record: JobRecord, seed: int | None = None) -> JobRecord:
    """A new job like an ended one (with another seed), to be started with its kept picture."""
    wish = record.wish if seed is None else replace(record.wish, seed=seed)
    fresh = JobRecord.new(wish, record.source_name, record.target, record.document)
    return replace(
        fresh,
        anchor=record.anchor,
        document_path=record.document_path,
        document_id=record.document_id,
        layer_id=record.layer_id,
        batch=record.batch,
        label=record.label,
    )


def start_kept(runner: Runner, fresh: JobRecord, folder: JobFolder) -> None:
    """Start a job with the pictures that an earlier one kept in `folder`. For a worker thread."""
    wish = replace(fresh.wish, references=read_references(folder))
    runner.start(replace(fresh, wish=wish), lambda: read_source(folder, fresh.target))
