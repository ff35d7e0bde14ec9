"""Thumbnails of what is on the screen, read and decoded on a worker, a bounded number kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path

from ...qt import Qt, QtCore, QtGui, Signal

KEPT = 96
"""Pictures; 56 x 56 at 200 % take 50 kB each, so some 5 MB in all."""

WAITING = 48
"""Wishes; beyond it the oldest are dropped: they were scrolled out of sight."""


class Thumbnails(QtCore.QObject):
    """Signal: `loaded(str)` when the picture of that job is there.

    `file` gives a job's picture file; `aside` runs a call on a worker.
    """

    loaded = Signal(str)
    _decoded = Signal(str, object)

    def __init__(
        self,
        file: Callable[[str], Path],
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self._file = file
        self._aside = aside
        self._pictures: OrderedDict[str, QtGui.QPixmap | None] = OrderedDict()
        self._lock = threading.Lock()
        self._wanted: OrderedDict[str, int] = OrderedDict()
        self._is_working = False
        self._decoded.connect(self._take)

    def get(self, job_id: str, side: int) -> QtGui.QPixmap | None:
        """The picture, at most `side` device pixels wide and high; None while it is not there.

        Cheap: what is missing is asked for, and `loaded` tells.
        """
        if job_id in self._pictures:
            self._pictures.move_to_end(job_id)
            return self._pictures[job_id]
        with self._lock:
            self._wanted[job_id] = side
            self._wanted.move_to_end(job_id)
            while len(self._wanted) > WAITING:
                self._wanted.popitem(last=False)
            starts = not self._is_working
            self._is_working = True
        if starts:
            self._aside(self._work)
        return None

    def kept(self) -> Mapping[str, QtGui.QPixmap | None]:
        """The pictures in memory by job, None for a job without one."""
        return self._pictures

    def forget(self, job_id: str) -> None:
        """A job has got a picture, or another one."""
        self._pictures.pop(job_id, None)

    def _work(self) -> None:
        """Decode what is wanted, the latest wish first, until nothing is."""
        while True:
            with self._lock:
                if not self._wanted:
                    self._is_working = False
                    return
                job_id, side = self._wanted.popitem()
            self._decoded.emit(job_id, decoded(self._file(job_id), side))

    def _take(self, job_id: str, image: QtGui.QImage) -> None:
        # One without a picture is remembered too: it is not looked for again with each painting.
        self._pictures[job_id] = None if image.isNull() else QtGui.QPixmap.fromImage(image)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self.loaded.emit(job_id)


def decoded(path: Path, side: int) -> QtGui.QImage:
    """A picture file scaled to fit a square of that side; a null image when there is none."""
    reader = QtGui.QImageReader(str(path))
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
