"""What runs now: a thin line for each job, with its stage, how long it still takes, and cancel."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..editing.plan import Wish
from ..jobs.job import JobState
from ..jobs.runner import JobUpdate
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..texts import ntr, tr
from .widgets import button, small_button, wrapping_label
from .wording import elapsed_words, left_words, state_words

TICK = 250
"""Milliseconds between updates of the times, while jobs run."""

MOST = 4
"""Lines; more jobs are only counted."""

THIN = 4
"""Logical pixels a line's bar is high."""

FULLEST = 0.95
"""Of a bar that goes by experience: only the end itself fills it."""

Typical = Callable[[Wish], float | None]
"""Seconds that an edit of the kind takes; None without experience."""

KeyAwaited = Callable[[str], bool]
"""Whether a backend's key is still being asked for, which the user may have to allow."""


class ProgressView(QtWidgets.QWidget):
    """The status in words, the first job's bar, and with several jobs a line for each.

    Signals: `cancelled(str)` with a job's id, `all_cancelled()`.
    """

    cancelled = Signal(str)
    all_cancelled = Signal()

    def __init__(self, typical: Typical, key_awaited: KeyAwaited) -> None:
        super().__init__()
        self._expected = _Expected(typical)
        self._key_awaited = key_awaited
        self._active: Sequence[JobUpdate] = ()
        self._build()
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(TICK)
        self._clock.timeout.connect(self._tick)

    def say(self, text: str) -> None:
        """Put something else than a job's progress into the status."""
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def show_jobs(self, active: Sequence[JobUpdate]) -> None:
        """Show these jobs, all on their way, the oldest first; nothing but the status for none."""
        self._active = active
        self._bar.setVisible(len(active) == 1)
        self._lines.setVisible(len(active) > 1)
        # The jobs of one click have a button of their own below Edit.
        self._all.setVisible(len({update.record.batch for update in active}) > 1)
        if not active:
            self._clock.stop()
            return
        if not self._clock.isActive():
            self._clock.start()
        self._tick()

    def _build(self) -> None:
        self._status = wrapping_label("layerEditStatus")
        self._status.setAccessibleName(tr("Status"))
        self._bar = _thin_bar("layerEditProgress")
        self._lines = _Lines()
        self._lines.cancelled.connect(self.cancelled)
        self._all = button("layerEditCancelAll", tr("Cancel all"))
        self._all.clicked.connect(self.all_cancelled)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for one in (self._bar, self._status, self._lines):
            whole.addWidget(one)
        whole.addWidget(self._all, 0, Qt.AlignmentFlag.AlignRight)
        hidden: tuple[QtWidgets.QWidget, ...] = (self._bar, self._status, self._lines, self._all)
        for each in hidden:
            each.setVisible(False)

    def _tick(self) -> None:
        if not self._active:
            return
        now, first = time.time(), self._active[0]
        left = self._expected.left(first, now)
        parts = [_stage_words(first, left), elapsed_words(now - first.record.created)]
        if len(self._active) == 1:
            parts.append(left_words(left))
        else:
            parts.append(ntr("{number} more", "{number} more", len(self._active) - 1))
        note = self._note(first)
        self.say(" · ".join(part for part in parts if part) + (f"\n{note}" if note else ""))
        _show_fraction(self._bar, self._expected.fraction(first, now))
        if len(self._active) > 1:
            self._lines.show_jobs(self._active, self._expected, now)

    def _note(self, first: JobUpdate) -> str:
        record = first.record
        if record.state is JobState.QUEUED and self._key_awaited(record.wish.backend):
            return tr("The system's keyring is being asked for the key …")
        return first.note


class _Expected:
    """When jobs probably end, from what earlier ones took; asked once for each job."""

    def __init__(self, typical: Typical) -> None:
        self._typical = typical
        self._known: dict[str, float | None] = {}

    def _seconds(self, update: JobUpdate) -> float | None:
        record = update.record
        if record.state is not JobState.RUNNING or record.sent_at is None:
            return None
        if record.id not in self._known:
            self._known[record.id] = self._typical(record.wish)
        return self._known[record.id]

    def left(self, update: JobUpdate, now: float) -> float | None:
        """Seconds until the end, negative when it is overdue; None where nothing is known."""
        seconds, sent = self._seconds(update), update.record.sent_at
        return None if seconds is None or sent is None else sent + seconds - now

    def fraction(self, update: JobUpdate, now: float) -> float | None:
        """How far it is, 0–1: by experience, else as the backend has told."""
        seconds, sent = self._seconds(update), update.record.sent_at
        if update.record.state is JobState.PLACING:
            return FULLEST
        if update.record.state is not JobState.RUNNING:
            return 0.0
        if seconds is None or sent is None:
            return update.fraction
        by_time = max(0.0, now - sent) / max(0.1, seconds)
        return min(FULLEST, max(by_time, update.fraction or 0.0))


