"""Tells of ended edits beside the docker: on the canvas, and by the system when Krita is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..canvas import notify
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate
from ..qt import QtCore
from ..texts import ntr, tr

if TYPE_CHECKING:
    from .session import Session

LONGEST = 40
"""Characters of an instruction in a message."""

ICON_SECONDS = 12

BAD = (JobState.FAILED, JobState.UNCERTAIN, JobState.INTERRUPTED, JobState.READY)


class Herald(QtCore.QObject):
    """Listens to a session. Only what was seen on its way is told of, not jobs of the past."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._on_their_way: set[str] = set()
        self._ended: list[JobRecord] = []
        self._icon_timer = QtCore.QTimer(self)
        self._icon_timer.setSingleShot(True)
        self._icon_timer.setInterval(ICON_SECONDS * 1000)
        self._icon_timer.timeout.connect(notify.hide_tray)
        session.updated.connect(self._hear)

    def _hear(self, update: JobUpdate) -> None:
        record = update.record
        if record.state.is_active:
            self._on_their_way.add(record.id)
            return
        if record.id not in self._on_their_way:
            return
        self._on_their_way.discard(record.id)
        if record.state is not JobState.CANCELLED:
            self._ended.append(record)
            notify.show_on_canvas(canvas_words(record), record.state is JobState.PLACED)
        if not self._on_their_way:
            ended, self._ended = self._ended, []
            if record.state is not JobState.CANCELLED:  # else the user is here
                self._tell_system(ended)

    def _tell_system(self, ended: list[JobRecord]) -> None:
        """Once for all jobs that ran together, so that a batch is one message."""
        if not self._session.settings.notify or not notify.is_in_background():
            return
        if notify.tell_system(tr("Layer Edit"), system_words(ended)):
            self._icon_timer.start()


def canvas_words(record: JobRecord) -> str:
    """One short line: what has become of the edit."""
    name = shortened(record.wish.instruction)
    if record.state is JobState.PLACED:
        return tr("Edited: {instruction}", instruction=name)
    if record.state is JobState.READY:
        return tr("Result kept: {instruction}", instruction=name)
    return tr("Not edited: {instruction}", instruction=name)


def system_words(ended: list[JobRecord]) -> str:
    """What has become of the edits that ended together."""
    if len(ended) == 1:
        return canvas_words(ended[0])
    failed = sum(record.state in BAD for record in ended)
    done = ntr("{number} edit is done.", "{number} edits are done.", len(ended) - failed)
    if not failed:
        return done
    return "\n".join((done, ntr("{number} needs a look.", "{number} need a look.", failed)))


def shortened(text: str) -> str:
    """One line of at most LONGEST characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
