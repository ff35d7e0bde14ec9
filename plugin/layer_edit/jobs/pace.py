"""How often is tried again what is free, and the durations from which polls are timed."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..backends.base import Backend, BusyError, NetworkError, Prediction, Watch
from ..editing.plan import Wish
from .journal import write_atomically
from .spread import Spread
from .waiting import Group, Waiter

_log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_FREE_RETRIES = 8
"""Of a poll or a download in a row; both are free. About four minutes with the pauses between."""

RETRY_SECONDS = 1.0
"""Half the pause before the first repetition; each further pause is doubled, up to a minute."""

SUBMIT_RETRIES = 2
"""Of a request that surely was not accepted."""

LOOKS = (0.5, 3.0, 10.0)
"""Seconds before each look into the history for a lost request."""

SLOT_SECONDS = 5.0
"""Between tries for a free slot when the service does not say how long to wait."""

MAX_RUN_SECONDS = 1800.0
"""A job that is still said to be running after so long a watch is left for a later resume."""

KEPT = 40
"""Durations remembered per model and size."""


def waits_for_slot(asked: float | None) -> float:
    """Seconds to wait after HTTP 429: what the service asks, at least half a second."""
    return SLOT_SECONDS if asked is None else max(0.5, asked)


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(RETRY_SECONDS * 2.0**failures, 60.0)


def patiently(attempt: Callable[[], T], watch: Watch) -> T:
    """Repeat a free call while only the network or the service's load is in the way."""
    for failures in range(1, MAX_FREE_RETRIES + 1):
        try:
            return attempt()
        except NetworkError as error:
            asked = error.retry_after if isinstance(error, BusyError) else None
            watch.wait(max(asked or 0.0, pause_after(failures)))
    return attempt()


class Pace:
    """Past durations by backend, model and size, in one JSON file, and the jobs that wait now."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` None keeps them in memory only."""
        self._path = path
        self._lock = threading.Lock()
        self._durations: dict[str, list[float]] = self._load()
        self._groups: dict[str, Group] = {}

    def spread(self, wish: Wish) -> Spread:
        """What is known of the duration of such a job."""
        with self._lock:
            return Spread.of(self._durations.get(_key(wish), ()))

    def waiting(self, backend: Backend, job: Prediction, wish: Wish, start: float) -> Waiter:
        """What tells when a job that was sent at `start` (Unix seconds) is to be polled."""
        with self._lock:
            group = self._groups.setdefault(backend.key, Group())
        return Waiter(group, backend, job, self.spread(wish), max(0.0, time.time() - start))

    def typical(self, wish: Wish) -> float | None:
        """The middle duration of such jobs in seconds; None without experience."""
        spread = self.spread(wish)
        return spread.typical if spread.knots else None

    def fraction(self, wish: Wish, start: float) -> float | None:
        """How far a job probably is, 0.0–0.95; None without experience."""
        spread = self.spread(wish)
        if not spread.knots:
            return None
        return min(0.95, (time.time() - start) / max(0.1, spread.typical))

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