class _Lines(QtWidgets.QWidget):
    """A line for each job, up to MOST of them. Signal: `cancelled(str)` with a job's id."""

    cancelled = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("layerEditJobs")
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._made: list[_Line] = []

    def show_jobs(self, active: Sequence[JobUpdate], expected: _Expected, now: float) -> None:
        """Lines are kept and filled anew: a button under the mouse must not go away."""
        for number in range(MOST):
            if number < len(active):
                update = active[number]
                self._line(number).show_job(
                    update, expected.left(update, now), expected.fraction(update, now)
                )
            elif number < len(self._made):
                self._made[number].setVisible(False)

    def _line(self, number: int) -> _Line:
        if number == len(self._made):
            line = _Line()
            line.cancelled.connect(self.cancelled)
            self._column.addWidget(line)
            self._made.append(line)
        return self._made[number]


class _Line(QtWidgets.QWidget):
    """One job: instruction and stage, a cancel button, a thin bar."""

    cancelled = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self._text = ElidedLabel("layerEditJob")
        self._cancel = small_button("layerEditCancelJob", "✕", tr("Cancel this edit"))
        self._cancel.clicked.connect(lambda: self.cancelled.emit(self._id))
        self._bar = _thin_bar("layerEditJobProgress")
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._text, 0, 0)
        grid.addWidget(self._bar, 1, 0)
        grid.addWidget(self._cancel, 0, 1, 2, 1)
        grid.setColumnStretch(0, 1)

    def show_job(self, update: JobUpdate, left: float | None, fraction: float | None) -> None:
        """Show where the job stands."""
        self._id = update.record.id
        title = " ".join(update.record.wish.instruction.split())
        self._text.show_texts(title, left_words(left) or _stage_words(update, left))
        self._cancel.setAccessibleDescription(title)
        _show_fraction(self._bar, fraction)
        self.setVisible(True)


def _stage_words(update: JobUpdate, left: float | None) -> str:
    """The stage, with how far it is where nothing is known of the time it takes."""
    if left is not None or not update.fraction or update.record.state is not JobState.RUNNING:
        return state_words(update)
    return tr(
        "{stage} {percent} %", stage=state_words(update), percent=round(update.fraction * 100)
    )


class ElidedLabel(QtWidgets.QLabel):
    """Two texts in a line, left and right: the first gives way, the second is always whole if it
    fits at all."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policy.Ignored, policy.Preferred)
        self._parts = ("", "")
        self._shown = ""

    def show_texts(self, first: str, second: str) -> None:
        """Show both, the first shortened as needed."""
        if (first, second) != self._parts:
            self._parts = (first, second)
            self.setToolTip(first)
            self.setAccessibleName(f"{first}: {second}")
            self._fit()

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Another width leaves room for more or less of it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        first, second = self._parts
        metrics, tail = self.fontMetrics(), f"  {second}"
        room = self.width() - metrics.horizontalAdvance(tail)
        self._shown = metrics.elidedText(first, Qt.TextElideMode.ElideRight, max(room, 0))
        self.setText(self._shown + tail)

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """The second parts of several lines stand below one another, as in a table."""
        painter, box = QtGui.QPainter(self), self.contentsRect()
        flags = Qt.AlignmentFlag
        # One kind of number in both bindings.
        middle = int(flags.AlignVCenter)
        painter.drawText(box, middle | int(flags.AlignLeft), self._shown)
        painter.drawText(box, middle | int(flags.AlignRight), self._parts[1])


def _thin_bar(name: str) -> QtWidgets.QProgressBar:
    bar = QtWidgets.QProgressBar()
    bar.setObjectName(name)
    bar.setAccessibleName(tr("Progress"))
    bar.setTextVisible(False)
    bar.setMaximumHeight(THIN)
    return bar


def _show_fraction(bar: QtWidgets.QProgressBar, fraction: float | None) -> None:
    bar.setRange(0, 0 if fraction is None else 100)
    if fraction is not None:
        bar.setValue(round(fraction * 100))
