"""A kept result as a picture file, composed by the same code that made its layer."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from ..backends.base import Backend, Stage
from ..editing.codec import encode
from ..editing.errors import InputError
from ..jobs.job import JobRecord
from ..jobs.journal import RESULT, JobFolder, write_atomically
from ..jobs.pace import Pace
from ..jobs.work import Done, Work
from ..texts import tr

FORMATS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
"""By the suffix of a file name."""

MAX_NAME = 40
"""Characters of a proposed file name."""


def file_name(instruction: str) -> str:
    """A name for the file of a result that every system takes, such as 'a-warmer-light.png'."""
    words = re.findall(r"[^\W_]+", instruction)
    return ("-".join(words)[:MAX_NAME].rstrip("-") or "result") + ".png"


def export(record: JobRecord, folder: JobFolder, backend: Backend, path: Path) -> None:
    """Write a job's result as it shows above its source, in the source's size.

    `backend` is the job's own; it is not asked for anything. Nothing of the job changes. Heavy:
    for worker threads. Raises InputError for another suffix, for a result that is not kept and for
    a file that cannot be written, LayerEditError for a result that cannot be read.
    """
    output_format = FORMATS.get(path.suffix.lower())
    if output_format is None:
        raise InputError(
            tr("'{name}' has no ending that is known: use .png, .jpg or .webp.", name=path.name)
        )
    if not folder.has(RESULT) or record.placement is None:
        raise InputError(tr("This result is not kept any more, so it cannot be saved."))
    done = _composed(record, folder, backend)
    picture = done.finished.over(done.source)
    try:
        write_atomically(path, encode(picture, output_format).data)
    except OSError as error:
        with suppress(OSError):
            path.with_name(path.name + ".part").unlink()
        reason = error.strerror or str(error)
        raise InputError(
            tr("'{name}' could not be written ({reason}): choose another place.",
               name=path.name, reason=reason),
            str(error),
        ) from error  # fmt: skip


def _composed(record: JobRecord, folder: JobFolder, backend: Backend) -> Done:
    work = Work(record, _ReadOnly(folder.path), backend, _Quiet())
    return work.carry_out(None, Pace())


class _ReadOnly(JobFolder):
    """A job's folder whose record stays as it is."""

    def save(self, record: JobRecord) -> None:
        """Not written: the job is over."""


class _Quiet:
    """The Hands of a work that nobody waits for."""

    def report(self, stage: Stage, fraction: float | None = None, note: str = "") -> None:
        """Nobody looks."""

    def wait(self, seconds: float) -> None:
        """There is nothing to wait for."""

    def check(self) -> None:
        """Nobody cancels it."""

    def saved(self, record: JobRecord) -> None:
        """Nothing was."""
