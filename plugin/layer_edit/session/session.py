"""Turns wishes into jobs and results into layers: the one object between docker and the rest.

Lives on the main thread. Workers reach it through one signal.
"""

from __future__ import annotations

import logging
import random
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import settings as settings_file
from ..assembly import import_backends
from ..canvas.active import ActiveSource, chosen_sources, sorted_out
from ..canvas.pixels import Converter
from ..canvas.pump import Pump
from ..canvas.watch import SourceInfo, SourceWatch
from ..editing.limits import ImageLimits, check_picture
from ..editing.plan import check_wish
from ..editing.preview import Sending
from ..editing.request import SEED_RANGE
from ..editing.runs import Run, jobs_of, plan_run
from ..editing.source import RawSource
from ..jobs.job import JobRecord
from ..jobs.journal import RECORD, Journal
from ..jobs.news import Newest
from ..jobs.pace import Pace
from ..jobs.runner import JobUpdate, Runner
from ..money import Ledger
from ..qt import QtCore, Signal
from ..settings import Settings
from ..texts import N_, tr
from .batch import Batches, Doors, Order
from .chains import Chains
from .data_desk import DataDesk
from .desk import AccountDesk
from .ended import EndedJobs
from .equipment import Equipment
from .help_desk import HelpDesk
from .herald import Herald
from .homes import Homes
from .key_desk import KeyDesk
from .landing import Landing, as_found, being_placed
from .newer_jobs import NewerJobs
from .preview_desk import PreviewDesk
from .prices import Prices
from .purse import Purse
from .references import References
from .results import Results
from .steps import Steps
from .words_desk import WordsDesk

_log = logging.getLogger(__name__)

CLIPPED = N_(
    "Some colours of this document are outside sRGB: they were clipped in what was sent, and are "
    "so in the result. The source layer is untouched."
)


@dataclass(frozen=True)
class Started:
    """The ids of the jobs that one click began, and why other chosen layers cannot be edited."""

    job_ids: tuple[str, ...]
    refusals: tuple[str, ...] = ()


