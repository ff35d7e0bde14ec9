"""Remembers for a day which pictures were uploaded, so that the same bytes are not sent twice."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

KEEP_SECONDS = 24 * 3600.0
"""The service keeps uploads for 7 days; its own command-line client trusts them for one."""


class UploadStore(Protocol):
    """Where uploads are remembered, by an identity of their bytes (hex digits)."""

    def get(self, sha: str) -> str | None:
        """The URL of an upload of the last 24 hours."""

    def put(self, sha: str, url: str) -> None:
        """Remember an upload made now."""

    def clear(self) -> None:
        """Forget all: the service said that one of them cannot be read."""


class MemoryUploads:
    """Remembers as long as the process runs. `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._known: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def get(self, sha: str) -> str | None:
        """The URL of an upload of the last 24 hours."""
        with self._lock:
            url, at = self._known.get(sha, ("", 0.0))
        return url if url and 0 <= self._now() - at < KEEP_SECONDS else None

    def put(self, sha: str, url: str) -> None:
        """Remember an upload made now."""
        with self._lock:
            self._known[sha] = (url, self._now())

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._known.clear()


class FileUploads:
    """Remembers in one JSON file that only the user may read: its URLs lead to their pictures.

    A file that cannot be read or written is no error: pictures are then uploaded again.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()

    def get(self, sha: str) -> str | None:
        """The URL of an upload of the last 24 hours."""
        with self._lock:
            entry = self._fresh().get(sha)
        return entry[0] if entry else None

    def put(self, sha: str, url: str) -> None:
        """Remember an upload made now, and forget those older than a day."""
        with self._lock:
            self._write({**self._fresh(), sha: (url, self._now())})

    def clear(self) -> None:
        """Forget all."""
        with self._lock, contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _fresh(self) -> dict[str, tuple[str, float]]:
        try:
            known = json.loads(self._path.read_bytes())
            return {
                str(sha): (str(url), float(at))
                for sha, (url, at) in known.items()
                if 0 <= self._now() - float(at) < KEEP_SECONDS
            }
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}

    def _write(self, known: dict[str, tuple[str, float]]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes the file readable by its owner alone.
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        except OSError:
            return
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(known, file)
            Path(name).replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()
