"""Looks after the data folder, on workers: how large it is, and what can go from it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ..jobs.journal import Journal
from ..qt import QtCore, Signal


class DataDesk(QtCore.QObject):
    """Signals, on the main thread: `measured(float)` in bytes, `pruned(int)` in jobs.

    `aside` runs a call on a worker.
    """

    measured = Signal(float)  # an int would be cut to 32 bits
    pruned = Signal(int)

    def __init__(
        self,
        folder: Path,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self._aside = aside

    def measure(self) -> None:
        """Add up the files of the data folder; `measured` tells."""
        self._aside(lambda: self.measured.emit(float(_size(self.folder))))

    def prune(self, days: int) -> None:
        """Delete ended jobs that are older than `days`, then measure again; `pruned` tells.

        Open jobs stay: what was paid for and not seen is never deleted.
        """

        def work() -> None:
            self.pruned.emit(Journal(self.folder / "jobs").prune(days=days))
            self.measured.emit(float(_size(self.folder)))

        self._aside(work)


def _size(folder: Path) -> int:
    """Bytes of all files below a folder; those that vanish meanwhile count nothing."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            if file.is_file():
                total += file.stat().st_size
    return total
