"""One click, many jobs: variants, colourways, layers, with the references they share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..backends.base import Backend
from ..canvas.active import ActiveSource
from ..canvas.anchor import anchor_of
from ..canvas.capture import capture
from ..canvas.pixels import Converter
from ..canvas.pump import WAIT, Pump
from ..editing.errors import LayerEditError
from ..editing.plan import Wish
from ..editing.request import EncodedImage
from ..editing.runs import Task
from ..editing.selection import Framing
from ..editing.source import RawSource
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate, Runner
from ..texts import tr
from .chains import Chains
from .references import Reference, References
from .waiting import Later


@dataclass(frozen=True)
class Order:
    """One click. Every source gets a job for each of the tasks.

    `wish` holds for all but instruction and seed, which are the task's. `price`: US dollars a job.
    """

    sources: Sequence[ActiveSource]
    tasks: Sequence[Task]
    wish: Wish
    references: Sequence[Reference] = ()
    price: float | None = None


@dataclass(frozen=True)
class Doors:
    """What the jobs need of the session.

    `opened` takes a new job and its source, `heard` news of a job; `saw` hears of every source that
    was read. `known` is the last record of a job, `origin` where its picture came from, both None
    where that is not known.
    """

    backend: Callable[[str], Backend]
    framing: Callable[[], Framing]
    opened: Callable[[JobRecord, ActiveSource], None]
    heard: Callable[[JobUpdate], None]
    saw: Callable[[ActiveSource, RawSource], None]
    known: Callable[[str], JobRecord | None]
    origin: Callable[[JobRecord], ActiveSource | None]


@dataclass
class Group:
    """The jobs of one source that are still wanted: it is read once for all of them."""

    source: ActiveSource
    records: dict[str, JobRecord]
    raw: RawSource | None = None


@dataclass
class _Click:
    groups: list[Group]
    steps: Generator[Any, None, Any] | None = None


class Batches:
    """Reads what is chosen, each source and reference once, and starts the jobs of a click."""

    def __init__(
        self,
        pump: Pump,
        converter: Converter,
        runner: Runner,
        references: References,
        chains: Chains,
        doors: Doors,
    ) -> None:
        self._chains = chains
        self._pump = pump
        self._converter = converter
        self._runner = runner
        self._references = references
        self._doors = doors
        self._clicks: list[_Click] = []

    def begin(self, order: Order) -> tuple[str, ...]:
        """Start the jobs of a click; returns their ids. Later steps are started as it goes on."""
        batch = secrets.token_hex(6)
        groups = [
            Group(source, self.opened(source, order.tasks, order.wish, batch, order.price))
            for source in order.sources
        ]
        limits = self._doors.backend(order.wish.backend).limits
        self.carry(groups, self._references.take(order.references, limits))
        return tuple(job_id for group in groups for job_id in group.records)

    def cancel(self, job_id: str) -> bool:
        """Stop a job whose source is being read; False when it is further on, or unknown."""
        for click in self._clicks:
            for group in click.groups:
                record = group.records.pop(job_id, None)
                if record is not None:
                    self._forget_if_done(click)
                    message = tr("Cancelled; nothing was spent.")
                    self._doors.heard(JobUpdate(record.moved(JobState.CANCELLED, message)))
                    return True
        return False

    def opened(
        self,
        source: ActiveSource,
        tasks: Iterable[Task],
        wish: Wish,
        batch: str,
        price: float | None,
        parent: str = "",
    ) -> dict[str, JobRecord]:
        """Make the records of new jobs, written nowhere yet. `parent`: the job they follow."""
        anchor = anchor_of(source)
        records, by_job = {}, {}
        for task in tasks:
            wanted = replace(wish, instruction=task.instruction, seed=task.seed)
            record = replace(
                JobRecord.new(wanted, source.layer_name, source.bounds, source.document_name),
                state=JobState.CAPTURING,
                document_path=source.document_path,
                document_id=source.document_id,
                layer_id=source.layer_id,
                anchor=anchor,
                batch=batch,
                label=task.label,
            )
            records[record.id], by_job[record.id] = record, task
        self._chains.begin(by_job, price, parent)
        for record in records.values():
            self._doors.opened(record, source)
        return records

    def carry(
        self,
        groups: list[Group],
        references: Generator[Any, None, Later[tuple[EncodedImage, ...]]],
    ) -> None:
        """Read sources and references, then start their jobs. `references` is run by `Pump`."""
        click = _Click(groups)
        click.steps = self._read(click, references)
        self._clicks.append(click)
        self._pump.run(
            click.steps,
            lambda later: self._await(click, later),
            lambda error: self._failed_all(click, error),
        )

    def _read(
        self, click: _Click, references: Generator[Any, None, Later[tuple[EncodedImage, ...]]]
    ) -> Generator[Any, None, Later[tuple[EncodedImage, ...]]]:
        """Read references and sources, each once, and start the jobs that have both."""
        later = yield from references
        for group in click.groups:
            if not group.records:
                continue
            wish = next(iter(group.records.values())).wish
            limits = self._doors.backend(wish.backend).limits
            with_below = not limits.alpha and wish.background == "auto"
            try:
                group.raw = yield from capture(group.source, self._converter, with_below)
            except LayerEditError as error:
                self._failed(group, error)
                continue
            self._doors.saw(group.source, group.raw)
            if later.is_over:
                self._start(click.groups, later.result())
        return later

    def _await(self, click: _Click, later: Later[tuple[EncodedImage, ...]]) -> None:
        """Start what still waits for references; a slow disk must not hold up other work."""
        if click not in self._clicks:
            return  # it was cancelled in its last turn
        if later.is_over:
            try:
                self._start(click.groups, later.result())
            except LayerEditError as error:
                self._failed_all(click, error)
            else:
                self._clicks.remove(click)
            return
        click.steps = _once()
        self._pump.run(
            click.steps,
            lambda _none: self._await(click, later),
            lambda error: self._failed_all(click, error),
        )

    def _start(self, groups: Iterable[Group], references: tuple[EncodedImage, ...]) -> None:
        for group in groups:
            if group.raw is None:
                continue
            for record in group.records.values():
                wish = replace(record.wish, references=references)
                self._runner.start(replace(record, wish=wish), group.raw.developed)
            group.records, group.raw = {}, None

    def _failed(self, group: Group, error: LayerEditError) -> None:
        records, group.records = group.records, {}
        for record in records.values():
            failed = record.moved(JobState.FAILED, error.message, error.detail)
            self._doors.heard(JobUpdate(failed, error=error))

    def _failed_all(self, click: _Click, error: LayerEditError) -> None:
        if click in self._clicks:
            self._clicks.remove(click)
        for group in click.groups:
            self._failed(group, error)

    def _forget_if_done(self, click: _Click) -> None:
        if any(group.records for group in click.groups):
            return
        if click.steps is not None:
            self._pump.drop(click.steps)
        self._clicks.remove(click)


def _once() -> Generator[Any, None, None]:
    """One turn in the pump's line."""
    yield WAIT
