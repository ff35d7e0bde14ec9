"""Where results become layers: what is remembered of a job on its way, and its insertion."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from ..canvas.active import ActiveSource, find_source
from ..canvas.insert import Inserted, is_there
from ..canvas.lookup import is_open
from ..canvas.pixels import Converter
from ..canvas.pump import Pump
from ..editing.compose import ComposedLayer
from ..editing.errors import LayerEditError
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import Journal
from ..jobs.memory import release_memory
from ..jobs.runner import JobUpdate, Runner
from ..texts import tr
from .placing import place


@dataclass
class _Placement:
    """What is remembered of a job while it is on its way.

    `steps` is the insertion's generator, once it is in the pump's hands.
    """

    record: JobRecord
    source: ActiveSource
    steps: Generator[Any, None, Any] | None = None
    is_elsewhere: bool = False
    """The user put it above another layer than its own: nothing to follow there."""


def being_placed(update: JobUpdate) -> JobUpdate:
    """What is told of a job: one whose result has come is being placed from then on."""
    if update.layer is None:
        return update
    return replace(update, record=update.record.moved(JobState.PLACING))


def as_found(record: JobRecord) -> JobRecord:
    """A job as an earlier Krita left it: one that ended while it placed a result could not say so.

    Another Krita may be placing it just now.
    """
    if record.state is not JobState.READY or record.message:
        return record
    message = tr("It was not a layer yet when this Krita started: insert it, that is free.")
    return replace(record, message=message)


class Landing:
    """Knows where each job's picture came from, and puts its result there."""

    def __init__(
        self,
        pump: Pump,
        converter: Converter,
        runner: Runner,
        journal: Journal,
        landed: Callable[[JobRecord, Any], None],
    ) -> None:
        """`landed` is called with a record that is PLACED and the krita document it is in."""
        self._pump = pump
        self._converter = converter
        self._runner = runner
        self._journal = journal
        self._landed = landed
        self._open: dict[str, _Placement] = {}
        self._sources: dict[str, ActiveSource] = {}

    def opened(self, record: JobRecord, source: ActiveSource) -> None:
        """A new job has this source."""
        self.remember(record.id, source)
        self._open[record.id] = _Placement(record, source)

    def remember(self, job_id: str, source: ActiveSource) -> None:
        """Where a job's picture came from; what was selected then does not matter later."""
        self._sources[job_id] = replace(source, selection=None)

    def ended(self, job_id: str) -> None:
        """The job has ended without a layer: none is made any more."""
        self._forget(job_id)

    def is_placing(self, job_id: str) -> bool:
        """True from the arrival of the job's result until it is a layer, or is kept."""
        entry = self._open.get(job_id)
        return entry is not None and entry.steps is not None

    def source_of(self, record: JobRecord) -> ActiveSource | None:
        """Where a job's picture came from, if that document is open."""
        known = self._sources.get(record.id)
        if known is not None and is_open(known.document):
            return known
        return find_source(record.document_path, record.layer_id)

    def reopen(self, record: JobRecord, otherwise: Callable[[], ActiveSource]) -> None:
        """A kept result is to become a layer: above its source, else above `otherwise`'s."""
        source = self.source_of(record)
        is_elsewhere = source is None or not is_there(source)
        if source is None or is_elsewhere:
            source = otherwise()
        self._open[record.id] = _Placement(record, source, is_elsewhere=is_elsewhere)

    def cancel(self, job_id: str) -> bool:
        """Stop an insertion; its result is kept. False when there is none of that job."""
        if not self.is_placing(job_id):
            return False
        entry = self._open[job_id]
        self._forget(job_id)
        message = tr("Cancelled before it became a layer; the result is kept.")
        self._runner.record(entry.record.moved(JobState.READY, message))
        return True

    def land(self, record: JobRecord, layer: ComposedLayer) -> None:
        """Insert a result that has arrived; after a restart its layer is looked for first.

        One that is just being placed is not placed twice.
        """
        if self.is_placing(record.id):
            return
        entry = self._open.get(record.id)
        if entry is None:
            source = self.source_of(record)
            if source is None:
                message = tr(
                    "Its document is not open; the result is kept and can be inserted into any "
                    "document."
                )
                self._runner.record(record.moved(JobState.READY, message))
                return
            entry = self._open[record.id] = _Placement(record, source)
        entry.record = record
        folder = self._journal.folder(record.id)
        followed = replace(record, anchor=None) if entry.is_elsewhere else record
        document = entry.source.document
        entry.steps = place(
            followed, entry.source, layer, folder, self._converter, self._runner.aside
        )
        self._pump.run(
            entry.steps,
            lambda inserted: self._placed(record, inserted, document),
            lambda error: self._not_placed(record, error),
        )

    def _forget(self, job_id: str) -> None:
        entry = self._open.pop(job_id, None)
        if entry is not None and entry.steps is not None:
            self._pump.drop(entry.steps)

    def _placed(self, record: JobRecord, inserted: Inserted, document: Any) -> None:
        self._open.pop(record.id, None)
        placed = replace(record, placed_as=inserted.layer_id)
        placed = placed.moved(JobState.PLACED, inserted.note)
        self._runner.record(placed)
        self._landed(placed, document)
        self._runner.in_order(release_memory)

    def _not_placed(self, record: JobRecord, error: LayerEditError) -> None:
        self._open.pop(record.id, None)
        self._runner.record(record.moved(JobState.READY, error.message, error.detail))
