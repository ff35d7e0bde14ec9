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
from ..canvas.insert import is_there
from ..canvas.pixels import Converter
from ..canvas.pump import Pump
from ..canvas.watch import SourceWatch
from ..editing.errors import InputError
from ..editing.limits import ImageLimits, check_picture
from ..editing.plan import check_wish
from ..editing.preview import Sending
from ..editing.request import SEED_RANGE
from ..editing.runs import Run, escaped, jobs_of, plan_run
from ..editing.source import LAYER, RawSource
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import RECORD, SOURCE, Journal
from ..jobs.pace import Pace
from ..jobs.runner import JobUpdate, Runner
from ..money import Ledger
from ..qt import QtCore, Signal
from ..settings import Settings
from ..texts import N_, tr
from .batch import Batches, Doors, Order, unsent_jobs
from .chains import Chains
from .data_desk import DataDesk
from .desk import AccountDesk
from .equipment import Equipment
from .help_desk import HelpDesk
from .herald import Herald
from .landing import Landing, as_found, being_placed
from .preview_desk import PreviewDesk
from .references import References
from .results import Results
from .retrying import same_again, start_kept
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
    the source. `chosen(Settings)`: they, or a key, were changed.
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
        self.keys, self.backend = equipment.keys, equipment.backend
        self.ledger = Ledger()
        self.updates: dict[str, JobUpdate] = {}
        self.source_watch = SourceWatch(self.settings.scope, equipment.framing(), self)
        self._pump = Pump(self)
        self._converter = Converter()
        self._noticed: set[str] = set()
        # Emitted from workers; queued to the main thread because this object lives there.
        self._heard.connect(self._on_update)
        self._listed.connect(self._on_past)
        self._journal = Journal(folder / "jobs")
        self.pace = Pace(folder / "durations.json")
        self._runner = Runner(self._journal, self.backend, self._heard.emit, self.pace)
        self._landing = Landing(
            self._pump, self._converter, self._runner, self._journal, self._landed
        )
        self.references = References(self._pump, self._converter, self._runner.aside, self)
        self.batches, self.steps = self._made_batches(folder / "steps.json")
        self.aside = self._runner.aside
        self.desk = AccountDesk(self.backend, self.keys, self._runner.aside, self)
        self.desk.changed.connect(self._watch_anew)
        self.results = Results(
            self.updates, self._journal, self.backend, self._pump, self._runner.aside, self
        )
        self.help_desk = HelpDesk(folder, self._runner.aside, self)
        self.help_desk.look(self.settings)
        self.data_desk = DataDesk(folder, self._runner.aside, self)
        Herald(self)
        self.words = WordsDesk(folder, self._runner.in_order, self)
        self.previews = PreviewDesk(self._pump, self._converter, self._runner.aside, self)
        # Their first import takes some 60 ms, which a click must not wait for.
        threading.Thread(target=import_backends, name="layer-edit imports", daemon=True).start()
        self._runner.aside(lambda: self._runner.resume(self._listed.emit))

    def _made_batches(self, file: Path) -> tuple[Batches, Steps]:
        chains = Chains(file, self._runner.in_order)
        chains.load(lambda job_id: self._journal.folder(job_id).has(RECORD))
        doors = Doors(
            backend=self.backend,
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
        """Keep an API key ('' forgets it). Raises InputError when it cannot be kept."""
        self._equipment.set_key(backend, key)
        self.chosen.emit(self.settings)

    def edit(
        self,
        instruction: str,
        seed: int | None = None,
        beyond_budget: bool = False,
        variants: int = 1,
        steps: bool = False,
    ) -> Started:
        """Start an edit of what is chosen: every layer gets the tasks of `plan_run`.

        Raises LayerEditError when there is nothing to edit or the wish cannot be carried out, and
        BudgetError when it would cost more than the budget allows and `beyond_budget` is not set;
        nothing has been sent then.
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
        price = self.desk.account.price
        if not beyond_budget:
            self._check_budget(price, len(sources) * jobs_of(tasks))
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

    def resume_steps(self) -> None:
        """Go on with the steps that are held. Raises BudgetError; nothing has been sent then."""
        for link in self.steps.chains.held:
            self._check_budget(link.price, link.left)
        self.steps.resume()

    def _check_budget(self, price: float | None, jobs: int) -> None:
        """What other clicks have still to send counts as well."""
        if price is None:
            return
        coming = unsent_jobs(self.updates, self.settings.backend) + self.steps.chains.coming
        self.ledger.check(price * jobs, self.settings.budget, jobs, price * coming)

    def _watch_anew(self) -> None:
        self.source_watch.choose(self.settings.scope, self._equipment.framing())

    def ask_account(self) -> None:
        """Ask the chosen backend for price and balance; `desk.changed` tells."""
        self.desk.ask(self.settings.backend, self.settings.model)

    def ask_preview(self, longest: int) -> None:
        """Make the picture that would be sent, at most `longest` pixels; `previews.made` brings it.

        Raises LayerEditError when there is nothing to edit.
        """
        settings, limits = self.settings, self.backend(self.settings.backend).limits
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
        records = (update.record for update in self.updates.values())
        return sorted((one for one in records if one.state.is_active), key=lambda one: one.created)

    def latest(self) -> JobRecord | None:
        """The job that was begun last, of this session or an earlier one."""
        records = [update.record for update in self.updates.values()]
        return max(records, key=lambda one: one.created, default=None)

    def again(
        self, record: JobRecord, seed: int | None = None, *, beyond_budget: bool = False
    ) -> str:
        """Begin a job with the same wish (and another seed) on the same layer as it is now.

        References are those that are chosen now. Returns its id. Raises NoSourceError when neither
        its document nor another is open, and BudgetError as `edit` does.
        """
        source = self._landing.source_of(record)
        if source is None or not is_there(source):
            source = chosen_sources(LAYER, self._equipment.framing())[0]
        price = self.desk.account.price
        if record.price is not None and not beyond_budget:
            self._check_budget(price, 1)
        seed = seed or record.wish.seed or 1
        limits = self.backend(record.wish.backend).limits
        wish = check_wish(replace(record.wish, seed=seed), limits)
        tasks = plan_run(Run(escaped(wish.instruction), seed), 1)
        references = self.references.chosen(limits)
        return self.batches.begin(Order([source], tasks, wish, references, price))[0]

    def resume(self, record: JobRecord) -> None:
        """Go on with an interrupted or uncertain job: collect it, or look for it again. Free."""
        self._runner.start(record)

    def send_again(self, record: JobRecord) -> None:
        """Send an uncertain job once more. May cost twice: only when the user says so."""
        self._runner.start(replace(record, sent_at=None))

    def insert_kept(self, record: JobRecord) -> None:
        """Make a layer of a kept result: above its source where that is open, else above the
        active layer. Raises NoSourceError when no document is open."""
        if self._landing.is_placing(record.id):
            return
        framing = self._equipment.framing()
        self._landing.reopen(record, lambda: chosen_sources(LAYER, framing)[0])
        self._runner.start(record)

    def retry(self, record: JobRecord) -> None:
        """Do an ended job once more with the same wish, on the same picture where it is kept.

        Raises BudgetError, and InputError where that is not kept.
        """
        price, settings = record.price, self.settings
        if price is None and record.wish.backend == settings.backend:
            price = self.desk.account.price
        self.ledger.check(price, settings.budget)
        source, folder = self._landing.source_of(record), self._journal.folder(record.id)
        if folder.has(SOURCE):
            fresh = same_again(record)
            if source is not None:
                self._landing.remember(fresh.id, source)
            self._runner.aside(lambda: start_kept(self._runner, fresh, folder))
        else:
            raise InputError(tr("The picture of this edit was not kept: edit its layer again."))

    def forget(self, record: JobRecord) -> None:
        """Give a job up: it is not resumed or offered any more."""
        self._runner.record(record.moved(JobState.CANCELLED, tr("Given up.")))

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
        record = update.record
        self._tell(being_placed(update))
        if update.layer is not None:
            self._landing.land(record, update.layer)
        elif not record.state.is_active:
            self._landing.ended(record.id)
            self.steps.hear(record)
        if record.price is not None and not record.state.is_active:
            self.ask_account()

    def _landed(self, record: JobRecord, document: Any) -> None:
        self.results.placed(record, document)
        if record.message:
            self.noticed.emit(record.message)

    def _known(self, job_id: str) -> JobRecord | None:
        update = self.updates.get(job_id)
        return None if update is None else update.record
