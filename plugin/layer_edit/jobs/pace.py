"""When to ask again: polls that are prompt where the end is near and sparse elsewhere."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ..backends.base import BusyError, NetworkError, Watch
from ..editing.plan import Wish
from .journal import write_atomically

_log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_FREE_RETRIES = 8
"""Of a poll or a download in a row; both are free. About four minutes with the pauses between."""

RETRY_SECONDS = 1.0
"""Half the pause before the first repetition of a free call; each further pause is doubled."""

SUBMIT_RETRIES = 2
"""Of a request that surely was not accepted."""

LOOKS = (0.5, 3.0, 10.0)
"""Seconds before each look into the history for a lost request."""

SLOT_SECONDS = 5.0
"""Between tries for a free slot when the service does not say how long to wait."""

SPARSE = 2.0
"""Seconds: the documentation asks for 2 or more between polls, growing, for pictures."""

DENSE_POLLS = 12
"""Polls over the span between the shortest and the longest duration seen."""

KEPT = 40
"""Durations remembered per model and size."""


def waits_for_slot(asked: float | None) -> float:
    """Seconds to wait after HTTP 429: what the service asks, at least half a second."""
    return SLOT_SECONDS if asked is None else max(0.5, asked)


def patiently(attempt: Callable[[], T], watch: Watch) -> T:
    """Repeat a free call while only the network or the service's load is in the way."""
    for failures in range(1, MAX_FREE_RETRIES + 1):
        try:
            return attempt()
        except NetworkError as error:
            asked = error.retry_after if isinstance(error, BusyError) else None
            watch.wait(asked if asked is not None else min(RETRY_SECONDS * 2.0**failures, 60.0))
    return attempt()


class Pace:
    """Past durations by backend, model and size, in one JSON file, and the waits they suggest."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` None keeps them in memory only."""
        self._path = path
        self._lock = threading.Lock()
        self._durations: dict[str, list[float]] = self._load()

    def waits(self, wish: Wish, start: float) -> Iterator[float]:
        """Seconds to wait before each poll of a job that was sent at `start` (Unix seconds).

        With no experience 2 s, growing to 6. With some: nothing before the shortest duration
        seen, dense until the longest, then 2 s and growing.
        """
        with self._lock:
            seen = sorted(self._durations.get(_key(wish), ()))
        if seen:
            yield max(0.05, seen[0] - (time.time() - start))
            span = seen[-1] - seen[0]
            # At most a dozen polls over the span where it may end; never faster than 4 a second.
            step = min(SPARSE, max(0.25, span / DENSE_POLLS))
            while time.time() - start < seen[-1] + step:
                yield step
        pause = SPARSE
        while True:
            yield pause
            pause = min(pause * 1.15, 6.0)

    def fraction(self, wish: Wish, start: float) -> float | None:
        """How far a job probably is, 0.0–0.95; None without experience."""
        with self._lock:
            seen = sorted(self._durations.get(_key(wish), ()))
        if not seen:
            return None
        return min(0.95, (time.time() - start) / max(0.1, seen[len(seen) // 2]))

    def learn(self, wish: Wish, seconds: float) -> None:
        """Remember how long a job took from sending to completion."""
        with self._lock:
            durations = self._durations.setdefault(_key(wish), [])
            durations.append(round(seconds, 2))
            del durations[:-KEPT]
            if self._path is None:
                return
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path, json.dumps(self._durations).encode())
            except OSError as error:
                _log.warning("durations were not kept: %s", error)

    def _load(self) -> dict[str, list[float]]:
        try:
            data = json.loads(self._path.read_text("utf-8")) if self._path else {}
            return {str(key): [float(one) for one in value] for key, value in data.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            _log.warning("durations cannot be read, starting anew: %s", error)
            return {}


def _key(wish: Wish) -> str:
    size = "" if wish.size is None else f"{wish.size.width}*{wish.size.height}"
    return f"{wish.backend} {wish.model} {size}".strip()
