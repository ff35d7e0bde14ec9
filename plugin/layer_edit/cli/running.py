"""One job, from its picture to its file; Ctrl-C stops it and loses nothing that was paid for."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..backends.base import Backend, Stage
from ..editing.codec import encode
from ..editing.errors import CancelledError, InputError, LayerEditError
from ..editing.source import Source
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import Journal, write_atomically
from ..jobs.pace import Pace
from ..jobs.work import Done, Work
from ..paths import data_folder
from .telling import tell


class _Hands:
    """Prints each new stage to stderr; Ctrl-C stops the next wait."""

    def __init__(self, quiet: bool) -> None:
        self.stop = threading.Event()
        self.record: JobRecord | None = None
        self._quiet = quiet
        self._stage: Stage | None = None

    def report(self, stage: Stage, _fraction: float | None = None, note: str = "") -> None:
        if not self._quiet and (stage is not self._stage or note):
            print(f"{stage.value}{': ' + note if note else ''}", file=sys.stderr)
        self._stage = stage

    def wait(self, seconds: float) -> None:
        self.stop.wait(seconds)
        self.check()

    def check(self) -> None:
        if self.stop.is_set():
            raise CancelledError("Stopped; nothing was spent.")

    def saved(self, record: JobRecord) -> None:
        self.record = record


def journal() -> Journal:
    """The jobs, which are those of the docker too."""
    return Journal(data_folder() / "jobs")


def check_output(path: Path, endings: tuple[str, ...] = (".png", ".jpg", ".jpeg", ".webp")) -> None:
    """Before anything is spent: a result that cannot be written would be a pity.

    Raises InputError.
    """
    if path.suffix.lower() not in endings:
        raise InputError(f"{path} has no ending that can be written: choose {', '.join(endings)}.")
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError(f"{path} cannot be written: choose a file in a folder that you may use.")


def carry_out(
    record: JobRecord,
    backend: Backend,
    options: argparse.Namespace,
    source: Callable[[], Source] | None,
) -> None:
    """Run one job to its file; what was paid for and not reached stays in the journal.

    `source` makes its picture, None for a job that has been sent. Raises LayerEditError.
    """
    folder = journal().folder(record.id)
    hands = _Hands(options.json)
    with folder.locked(), _stopped_by_ctrl_c(hands):
        work = Work(record, folder, backend, hands)
        try:
            done = work.carry_out(source, Pace(data_folder() / "durations.json"))
        except LayerEditError as error:
            if isinstance(error, CancelledError):
                work.give_up()
            raise _with_advice(error, hands.record, folder.path.name) from error
        _save(done, Path(record.output), getattr(options, "mask", None))
        folder.save(done.record.moved(JobState.PLACED))
    tell(done.record, options.json)


def _with_advice(error: LayerEditError, reached: JobRecord | None, job: str) -> LayerEditError:
    """An interrupted job that may have been paid for is kept, and the message says how to go on."""
    if reached is None or reached.price is None or reached.sent_at is None:
        return error
    if isinstance(error, CancelledError) and not reached.price:
        return error
    if isinstance(error, CancelledError):
        error = CancelledError("Stopped; the edit goes on at the service and is paid for.")
    return type(error)(
        f"{error.message} 'layer_edit resume {job}' collects the result.", detail=error.detail
    )


@contextmanager
def _stopped_by_ctrl_c(hands: _Hands) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda *_: hands.stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _save(done: Done, path: Path, mask: Path | None) -> None:
    kind = {".png": "png", ".webp": "webp"}.get(path.suffix.lower(), "jpeg")
    try:
        write_atomically(path, encode(done.finished.over(done.source), kind).data)
        if mask is not None:
            write_atomically(mask, encode(done.finished.whole_mask, "png").data)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}); the result is kept: "
            f"'layer_edit resume {done.record.id} -o FILE' writes it elsewhere."
        ) from error
