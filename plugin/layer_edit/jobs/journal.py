"""One folder per job, written atomically, so that a crash leaves either the old or the new."""

from __future__ import annotations

import json
import logging
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..editing.errors import LayerEditError
from .job import JobRecord, from_json, to_json

_log = logging.getLogger(__name__)

RECORD = "job.json"
SOURCE = "source.png"
RESULT = "result.bin"


class JournalError(LayerEditError):
    """The job's folder cannot be written or read."""


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
        """Write the record. Raises JournalError."""
        self.write(RECORD, json.dumps(to_json(record), ensure_ascii=False, indent=1).encode())

    def load(self) -> JobRecord:
        """Read the record. Raises JournalError when it is missing, damaged or of a newer plugin."""
        try:
            return from_json(json.loads(self.read(RECORD)))
        except (ValueError, KeyError, TypeError) as error:
            raise JournalError(
                f"The job in {self.path} cannot be understood; it is left as it is.", str(error)
            ) from error

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the job atomically. Raises JournalError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path / name, data)
        except OSError as error:
            raise JournalError(
                f"The job's data cannot be written to {self.path} ({error.strerror or error}): "
                "free disk space or choose another data folder, then try again.",
                str(error),
            ) from error

    def read(self, name: str) -> bytes:
        """Read a file of the job. Raises JournalError."""
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise JournalError(
                f"{self.path / name} cannot be read ({error.strerror or error}).", str(error)
            ) from error

    def has(self, name: str) -> bool:
        """True when that file of the job is there, whole."""
        return (self.path / name).is_file()

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
        found = []
        with suppress(FileNotFoundError):
            for path in sorted(self.root.iterdir()):
                if (path / RECORD).is_file():
                    try:
                        found.append(JobFolder(path).load())
                    except JournalError as error:
                        _log.warning("%s %s", error.message, error.detail)
        return found
