"""Tells of open jobs that only a newer version can go on with: they may be paid for."""

from __future__ import annotations

from collections.abc import Callable

from ..jobs.journal import Journal, newer_words
from ..qt import QtCore, Signal


class NewerJobs(QtCore.QObject):
    """Signal, on the main thread: `found(str)`, a sentence for the user.

    `sentence` is what was found last, '' before that and when there is nothing to tell.
    """

    found = Signal(str)
    _counted = Signal(int)

    def __init__(
        self,
        journal: Journal,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        """`aside` runs a call on a worker."""
        super().__init__(parent)
        self.sentence = ""
        # Queued from the worker: this object lives on the main thread.
        self._counted.connect(self._tell)
        aside(lambda: self._counted.emit(journal.newer_open()))

    def _tell(self, number: int) -> None:
        self.sentence = newer_words(number)
        if self.sentence:
            self.found.emit(self.sentence)
