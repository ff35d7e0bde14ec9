"""Turns wishes into jobs and results into layers: the one object between docker and the rest.

Lives on the main thread. Workers reach it through one signal.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import settings as settings_file
from .assembly import import_backends, make_backend
from .backends.base import Backend
from .canvas.active import ActiveSource, active_source, check_source, find_source
from .canvas.capture import capture
from .canvas.insert import insert
from .canvas.pump import Pump
from .canvas.watch import SourceWatch
from .editing.errors import LayerEditError
from .editing.geometry import Size
from .editing.limits import check_picture
from .editing.plan import Source, Wish, check_wish
from .editing.request import SEED_RANGE, EditRequest, EncodedImage
from .jobs.job import JobRecord, JobState
from .jobs.journal import Journal
from .jobs.pace import Pace
from .jobs.runner import JobUpdate, Runner
from .jobs.work import ComposedLayer
from .keys import KeyStore
from .money import Account, Ledger
from .qt import QtCore, Signal
from .settings import Settings

_log = logging.getLogger(__name__)

ANY_REQUEST = EditRequest("price", (EncodedImage(b"-", "image/png", Size(2048, 2048)),))
"""For asking a price: it depends on the model alone."""

NO_DOCUMENT = "Its document is not open; the result is kept and can be inserted into any document."


@dataclass
class _Placement:
    """What the session remembers of a job while it is on its way.

    `steps` is the generator in the pump's hands: the capture at first, the insertion at last.
    """

    record: JobRecord
    source: ActiveSource
    steps: Generator[None, None, Any] | None = None


class Session(QtCore.QObject):
    """Signals, all on the main thread.

    `updated(JobUpdate)`: everything that happens to a job. `account_changed(Account)`: price,
    balance or the key's state became known.
    """

    updated = Signal(object)
    account_changed = Signal(object)
    _heard = Signal(object)
    _account_heard = Signal(object)

    def __init__(self, folder: Path, parent: QtCore.QObject | None = None) -> None:
        """`folder` is the data folder; it is made when first written to."""
        super().__init__(parent)
        self.folder = folder
        self.keys = KeyStore(folder)
        self.settings = settings_file.load(folder)
        self.ledger = Ledger()
        self.account = Account()
        self.updates: dict[str, JobUpdate] = {}
        self.source_watch = SourceWatch(self)
        self._backends: dict[str, Backend] = {}
        self._pump = Pump(self)
        self._open: dict[str, _Placement] = {}
        # Emitted from workers; queued to the main thread because this object lives there.
        self._heard.connect(self._on_update)
        self._account_heard.connect(self._on_account)
        journal = Journal(folder / "jobs")
        pace = Pace(folder / "durations.json")
        self._runner = Runner(journal, self.backend, self._heard.emit, pace)
        # Their first import takes some 60 ms, which a click must not wait for.
        threading.Thread(target=import_backends, name="layer-edit imports", daemon=True).start()
        self._runner.aside(self._runner.resume)

    def backend(self, key: str) -> Backend:
        """The backend with that key, made on first use with the user's settings and key."""
        if key not in self._backends:
            self._backends[key] = make_backend(key, self.settings, self.keys)
        return self._backends[key]

    def choose(self, settings: Settings) -> None:
        """Take new settings and keep them; when they cannot be kept they hold until the end."""
        self.settings = settings
        self._backends.clear()
        try:
            settings_file.save(settings, self.folder)
        except OSError as error:
            _log.warning("settings were not kept: %s", error)

    def set_key(self, backend: str, key: str) -> None:
        """Keep an API key ('' forgets it). Raises InputError when it cannot be kept."""
        self.keys.put(backend, key)
        self._backends.clear()

    def ask_account(self) -> None:
        """Ask the chosen backend for price and balance, on a worker; `account_changed` tells."""
        key, model = self.settings.backend, self.settings.model
        self._runner.aside(lambda: self._account_heard.emit(self._asked_account(key, model)))

    def test_key(self) -> None:
        """Try the service without spending anything, on a worker; `account_changed` tells."""
        key = self.settings.backend

        def test() -> Account:
            try:
                health = self.backend(key).check()
            except LayerEditError as error:
                return replace(self.account, tested=error.message)
            return replace(self.account, balance=health.balance, tested=health.sentence)

        self._runner.aside(lambda: self._account_heard.emit(test()))

    def edit(self, wish: Wish, beyond_budget: bool = False) -> str:
        """Start an edit of the active layer; returns the job's id.

        Raises LayerEditError when there is nothing to edit or the wish cannot be carried out, and
        BudgetError when it would cost more than the budget allows and `beyond_budget` is not set;
        nothing has been sent then.
        """
        source = check_source(active_source())
        limits = self.backend(wish.backend).limits
        check_wish(wish, limits)
        check_picture(source.bounds.size, limits)
        if not beyond_budget:
            self.ledger.check(self.account.price, self.settings.budget)
        if wish.seed is None:
            # Chosen here so that every result can be made again.
            wish = replace(wish, seed=random.randrange(SEED_RANGE.start, SEED_RANGE.stop))  # noqa: S311
        record = replace(
            JobRecord.new(wish, source.layer_name, source.bounds, source.document_name),
            state=JobState.CAPTURING,
            document_path=source.document_path,
            layer_id=source.layer_id,
        )
        steps = capture(source)
        self._open[record.id] = _Placement(record, source, steps)
        self._tell(JobUpdate(record))
        self._pump.run(
            steps,
            lambda parts: self._captured(record, parts),
            lambda error: self._on_update(_failure(record, error)),
        )
        return record.id

    def cancel(self, job_id: str) -> None:
        """Stop a job at whatever stage it is; an ended one stays as it is."""
        entry = self._open.get(job_id)
        if entry is None or entry.steps is None:
            self._runner.cancel(job_id)
            return
        self._pump.drop(entry.steps)
        self._open.pop(job_id)
        if entry.record.state is JobState.CAPTURING:
            self._tell(
                JobUpdate(entry.record.moved(JobState.CANCELLED, "Cancelled; nothing was spent."))
            )
        else:
            message = "Cancelled before it became a layer; the result is kept."
            self._runner.record(entry.record.moved(JobState.READY, message))

    def resume(self, record: JobRecord) -> None:
        """Go on with an interrupted or uncertain job: collect it, or look for it again. Free."""
        self._runner.start(record)

    def send_again(self, record: JobRecord) -> None:
        """Send an uncertain job once more. May cost twice: only when the user says so."""
        self._runner.start(replace(record, sent_at=None))

    def insert_kept(self, record: JobRecord) -> None:
        """Make a layer of a kept result: above its source where that is open, else above the
        active layer. Raises NoSourceError when no document is open."""
        source = find_source(record.document_path, record.layer_id) or active_source()
        self._open[record.id] = _Placement(record, source)
        self._runner.start(record)

    def forget(self, record: JobRecord) -> None:
        """Give a job up: it is not resumed or offered any more."""
        self._runner.record(record.moved(JobState.CANCELLED, "Given up."))

    def close(self) -> None:
        """Stop all work; called when Krita quits. What is unfinished goes on at the next start."""
        self._runner.close()

    def _tell(self, update: JobUpdate) -> None:
        """Remember the last news of each job (without its pixels) and pass it on."""
        self.ledger.hear(update.record)
        known = self.updates.get(update.record.id)
        small = update.thumbnail or (known.thumbnail if known else b"")
        self.updates[update.record.id] = replace(update, layer=None, thumbnail=small)
        self.updated.emit(update)

    def _captured(self, record: JobRecord, parts: list[bytes]) -> None:
        self._open[record.id].steps = None
        self._runner.start(record, lambda: Source.from_bgra(b"".join(parts), record.target))

    def _on_update(self, update: JobUpdate) -> None:
        record = update.record
        self._tell(update)
        if update.layer is not None:
            self._place(record, update.layer)
        elif not record.state.is_active:
            self._open.pop(record.id, None)
        if record.price is not None and not record.state.is_active:
            self.ask_account()

    def _place(self, record: JobRecord, layer: ComposedLayer) -> None:
        """Insert a result that has arrived; after a restart its layer is looked for first."""
        entry = self._open.get(record.id)
        if entry is None:
            source = find_source(record.document_path, record.layer_id)
            if source is None:
                self._runner.record(record.moved(JobState.READY, NO_DOCUMENT))
                return
            entry = self._open[record.id] = _Placement(record, source)
        entry.record = record
        entry.steps = insert(entry.source, layer.data, layer.bounds, record.wish.instruction)
        self._pump.run(
            entry.steps,
            lambda _layer_id: self._placed(record),
            lambda error: self._not_placed(record, error),
        )

    def _placed(self, record: JobRecord) -> None:
        self._open.pop(record.id, None)
        self._runner.record(record.moved(JobState.PLACED))

    def _not_placed(self, record: JobRecord, error: LayerEditError) -> None:
        self._open.pop(record.id, None)
        self._runner.record(record.moved(JobState.READY, error.message, error.detail))

    def _asked_account(self, key: str, model: str) -> Account:
        """On a worker: what the service says, as far as it says anything."""
        backend = self.backend(key)
        try:
            price = backend.price(replace(ANY_REQUEST, model=model))
            if price is None:
                return Account()
            account = Account(price.amount)
            if not self.keys.get(key):
                return account
            return replace(account, balance=backend.check().balance)
        except LayerEditError as error:
            return Account(message=error.message)

    def _on_account(self, account: Account) -> None:
        self.account = account
        self.account_changed.emit(account)


def _failure(record: JobRecord, error: LayerEditError) -> JobUpdate:
    return JobUpdate(record.moved(JobState.FAILED, error.message, error.detail))
