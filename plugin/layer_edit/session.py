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
from .canvas.active import ActiveSource, active_source, check_source
from .canvas.capture import capture
from .canvas.insert import insert
from .canvas.pump import Pump
from .canvas.watch import SourceWatch
from .editing.errors import LayerEditError
from .editing.limits import check_picture
from .editing.plan import Source, Wish, check_wish
from .editing.request import SEED_RANGE
from .jobs.job import JobRecord, JobState
from .jobs.journal import Journal
from .jobs.runner import JobUpdate, Runner
from .jobs.work import ComposedLayer
from .keys import KeyStore
from .qt import QtCore, Signal
from .settings import Settings

_log = logging.getLogger(__name__)


@dataclass
class _Placement:
    """What the session remembers of a job while it is on its way.

    `steps` is the generator in the pump's hands: the capture at first, the insertion at last.
    """

    record: JobRecord
    source: ActiveSource
    steps: Generator[None, None, Any] | None = None


class Session(QtCore.QObject):
    """Signals: `updated(JobUpdate)` for everything that happens to a job, on the main thread."""

    updated = Signal(object)
    _heard = Signal(object)

    def __init__(self, folder: Path, parent: QtCore.QObject | None = None) -> None:
        """`folder` is the data folder; it is made when first written to."""
        super().__init__(parent)
        self.folder = folder
        self.keys = KeyStore(folder)
        self.settings = settings_file.load(folder)
        self._backends: dict[str, Backend] = {}
        self.source_watch = SourceWatch(self)
        self._pump = Pump(self)
        self._open: dict[str, _Placement] = {}
        # Emitted from workers; queued to the main thread because this object lives there.
        self._heard.connect(self._on_update)
        self._runner = Runner(Journal(folder / "jobs"), self.backend, self._heard.emit)
        # Their first import takes some 60 ms, which a click must not wait for.
        threading.Thread(target=import_backends, name="layer-edit imports", daemon=True).start()

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

    def edit(self, wish: Wish) -> str:
        """Start an edit of the active layer; returns the job's id.

        Raises LayerEditError when there is nothing to edit or the wish cannot be carried out;
        nothing has been sent then.
        """
        source = check_source(active_source())
        limits = self.backend(wish.backend).limits
        check_wish(wish, limits)
        check_picture(source.bounds.size, limits)
        if wish.seed is None:
            # Chosen here so that every result can be made again.
            wish = replace(wish, seed=random.randrange(SEED_RANGE.start, SEED_RANGE.stop))  # noqa: S311
        record = JobRecord.new(wish, source.layer_name, source.bounds, source.document_name)
        record = replace(record, state=JobState.CAPTURING)
        steps = capture(source)
        self._open[record.id] = _Placement(record, source, steps)
        self.updated.emit(JobUpdate(record))
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
            record = entry.record.moved(JobState.CANCELLED, "Cancelled; nothing was spent.")
            self.updated.emit(JobUpdate(record))
        else:
            message = "Cancelled before it became a layer; the result is kept."
            self._runner.record(entry.record.moved(JobState.READY, message))

    def set_key(self, backend: str, key: str) -> None:
        """Keep an API key ('' forgets it). Raises InputError when it cannot be kept."""
        self.keys.put(backend, key)
        self._backends.clear()

    def close(self) -> None:
        """Stop all work; called when Krita quits."""
        self._runner.close()

    def _captured(self, record: JobRecord, parts: list[bytes]) -> None:
        self._open[record.id].steps = None
        self._runner.start(record, lambda: Source.from_bgra(b"".join(parts), record.target))

    def _on_update(self, update: JobUpdate) -> None:
        if update.layer is not None and update.record.id in self._open:
            self._place(update, update.layer)
        elif not update.record.state.is_active:
            self._open.pop(update.record.id, None)
        self.updated.emit(update)

    def _place(self, update: JobUpdate, layer: ComposedLayer) -> None:
        entry = self._open[update.record.id]
        name = update.record.wish.instruction
        entry.record = update.record
        entry.steps = insert(entry.source, layer.data, layer.bounds, name)
        self._pump.run(
            entry.steps,
            lambda _layer_id: self._placed(update.record),
            lambda error: self._not_placed(update.record, error),
        )

    def _placed(self, record: JobRecord) -> None:
        self._open.pop(record.id, None)
        self._runner.record(record.moved(JobState.PLACED))

    def _not_placed(self, record: JobRecord, error: LayerEditError) -> None:
        self._open.pop(record.id, None)
        self._runner.record(record.moved(JobState.READY, error.message, error.detail))


def _failure(record: JobRecord, error: LayerEditError) -> JobUpdate:
    return JobUpdate(record.moved(JobState.FAILED, error.message, error.detail))
