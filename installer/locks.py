"""A lock between processes of one machine, for what only one of them may make at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[int]:
    """Wait until no other process holds the lock file, then hold it until the block ends.

    Gives the file's descriptor: a child that inherits it holds the lock too, so that work which
    outlives this process is not begun a second time beside it. Nothing is locked on Windows.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if sys.platform != "win32":
            import fcntl  # noqa: PLC0415 - POSIX has it

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
