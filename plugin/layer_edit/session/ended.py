"""What can be done with a job that has ended or stopped: go on with it, or do it once more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..canvas.active import as_now, chosen_sources, sorted_out
from ..canvas.insert import is_there
from ..canvas.results_layers import front_document
from ..editing.errors import InputError
from ..editing.limits import check_picture
from ..editing.plan import check_wish
from ..editing.runs import Run, escaped, plan_run
from ..editing.source import LAYER
from ..jobs.job import JobRecord
from ..jobs.journal import RECORD, SOURCE, Journal
from ..jobs.runner import Runner
from ..texts import tr
from .batch import Order
from .equipment import Equipment
from .landing import Landing
from .retrying import same_again, start_kept

if TYPE_CHECKING:
    from .session import Session


class EndedJobs:
    """Lives on the main thread, as the session does."""

    def __init__(
        self,
        session: Session,
        equipment: Equipment,
        landing: Landing,
        runner: Runner,
        journal: Journal,
    ) -> None:
        self._session = session
        self._equipment = equipment
        self._landing = landing
        self._runner = runner
        self._journal = journal

    def document_of(self, record: JobRecord | None) -> Any:
        """The krita document that a job's picture came from, the one in front for none.

        None while it is not open.
        """
        if record is None:
            return front_document()
        source = self._landing.source_of(record)
        return None if source is None else source.document

    def has_picture(self, record: JobRecord) -> bool:
        """Whether the picture that a job began with is kept."""
        return self._journal.folder(record.id).has(SOURCE)

    # -- going on with it --------------------------------------------------------------------------

    def resume(self, record: JobRecord) -> None:
        """Go on with an interrupted or uncertain job: collect it, or look for it again. Free."""
        self._runner.start(record)

    def send_again(self, record: JobRecord) -> None:
        """Send an uncertain job once more. May cost twice: only when the user says so."""
        self._runner.start(record, send_again=True)

    def insert_kept(self, record: JobRecord) -> None:
        """Make a layer of a kept result: above its source where that is open, else above the
        active layer. Raises NoSourceError when no document is open, and InputError when the result
        is not kept any more."""
        # Another window's button may still offer it.
        if self._landing.is_placing(record.id):
            return
        # Old jobs are deleted while the list still has them.
        if not self._journal.folder(record.id).has(RECORD):
            raise InputError(tr("This result is not kept any more: edit its layer again."))
        framing = self._equipment.framing()
        self._landing.reopen(record, lambda: chosen_sources(LAYER, framing)[0])
        self._runner.start(record)

    def forget(self, record: JobRecord) -> None:
        """Give a job up: it is not resumed or offered any more."""
        self._runner.forget(record)

    # -- doing it once more ------------------------------------------------------------------------

    def again(self, record: JobRecord, seed: int | None = None, agreed: float = 0.0) -> str:
        """Begin a job with the same wish (and another seed) on the same layer as it is now.

        Selection and references are those that are chosen now. Returns its id. Raises NoSourceError
        when neither its document nor another is open, InputError when the layer cannot be edited,
        and BudgetError as `Session.edit` does.
        """
        limits = self._equipment.plain(record.wish.backend).limits
        framing = self._equipment.framing()
        source = self._landing.source_of(record)
        if source is None or not is_there(source):
            source = chosen_sources(LAYER, framing)[0]
        else:
            source = as_now(source, framing)
        sorted_out([source], lambda one: check_picture(one.bounds.size, limits))
        self._session.purse.check_again(record, agreed)
        price = self._session.purse.price_again(record)
        seed = seed or record.wish.seed or 1
        wish = check_wish(replace(record.wish, seed=seed), limits)
        tasks = plan_run(Run(escaped(wish.instruction), seed), 1)
        references = self._session.references.chosen(limits)
        return self._session.batches.begin(Order([source], tasks, wish, references, price))[0]

    def retry(self, record: JobRecord, seed: int | None = None, agreed: float = 0.0) -> None:
        """Do a job once more with the same wish (and another seed), on the same picture.

        Raises BudgetError as `Session.edit` does, and InputError where the picture is not kept.
        """
        self._session.purse.check_again(record, agreed)
        if not self.has_picture(record):
            raise InputError(tr("The picture of this edit was not kept: edit its layer again."))
        source, fresh = self._landing.source_of(record), same_again(record, seed)
        if source is not None:
            self._landing.remember(fresh.id, source)
        folder = self._journal.folder(record.id)
        self._runner.aside(lambda: start_kept(self._runner, fresh, folder))
