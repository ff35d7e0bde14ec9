"""One job, from its picture to its file; Ctrl-C stops it and loses nothing that was paid for."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..backends.base import Backend, Stage
from ..editing.codec import encode
from ..editing.errors import CancelledError, InputError, LayerEditError
from ..editing.source import Source
from ..jobs.ending import is_paid, stopped, understood
from ..jobs.job import JobRecord, JobState
from ..jobs.journal import JobFolder, Journal, JournalError, write_atomically
from ..jobs.pace import Pace
from ..jobs.work import Done, Work
from ..paths import data_folder
from .telling import tell

_log = logging.getLogger(__name__)


class _Hands:
    """Prints each new stage to stderr; Ctrl-C stops it before the next step."""

    def __init__(self, quiet: bool) -> None:
        self.stop = threading.Event()
        self._quiet = quiet
        self._stage: Stage | None = None

    def report(self, stage: Stage, _fraction: float | None = None, note: str = "") -> None:
        if not self._quiet and (stage is not self._stage or note):
            # Whether anyone reads it or not, the edit may be paid for.
            with suppress(OSError):
                print(f"{stage.value}{': ' + note if note else ''}", file=sys.stderr)
        self._stage = stage

    def wait(self, seconds: float) -> None:
        self.stop.wait(seconds)
        self.check()

    def check(self) -> None:
        if self.stop.is_set():
            raise CancelledError("Stopped; nothing was spent.")

    def saved(self, record: JobRecord) -> None:
        """The work itself is asked."""


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


def check_mask(mask: Path | None, pictures: Iterable[Path]) -> None:
    """A mask goes to a file of its own, not to one of these pictures. Raises InputError."""
    if mask is None:
        return
    check_output(mask, (".png",))
    if any(mask.resolve() == picture.resolve() for picture in pictures):
        raise InputError(f"{mask} is a picture of this edit: choose another file for the mask.")


def carry_out(
    record: JobRecord,
    folder: JobFolder,
    backend: Backend,
    options: argparse.Namespace,
    source: Callable[[], Source] | None,
) -> None:
    """Run one job to its file; what was paid for and not reached stays in the journal.

    The caller has locked the folder. `source` makes its picture, None for a job that has been sent.
    Raises LayerEditError.
    """
    hands = _Hands(options.json)
    with _stopped_by_signals(hands):
        work = Work(record, folder, backend, hands)
        try:
            done = work.carry_out(source, Pace(data_folder() / "durations.json"))
        except Exception as error:
            raise _ended(work, folder, understood(error), record.state.has_result) from error
        _save(done, Path(record.output), options.mask)
        folder.save(done.record.moved(JobState.PLACED))
    tell(done.record, options.json)


def _ended(
    work: Work, folder: JobFolder, error: LayerEditError, had_result: bool
) -> LayerEditError:
    """Write down where a job stands that has stopped: nothing may be sent later by itself.

    Returns the error to be shown: of what may have been paid for it says how to go on.
    """
    reached = work.record
    if isinstance(error, CancelledError) and is_paid(reached) and not had_result:
        error = CancelledError("Stopped; the edit goes on at the service and is paid for.")
    ended = stopped(reached, error, had_result)
    if reached.placement is not None:
        try:
            folder.save(ended)
        except JournalError as unwritten:
            _log.warning("%s %s", unwritten.message, unwritten.detail)
    if isinstance(error, CancelledError) and not is_paid(reached):
        work.give_up()
    if not ended.state.is_open:
        return error
    does = "looks for it" if ended.state is JobState.UNCERTAIN else "collects the result"
    return type(error)(
        f"{error.message} 'layer_edit resume {ended.id}' {does}.", detail=error.detail
    )


@contextmanager
def _stopped_by_signals(hands: _Hands) -> Iterator[None]:
    """By Ctrl-C, the end of the terminal, or being told to end: what was not sent never is."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last two: of POSIX, of Windows
    there = (signal.Signals[name] for name in names if hasattr(signal, name))
    # What is ignored stays so: nohup is to outlive the terminal.
    heard = [one for one in there if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, lambda *_: hands.stop.set()) for one in heard}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _save(done: Done, path: Path, mask: Path | None) -> None:
    kind = {".png": "png", ".webp": "webp"}.get(path.suffix.lower(), "jpeg")
    _write(done, path, encode(done.finished.over(done.source), kind).data, "-o")
    if mask is not None:
        _write(done, mask, encode(done.finished.whole_mask, "png").data, "--mask")


def _write(done: Done, path: Path, data: bytes, option: str) -> None:
    try:
        write_atomically(path, data)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}); the result is kept: "
            f"'layer_edit resume {done.record.id} {option} FILE' writes it elsewhere."
        ) from error
