"""Steps: each begins when the one before has become a layer, and works on that layer."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from ..canvas.placed import next_source, placed_layer
from ..canvas.pump import Pump
from ..editing.errors import LayerEditError
from ..editing.request import EncodedImage
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import Journal
from ..jobs.kept import read_references, read_selection
from ..qt import QtCore, Signal
from .batch import Batches, Doors, Group
from .chains import Chains, cancelled_words, failed_words, not_started_words, waiting_words
from .waiting import Aside, Later, on_worker


class Steps(QtCore.QObject):
    """Signals, on the main thread: `told(str)`, a sentence; `held_changed()`."""

    told = Signal(str)
    held_changed = Signal()

    def __init__(
        self,
        pump: Pump,
        aside: Aside,
        journal: Journal,
        batches: Batches,
        chains: Chains,
        doors: Doors,
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.chains = chains
        self._pump = pump
        self._aside = aside
        self._journal = journal
        self._batches = batches
        self._doors = doors

    def hear(self, record: JobRecord) -> None:
        """Take note of how a job stands: its end decides about the steps after it."""
        link = self.chains.link(record.id)
        if link is None or record.state.is_active:
            return
        task = link.task
        if record.state is JobState.PLACED:
            if not link.is_held:
                self._go_on(record)
        elif record.state in (JobState.FAILED, JobState.CANCELLED):
            is_failure = record.state is JobState.FAILED
            self.chains.drop(record.id)
            self.told.emit(failed_words(task) if is_failure else cancelled_words(task))
            self.held_changed.emit()
        elif record.message and not link.is_held:
            self._hold(record.id, waiting_words(task))

    def resume(self) -> None:
        """Go on with all steps that are held: the user's word."""
        links = self.chains.held
        for link in links:
            self.chains.hold(link.job_id, is_held=False)
        self.held_changed.emit()
        for link in links:
            self._recall(link.job_id)

    def drop_held(self) -> None:
        """Give up all steps that are held."""
        for link in self.chains.held:
            self.chains.drop(link.job_id)
        self.held_changed.emit()

    def _go_on(self, record: JobRecord) -> None:
        """Start the steps that work on what this job has placed."""
        link = self.chains.link(record.id)
        if link is None or not link.left:
            self.chains.drop(record.id)
            return
        self._pump.run(
            self._next_groups(record),
            lambda made: self._batches.carry(*made),
            lambda error: self._not_started(record.id, error),
        )

    def _next_groups(
        self, record: JobRecord
    ) -> Generator[Any, None, tuple[list[Group], Generator[Any, None, Any]]]:
        link = self.chains.link(record.id)
        origin = self._doors.origin(record)
        placed = placed_layer(record.placed_as, origin)
        folder = self._journal.folder(record.id)
        references, mask = yield from on_worker(
            self._aside, lambda: (read_references(folder), read_selection(folder))
        )
        source = yield from next_source(
            placed, record.target, mask, (origin, record.anchor), self._doors.framing()
        )
        if link is None or self.chains.link(record.id) is None:
            return [], _ready(())
        wish = replace(record.wish, references=())
        records = self._batches.opened(
            source, link.task.next, wish, record.batch, link.price, parent=record.id
        )
        return [Group(source, records)], _ready(references)

    def _not_started(self, job_id: str, error: LayerEditError) -> None:
        link = self.chains.link(job_id)
        if link is not None and link.left:
            self._hold(job_id, not_started_words(link.task.next[0], error.message))

    def _hold(self, job_id: str, sentence: str) -> None:
        self.chains.hold(job_id)
        self.told.emit(sentence)
        self.held_changed.emit()

    def _recall(self, job_id: str) -> None:
        self._pump.run(
            self._recalled(job_id), self._resumed, lambda error: self._not_started(job_id, error)
        )

    def _recalled(self, job_id: str) -> Generator[Any, None, JobRecord]:
        """The record of a job, from the disk where it is an old one."""
        known = self._doors.known(job_id)
        if known is None:
            folder = self._journal.folder(job_id)
            known = yield from on_worker(self._aside, folder.load)
        return known

    def _resumed(self, record: JobRecord) -> None:
        is_elsewhere = not record.state.is_active and record.state is not JobState.PLACED
        link = self.chains.link(record.id)
        if is_elsewhere and record.state.is_open and link is not None:
            self._hold(record.id, waiting_words(link.task))
        else:
            self.hear(record)


def _ready(
    references: tuple[EncodedImage, ...],
) -> Generator[Any, None, Later[tuple[EncodedImage, ...]]]:
    """References that are there already."""
    yield from ()
    return Later(lambda call: call(), lambda: references)
