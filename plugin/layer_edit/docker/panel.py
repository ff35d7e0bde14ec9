"""The panel: source, instruction, backend and seed, Edit and Cancel, progress, results."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ..assembly import TITLES
from ..canvas.watch import SourceInfo
from ..editing.errors import LayerEditError
from ..editing.plan import Wish
from ..editing.request import SEED_RANGE
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..session import Session
from .instruction import InstructionBox
from .job_list import JobList
from .key_row import KeyRow
from .wording import elapsed_words, state_words

TICK = 250
"""Milliseconds between updates of the elapsed time, while jobs run."""


class EditPanel(QtWidgets.QWidget):
    """One per Krita window; all of them show the same session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._build()
        self._connect()
        self._backend_chosen()
        self._source_changed(session.source_watch.info)
        self._show_progress()

    def showEvent(self, event: QtGui.QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Look at the active layer while visible."""
        super().showEvent(event)
        self._session.source_watch.acquire()

    def hideEvent(self, event: QtGui.QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        """Stop looking."""
        super().hideEvent(event)
        self._session.source_watch.release()

    def enterEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """The artist comes to use it: the layer may have grown since the last look."""
        super().enterEvent(event)
        self._session.source_watch.refresh()

    def _build(self) -> None:
        self._source = _wrapping("layerEditSource")
        self._instruction = InstructionBox()
        self._backend = _combo("layerEditBackend", "Backend", TITLES)
        self._backend.setCurrentIndex(self._backend.findData(self._session.settings.backend))
        self._key_row = KeyRow()
        self._pinned = QtWidgets.QCheckBox("Seed")
        self._pinned.setObjectName("layerEditPinSeed")
        self._pinned.setToolTip("Tick to use the same seed for every edit; else it is random.")
        self._seed = QtWidgets.QSpinBox()
        self._seed.setObjectName("layerEditSeed")
        self._seed.setAccessibleName("Seed")
        self._seed.setRange(SEED_RANGE.start, SEED_RANGE.stop - 1)
        self._seed.setEnabled(False)
        self._submit = QtWidgets.QPushButton("Edit")
        self._submit.setObjectName("layerEditSubmit")
        self._cancel = QtWidgets.QPushButton("Cancel")
        self._cancel.setObjectName("layerEditCancel")
        self._status = _wrapping("layerEditStatus")
        self._bar = QtWidgets.QProgressBar()
        self._bar.setObjectName("layerEditProgress")
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(6)
        self._error = _wrapping("layerEditError")
        self._error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._results = JobList()
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(TICK)
        self._arrange()

    def _arrange(self) -> None:
        seed = QtWidgets.QHBoxLayout()
        seed.addWidget(self._pinned)
        seed.addWidget(self._seed, 1)
        buttons = QtWidgets.QHBoxLayout()
        buttons.addWidget(self._submit, 1)
        buttons.addWidget(self._cancel)
        # In a low docker the panel scrolls; nothing is cut off.
        content = QtWidgets.QWidget()
        scroll = QtWidgets.QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        layout = QtWidgets.QVBoxLayout(content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addWidget(self._source)
        layout.addWidget(self._instruction)
        layout.addWidget(self._backend)
        layout.addWidget(self._key_row)
        layout.addLayout(seed)
        layout.addLayout(buttons)
        layout.addWidget(self._bar)
        layout.addWidget(self._status)
        layout.addWidget(self._error)
        layout.addWidget(self._results, 1)

    def _connect(self) -> None:
        self._instruction.submitted.connect(self._edit)
        self._submit.clicked.connect(self._edit)
        self._cancel.clicked.connect(self._cancel_one)
        self._backend.currentIndexChanged.connect(self._backend_chosen)
        self._key_row.entered.connect(self._keep_key)
        self._pinned.toggled.connect(self._seed.setEnabled)
        self._results.chosen.connect(self._reuse)
        self._results.itemSelectionChanged.connect(self._show_progress)
        self._clock.timeout.connect(self._show_progress)
        self._session.updated.connect(self._updated)
        self._session.source_watch.changed.connect(self._source_changed)

    def _edit(self) -> None:
        if not self._submit.isEnabled():
            return
        wish = Wish(
            instruction=self._instruction.text(),
            backend=self._backend.currentData(),
            seed=self._seed.value() if self._pinned.isChecked() else None,
        )
        self._show_error("")
        try:
            self._session.edit(wish)
        except LayerEditError as error:
            self._show_error(error.message)

    def _cancel_one(self) -> None:
        """The selected job if it is on its way, else the one that has waited longest."""
        job = self._cancellable()
        if job is not None:
            self._session.cancel(job.id)

    def _cancellable(self) -> JobRecord | None:
        selected = self._results.selected()
        if selected is not None and selected.state.is_active:
            return selected
        active = self._results.active()
        return active[0].record if active else None

    def _backend_chosen(self) -> None:
        backend = self._backend.currentData()
        settings = self._session.settings
        if backend != settings.backend:
            self._session.choose(replace(settings, backend=backend))
        self._key_row.setVisible(backend == "wavespeed" and not self._session.keys.get(backend))

    def _keep_key(self, key: str) -> None:
        try:
            self._session.set_key(self._backend.currentData(), key)
        except LayerEditError as error:
            self._show_error(error.message)
        self._backend_chosen()

    def _source_changed(self, info: SourceInfo) -> None:
        if info.reason:
            self._source.setText(info.reason)
        else:
            metrics = self._source.fontMetrics()
            name = metrics.elidedText(info.layer_name, Qt.TextElideMode.ElideMiddle, 220)
            self._source.setText(f"{name}\n{info.size} pixels")
        self._source.setToolTip(info.layer_name)
        self._submit.setEnabled(not info.reason)
        self._submit.setToolTip(info.reason)

    def _updated(self, update: JobUpdate) -> None:
        self._results.show_update(update)
        record = update.record
        stopped = record.state in (JobState.FAILED, JobState.UNCERTAIN, JobState.READY)
        if stopped and record.message:
            self._show_error(record.message)
        if not self._results.active():
            self._status.setText(_ending(update))
        self._show_progress()

    def _show_progress(self) -> None:
        active = self._results.active()
        self._cancel.setEnabled(bool(active))
        if not active:
            self._clock.stop()
            self._bar.setVisible(False)
            return
        if not self._clock.isActive():
            self._clock.start()
        shown = active[0]
        waiting = f" · {len(active) - 1} more" if len(active) > 1 else ""
        elapsed = elapsed_words(time.time() - shown.record.created)
        self._status.setText(f"{state_words(shown)} · {elapsed}{waiting}")
        self._bar.setVisible(True)
        self._bar.setRange(0, 0 if shown.fraction is None else 100)
        self._bar.setValue(round((shown.fraction or 0) * 100))

    def _reuse(self, record: JobRecord) -> None:
        self._instruction.setPlainText(record.wish.instruction)
        if record.wish.seed is not None:
            self._seed.setValue(record.wish.seed)

    def _show_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))


def _ending(update: JobUpdate) -> str:
    record = update.record
    seconds = (record.finished or time.time()) - record.created
    notes = " ".join(record.prediction.notes) if record.prediction else ""
    if record.state is JobState.PLACED:
        return f"Done in {elapsed_words(seconds)}. {notes}".strip()
    return record.message if record.state is JobState.CANCELLED else state_words(update)


def _wrapping(name: str) -> QtWidgets.QLabel:
    """A label that wraps, shows plain text only (server texts are not markup) and can shrink."""
    label = QtWidgets.QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    policy = QtWidgets.QSizePolicy.Policy
    label.setSizePolicy(policy.Ignored, policy.Preferred)
    return label


def _combo(name: str, title: str, entries: dict[str, str]) -> QtWidgets.QComboBox:
    combo = QtWidgets.QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(title)
    for key, text in entries.items():
        combo.addItem(text, key)
    return combo
