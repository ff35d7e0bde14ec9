"""One folder per job, written atomically, so that a crash leaves either the old or the new."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..editing.errors import LayerEditError
from ..texts import ntr, tr
from .filelock import lock_file
from .formats import NewerFormatError
from .job import JobRecord, from_json, to_json

_log = logging.getLogger(__name__)

RECORD = "job.json"
SOURCE = "source.png"
BACKDROP = "backdrop.png"
SELECTION = "selection.png"
RESULT = "result.bin"
THUMBNAIL = "thumbnail.png"
OPEN = "open"
"""An empty file in the folders of jobs that are unfinished or whose result was not seen."""

KEEP_DAYS = 30
KEEP_BYTES = 2 * 2**30


class JournalError(LayerEditError):
    """The job's folder cannot be written or read."""


class BusyJobError(JournalError):
    """Another process works on the job."""


class UnreadableJobError(JournalError):
    """The job's record cannot be understood: damaged, or of a newer version of the plugin."""


class NewerJobError(UnreadableJobError):
    """A newer version of the plugin wrote it."""


def newer_words(number: int) -> str:
    """What is to be said of so many open jobs of a newer version, '' for none."""
    if not number:
        return ""
    return ntr(
        "A newer version of Layer Edit began an edit that this one cannot go on with. It is kept, "
        "and may be paid for: install the newer version to get its result.",
        "A newer version of Layer Edit began {number} edits that this one cannot go on with. They "
        "are kept, and may be paid for: install the newer version to get their results.",
        number,
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Write so that `path` holds the old or the new bytes, never a part, even after a power cut.

    Raises OSError.
    """
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True)
class JobFolder:
    """The folder of one job."""

    path: Path

    def save(self, record: JobRecord) -> None:
        """Write the record, and beside it whether the job is still open. Raises JournalError.

        A job that has ended is not open even where a full disk does not take its record: the next
        start would send again what the user was told has failed.
        """
        if record.state.is_open and not self.has(OPEN):
            self.write(OPEN, b"")
        try:
            text = json.dumps(to_json(record), ensure_ascii=False, indent=1)
            # The name of a file need not be text; json reads such characters back.
            self.write(RECORD, text.encode("utf-8", "surrogatepass"))
        finally:
            if not record.state.is_open:
                with suppress(OSError):
                    (self.path / OPEN).unlink(missing_ok=True)

    def load(self) -> JobRecord:
        """Read the record.

        Raises JournalError when it is missing, UnreadableJobError when it is damaged or of a newer
        plugin.
        """
        try:
            return from_json(json.loads(self.read(RECORD)))
        except NewerFormatError as error:
            raise NewerJobError(newer_words(1), f"format {error}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UnreadableJobError(
                tr("The job in {path} cannot be understood; it is left as it is.", path=self.path),
                str(error),
            ) from error

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the job atomically. Raises JournalError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path / name, data)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> JournalError:
        return JournalError(
            tr(
                "The job's data cannot be written to {path} ({error}): free disk space or "
                "choose another data folder, then try again.",
                path=self.path,
                error=error.strerror or error,
            ),
            str(error),
        )

    def read(self, name: str) -> bytes:
        """Read a file of the job. Raises JournalError."""
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise JournalError(
                tr(
                    "{path} cannot be read ({error}).",
                    path=self.path / name,
                    error=error.strerror or error,
                ),
                str(error),
            ) from error

    def has(self, name: str) -> bool:
        """True when that file of the job is there, whole."""
        return (self.path / name).is_file()

    def reserve(self, size: int) -> None:
        """Raise JournalError when the disk has less than `size` bytes free."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.path).free
        except OSError as error:
            raise self._unwritable(error) from error
        if free < size:
            raise JournalError(
                tr(
                    "The disk of {path} has only {free} MB free, so nothing was sent: free "
                    "some space, then try again.",
                    path=self.path.parent,
                    free=free // 2**20,
                )
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from working on this job. The system ends it with the process.

        Raises BusyJobError when another process has it, JournalError.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / "lock").open("ab")
        except OSError as error:
            raise self._unwritable(error) from error
        with file:
            if not self._taken(file):
                raise BusyJobError(
                    tr(
                        "Another Krita or command line is working on this job, so it was left "
                        "alone here: resume it when the other one has ended."
                    )
                )
            yield

    def _taken(self, file: BinaryIO) -> bool:
        try:
            return lock_file(file)
        except OSError as error:  # a network's folder without locks
            raise self._unwritable(error) from error

    def is_busy(self) -> bool:
        """Whether somebody works on this job, or that cannot be told."""
        try:
            with self.locked():
                return False
        except JournalError:
            return True

    def remove(self) -> None:
        """Delete the folder; what cannot be deleted stays."""
        shutil.rmtree(self.path, ignore_errors=True)


class Journal:
    """All jobs of this user below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, job_id: str) -> JobFolder:
        """The folder of that job, which may not exist yet."""
        return JobFolder(self.root / job_id)

    def records(self) -> list[JobRecord]:
        """All jobs that can be read, oldest first; others are logged and left alone."""
        return self._read(self._folders())

    def open_records(self) -> list[JobRecord]:
        """Those of them that are unfinished or whose result was not seen."""
        return self._read([path for path in self._folders() if (path / OPEN).is_file()])

    def newer_open(self) -> int:
        """How many open jobs only a newer version of the plugin can go on with."""
        return sum(
            _is_newer(JobFolder(path)) for path in self._folders() if (path / OPEN).is_file()
        )

    def prune(self, days: float = KEEP_DAYS, size: int = KEEP_BYTES) -> int:
        """Delete jobs older than `days`, and the oldest while all take more than `size` bytes.

        Open jobs stay, however old and large, and those that are being worked on. Returns how many
        were deleted.
        """
        limit = time.time() - days * 86_400
        sizes = {path: _size(path) for path in self._folders()}
        total, deleted = sum(sizes.values()), 0
        for path, taken in sizes.items():
            if _is_open(path) or (_written(path) >= limit and total <= size):
                continue
            if not JobFolder(path).is_busy():
                JobFolder(path).remove()
                total -= taken
                deleted += 1
        return deleted

    def _folders(self) -> list[Path]:
        try:
            return sorted(path for path in self.root.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []

    @staticmethod
    def _read(folders: list[Path]) -> list[JobRecord]:
        found = []
        for path in folders:
            if (path / RECORD).is_file():
                try:
                    found.append(JobFolder(path).load())
                except JournalError as error:
                    _log.warning("%s %s", error.message, error.detail)
        return found


def _is_newer(folder: JobFolder) -> bool:
    try:
        folder.load()
    except NewerJobError:
        return True
    except JournalError:
        return False
    return False


def _size(folder: Path) -> int:
    """Bytes of the files in a folder; those that vanish meanwhile count nothing."""
    total = 0
    with suppress(OSError):
        for file in folder.iterdir():
            with suppress(OSError):
                total += file.stat().st_size
    return total


def _is_open(folder: Path) -> bool:
    """Whether the job must stay; one that was killed before its record was written need not."""
    return (folder / OPEN).exists() and (folder / RECORD).exists()


def _written(folder: Path) -> float:
    """When the job was last written, in Unix seconds; now for a folder that has vanished."""
    for path in (folder / RECORD, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return time.time()