class Session(QtCore.QObject):
    """Signals, all on the main thread.

    `updated(JobUpdate)`: everything that happens to a job. `noticed(str)`: something to know about
    the source. `chosen(Settings)`: they were changed.
    """

    updated = Signal(object)
    chosen = Signal(object)
    noticed = Signal(str)
    _heard = Signal(object)
    _listed = Signal(object)

    def __init__(self, folder: Path, parent: QtCore.QObject | None = None) -> None:
        """`folder` is the data folder; it is made when first written to."""
        super().__init__(parent)
        self.folder = folder
        self._equipment = equipment = Equipment(folder)
        self._plain = equipment.plain
        self.ledger = Ledger()
        self.updates: dict[str, JobUpdate] = {}
        self.source_watch = SourceWatch(self.settings.scope, equipment.framing(), self)
        self._pump = Pump(self)
        self._converter = Converter()
        self._noticed: set[str] = set()
        self._newest = Newest()
        # Emitted from workers; queued to the main thread because this object lives there.
        self._heard.connect(self._on_update)
        self._listed.connect(self._on_past)
        self._journal = Journal(folder / "jobs")
        self.pace = Pace(folder / "durations.json")
        self._runner = Runner(
            self._journal, equipment.backend, self._heard.emit, self.pace, equipment.slots
        )
        self._landing = Landing(
            self._pump, self._converter, self._runner, self._journal, self._landed
        )
        self.references = References(self._pump, self._converter, self._runner.aside, self)
        self.batches, self.steps = self._made_batches(folder / "steps.json")
        self.ended = EndedJobs(self, equipment, self._landing, self._runner, self._journal)
        self.aside = self._runner.aside
        self.key_desk = KeyDesk(equipment.keys, self._runner.aside, self)
        prices = Prices()
        self.desk = AccountDesk(equipment.backend, equipment.keys, prices, self._runner.aside, self)
        self.desk.changed.connect(self._watch_anew)
        self.purse = Purse(
            self.ledger, prices, self.steps.chains, lambda: self.settings, self._records
        )
        self.results = Results(
            self.updates, self._journal, self._plain, self._pump, self._runner.aside, self
        )
        self.help_desk = HelpDesk(folder, self._runner.aside, self)
        self.help_desk.look(self.settings)
        self.newer_jobs = NewerJobs(self._journal, self._runner.aside, self)
        self.newer_jobs.found.connect(self.noticed)
        self.data_desk = DataDesk(folder, self._runner.aside, self)
        Herald(self)
        self._homes = Homes(self._records, self._moved)
        self.source_watch.changed.connect(self._saw_home)
        self.words = WordsDesk(folder, self._runner.in_order, self)
        self.previews = PreviewDesk(self._pump, self._converter, self._runner.aside, self)
        # Their first import takes some 60 ms, which a click must not wait for.
        threading.Thread(target=import_backends, name="layer-edit imports", daemon=True).start()
        self._runner.aside(lambda: self._runner.resume(self._listed.emit))

    def _made_batches(self, file: Path) -> tuple[Batches, Steps]:
        chains = Chains(file, self._runner.in_order)
        chains.load(lambda job_id: self._journal.folder(job_id).has(RECORD))
        doors = Doors(
            backend=self._plain,
            framing=self._equipment.framing,
            opened=self._opened,
            heard=self._on_update,
            saw=self._saw,
            known=self._known,
            origin=self._landing.source_of,
        )
        pump, runner, references = self._pump, self._runner, self.references
        batches = Batches(pump, self._converter, runner, references, chains, doors)
        steps = Steps(pump, runner.aside, self._journal, batches, chains, doors, self)
        steps.told.connect(self.noticed)
        self.references.failed.connect(self.noticed)
        return batches, steps

    @property
    def settings(self) -> Settings:
        """What the user has chosen; `choose` changes it."""
        return self._equipment.settings

    def choose(self, settings: Settings) -> None:
        """Take new settings and keep them; when they cannot be kept they hold until the end."""
        if settings == self.settings:
            return
        self._equipment.use(settings)
        self._runner.fill_slots()
        self._watch_anew()
        self._runner.in_order(lambda: self._save(settings))
        self.chosen.emit(settings)

    def change(self, changes: dict[str, Any]) -> None:
        """Take other values for some settings, by their names; asks anew what an edit costs."""
        self.choose(replace(self.settings, **changes))
        self.ask_account()

    def _save(self, settings: Settings) -> None:
        try:
            settings_file.save(settings, self.folder)
        except OSError as error:
            _log.warning("settings were not kept: %s", error)

    def set_key(self, backend: str, key: str) -> None:
        """Use an API key ('' forgets it) and keep it; `key_desk.told` says how that ended."""
        self.key_desk.put(backend, key)
        self.ask_account()

    def edit(
        self,
        instruction: str,
        seed: int | None = None,
        agreed: float = 0.0,
        variants: int = 1,
        steps: bool = False,
    ) -> Started:
        """Start an edit of what is chosen: every layer gets the tasks of `plan_run`.

        Raises LayerEditError when there is nothing to edit or the wish cannot be carried out, and
        BudgetError when the session would cost more than the budget allows, or the US dollars that
        the user has `agreed` to; nothing has been sent then.
        """
        limits = self.limits
        sources, refusals = sorted_out(
            chosen_sources(self.settings.scope, self._equipment.framing()),
            lambda source: check_picture(source.bounds.size, limits),
        )
        # Chosen here so that every result can be made again.
        seed = seed or random.randrange(SEED_RANGE.start, SEED_RANGE.stop)  # noqa: S311
        tasks = plan_run(Run(instruction, seed, variants, steps), len(sources))
        wish = check_wish(self._equipment.wish(tasks[0].instruction, seed, limits), limits)
        references = self.references.chosen(limits)
        self.purse.check(len(sources) * jobs_of(tasks), agreed)
        price = self.purse.price()
        job_ids = self.batches.begin(Order(sources, tasks, wish, references, price))
        return Started(job_ids, tuple(refusals))

    @property
    def limits(self) -> ImageLimits:
        """What the chosen backend takes; makes it, which may take some 60 ms the first time."""
        return self._equipment.limits

    @property
    def known_limits(self) -> ImageLimits | None:
        """The same, None until the backend has been made."""
        return self._equipment.known_limits

    def resume_steps(self, agreed: float = 0.0) -> None:
        """Go on with the steps that are held. Raises BudgetError as `edit` does."""
        self.purse.check_held(agreed)
        self.steps.resume()

    def _moved(self, record: JobRecord) -> None:
        """Nothing has happened to the job itself: it is no news of it, such as its failure."""
        self.ledger.hear(record)
        self.updates[record.id] = replace(self.updates[record.id], record=record)
        self._runner.keep(record)

    def _saw_home(self, info: SourceInfo) -> None:
        if self._homes.saw(info.document_id, info.document_path):
            self.results.listed.emit()

    def _records(self) -> list[JobRecord]:
        return [update.record for update in self.updates.values()]

    def _watch_anew(self) -> None:
        self.source_watch.choose(self.settings.scope, self._equipment.framing())

    def ask_account(self) -> None:
        """Ask the chosen backend for price and balance; `desk.changed` tells."""
        self.desk.ask(self.settings.backend, self.settings.model)

    def ask_preview(self, longest: int) -> None:
        """Make the picture that would be sent, at most `longest` pixels; `previews.made` brings it.

        Raises LayerEditError when there is nothing to edit.
        """
        settings, limits = self.settings, self.limits
        source = sorted_out(chosen_sources(settings.scope, self._equipment.framing()))[0][0]
        size = self._equipment.wish("", 1, limits).size
        self.previews.ask(source, Sending(limits, size, settings.background, longest))

    def _opened(self, record: JobRecord, source: ActiveSource) -> None:
        self._landing.opened(record, source)
        self._tell(JobUpdate(record))

    def cancel_batch(self, batch: str) -> None:
        """Stop all that is on its way of what one click began, and what was still to come."""
        for update in list(self.updates.values()):
            if update.record.batch == batch and update.record.state.is_active:
                self.cancel(update.record.id)

    def cancel(self, job_id: str) -> None:
        """Stop a job at whatever stage it is; an ended one stays as it is."""
        if not self.batches.cancel(job_id) and not self._landing.cancel(job_id):
            self._runner.cancel(job_id)

    def cancel_all(self) -> None:
        """Stop everything that is on its way."""
        # The youngest first: else a job that waits for a slot would begin in between.
        for record in reversed(self.active()):
            self.cancel(record.id)

    def active(self) -> list[JobRecord]:
        """The jobs on their way, the oldest first."""
        records = self._records()
        return sorted((one for one in records if one.state.is_active), key=lambda one: one.created)

    def latest(self) -> JobRecord | None:
        """The job that was begun last, of this session or an earlier one."""
        return max(self._records(), key=lambda one: one.created, default=None)

    def close(self) -> None:
        """Stop all work; called when Krita quits. What is unfinished goes on at the next start."""
        self._runner.close()

    def _tell(self, update: JobUpdate) -> None:
        """Remember the last news of each job (without its pixels) and pass it on."""
        self.ledger.hear(update.record)
        self.updates[update.record.id] = replace(update, layer=None)
        self.updated.emit(update)

    def _saw(self, source: ActiveSource, raw: RawSource) -> None:
        if raw.is_clipped and source.document_id not in self._noticed:
            self._noticed.add(source.document_id)
            self.noticed.emit(tr(CLIPPED))

    def _on_past(self, records: list[JobRecord]) -> None:
        """The jobs of earlier days have been read; what is known of newer ones stays."""
        for record in records:
            if record.id not in self.updates:
                self.ledger.hear(record)
                self.updates[record.id] = JobUpdate(as_found(record))
        self.results.listed.emit()

    def _on_update(self, update: JobUpdate) -> None:
        if self._newest.is_old(update):
            return
        record = update.record
        self._tell(being_placed(update))
        if update.layer is not None:
            self._landing.land(record, update.layer)
        elif not record.state.is_active:
            self._landing.ended(record.id)
            self.steps.hear(record)
            if self._homes.follow(record):
                self.results.listed.emit()
        if record.price is not None and not record.state.is_active:
            self.ask_account()

    def _landed(self, record: JobRecord, document: Any) -> None:
        self.results.placed(record, document)
        if record.message:
            self.noticed.emit(record.message)

    def _known(self, job_id: str) -> JobRecord | None:
        update = self.updates.get(job_id)
        return None if update is None else update.record
