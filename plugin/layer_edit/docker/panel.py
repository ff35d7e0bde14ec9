"""The panel: source, instruction, backend and seed, Edit and Cancel, progress, results."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ..assembly import MODELS, TITLES, service_sizes
from ..canvas.watch import SourceInfo
from ..editing.errors import LayerEditError
from ..editing.runs import escaped
from ..editing.source import LAYER
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate
from ..money import BudgetError
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..session.session import Session
from ..texts import tr
from .edit_options import EditOptions
from .instruction_area import InstructionArea
from .key_row import KeyRow
from .own_gpu_options import OwnGpuOptions
from .price_words import Offer
from .references import ReferenceStrip
from .results.pane import ResultsPane
from .run_options import RunOptions
from .service_options import ServiceOptions
from .source_line import SourceLine
from .steps_row import StepsRow
from .widgets import button, combo, wrapping_label
from .wording import (
    elapsed_words,
    ending_words,
    money_words,
    state_words,
)

TICK = 250
"""Milliseconds between updates of the elapsed time, while jobs run."""


class EditPanel(QtWidgets.QWidget):
    """One per Krita window; all of them show the same session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._beyond_budget = False
        self._build()
        self._arrange()
        self._connect()
        self._backend_chosen()
        self._source_changed(session.source_watch.info)
        self._show_progress()
        self._show_notice(session.help_desk.news)
        self._show_steps()

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """Room for a few results; Krita shares the column's height by this."""
        return QtCore.QSize(300, 30 * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """Enough for instruction, buttons and status: a lower docker would look empty."""
        return QtCore.QSize(220, 17 * self.fontMetrics().lineSpacing())

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
        self._source.refresh()
        self._results.look()

    def _build(self) -> None:
        self._source = SourceLine(self._session)
        self._instruction = InstructionArea(self._session.words, lambda: self._runs.steps)
        titles = {key: tr(title) for key, title in TITLES.items()}
        self._backend = combo("layerEditBackend", tr("Backend"), titles)
        self._backend.setCurrentIndex(self._backend.findData(self._session.settings.backend))
        self._key_row = KeyRow()
        self._more = QtWidgets.QToolButton()
        self._more.setObjectName("layerEditMore")
        self._more.setText("More")
        self._more.setCheckable(True)
        self._edit_options = EditOptions(self._session.settings)
        self._own_gpu = OwnGpuOptions(self._session.settings)
        self._service_options = ServiceOptions(self._session.settings, service_sizes())
        self._runs = RunOptions()
        self._references = ReferenceStrip(self._session.references)
        self._steps = StepsRow()
        self._submit = button("layerEditSubmit", "Edit")
        self._cancel = button("layerEditCancel", "Cancel")
        self._cancel_batch = button("layerEditCancelBatch", "")
        self._money = wrapping_label("layerEditMoney")
        self._status = wrapping_label("layerEditStatus")
        self._bar = QtWidgets.QProgressBar()
        self._bar.setObjectName("layerEditProgress")
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(6)
        self._error = wrapping_label("layerEditError")
        self._error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notice = wrapping_label("layerEditNotice")
        self._notice.setVisible(False)
        self._anyway = button("layerEditAnyway", "Edit anyway")
        self._results = ResultsPane(self._session)
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(TICK)

    def _arrange(self) -> None:
        backend, buttons = (QtWidgets.QHBoxLayout() for _ in range(2))
        backend.addWidget(self._backend, 1)
        backend.addWidget(self._more)
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
        _add(layout, self._source, self._instruction, self._references)
        _add(layout, backend, self._key_row, self._own_gpu, self._runs)
        _add(layout, self._edit_options, self._service_options)
        _add(layout, buttons, self._cancel_batch, self._money, self._bar, self._status)
        _add(layout, self._notice, self._error, self._steps)
        layout.addWidget(self._anyway)
        layout.addWidget(self._results, 1)
        self._anyway.setVisible(False)

    def _connect(self) -> None:
        self._instruction.submitted.connect(self._edit)
        self._instruction.steps_wanted.connect(self._take_steps)
        self._session.words.told.connect(self._show_notice)
        self._submit.clicked.connect(self._edit)
        self._anyway.clicked.connect(self._edit_anyway)
        self._cancel.clicked.connect(self._cancel_one)
        self._backend.currentIndexChanged.connect(self._backend_chosen)
        self._source.scope_chosen.connect(self._scope_chosen)
        self._more.toggled.connect(self._show_options)
        self._edit_options.changed.connect(self._choose)
        self._edit_options.report.connect(self._session.help_desk.ask_report)
        self._service_options.changed.connect(self._choose)
        self._service_options.key_test.connect(self._test_key)
        self._service_options.key_forget.connect(lambda: self._keep_key(""))
        self._key_row.entered.connect(self._keep_key)
        self._own_gpu.changed.connect(self._choose)
        self._own_gpu.test.connect(self._test_server)
        self._own_gpu.key_entered.connect(lambda key: self._keep_key(key, "openai-images"))
        self._instruction.changed.connect(self._show_offer)
        self._runs.changed.connect(self._show_offer)
        self._runs.model_chosen.connect(lambda model: self._choose({"model": model}))
        self._runs.seed_wanted.connect(self._take_seed)
        self._references.failed.connect(self._show_error)
        self._cancel_batch.clicked.connect(self._cancel_all_of_it)
        self._steps.resumed.connect(self._resume_steps)
        self._steps.dropped.connect(self._session.steps.drop_held)
        self._session.steps.held_changed.connect(self._show_steps)
        self._results.chosen.connect(self._chosen)
        self._results.reuse.connect(self._reuse)
        self._results.further.connect(self._go_further)
        self._results.told.connect(self._show_error)
        self._clock.timeout.connect(self._show_progress)
        self._session.updated.connect(self._updated)
        self._session.noticed.connect(self._show_notice)
        self._session.help_desk.told.connect(self._show_notice)
        self._session.help_desk.reported.connect(self._copy_report)
        self._session.desk.changed.connect(self._show_account)
        self._session.source_watch.changed.connect(self._source_changed)

    def _edit(self) -> None:
        if not self._submit.isEnabled() or not self._instruction.is_complete():
            return
        self._show_error("")
        self._show_notice("")
        runs, text = self._runs, self._instruction.text()
        try:
            started = self._session.edit(
                text, runs.seed, self._beyond_budget, runs.variants, runs.steps
            )
            self._session.words.used(text)
            self._show_error(" ".join(started.refusals))
        except BudgetError as error:
            self._show_error(error.message)
            self._anyway.setVisible(True)
        except LayerEditError as error:
            self._show_error(error.message)

    def _edit_anyway(self) -> None:
        self._beyond_budget = True
        try:
            self._edit()
        finally:
            self._beyond_budget = False

    def _cancel_one(self) -> None:
        record = self._to_cancel()
        if record is not None:
            self._session.cancel(record.id)

    def _cancel_all_of_it(self) -> None:
        record = self._to_cancel()
        if record is not None:
            self._session.cancel_batch(record.batch)

    def _to_cancel(self) -> JobRecord | None:
        """The selected job if it is on its way, else the one that has waited longest."""
        selected, active = self._results.selected(), self._results.active()
        if selected is not None and selected.state.is_active:
            return selected
        return active[0].record if active else None

    def _backend_chosen(self) -> None:
        self._choose({"backend": self._backend.currentData()})

    def _scope_chosen(self, scope: str) -> None:
        self._choose({"scope": scope})

    def _take_steps(self, tasks: tuple[str, ...]) -> None:
        self._instruction.put("\n".join(tasks))
        self._runs.use_steps(True)

    def _choose(self, changes: dict[str, Any]) -> None:
        self._session.choose(replace(self._session.settings, **changes))
        self._show_options()
        self._session.ask_account()
        self._source.show_info(self._session.source_watch.info)

    def _show_options(self) -> None:
        service = self._session.settings.backend == "wavespeed"
        self._instruction.set_for_ai(self._session.settings.backend != "offline")
        self._edit_options.setVisible(self._more.isChecked())
        self._own_gpu.show_for(self._session.settings.backend, self._more.isChecked())
        self._service_options.setVisible(service and self._more.isChecked())
        self._key_row.setVisible(service and not self._session.keys.get("wavespeed"))
        settings = self._session.settings
        self._runs.show_models(MODELS.get(settings.backend, {}), settings.model)
        self._references.show_limits(self._session.known_limits)

    def _keep_key(self, key: str, backend: str = "wavespeed") -> None:
        try:
            self._session.set_key(backend, key)
        except LayerEditError as error:
            self._show_error(error.message)
        self._choose({})

    def _test_key(self) -> None:
        self._status.setText("Testing the key")
        self._session.desk.test(self._session.settings.backend)

    def _test_server(self) -> None:
        self._status.setText(tr("Testing the server"))
        self._session.desk.test(self._session.settings.backend)

    def _show_account(self) -> None:
        session = self._session
        account, known = session.desk.account, session.source_watch.info.document_key
        spent = (session.ledger.session, session.ledger.document(known))
        self._money.setText(money_words(account, *spent))
        self._money.setVisible(bool(self._money.text()))
        self._references.show_limits(session.known_limits)
        self._show_offer()
        if account.tested:
            self._status.setText(account.tested)

    def _show_offer(self) -> None:
        """What the click would make, and the price of all of it."""
        info = self._session.source_watch.info
        layers = 1 + info.others
        tasks = self._runs.tasks(self._instruction.text(), layers)
        offer = Offer(tasks, layers, self._session.desk.account.price)
        self._submit.setText(offer.button)
        self._submit.setToolTip(info.reason or offer.sum)

    def _show_steps(self) -> None:
        self._steps.show_links(self._session.steps.chains.held)

    def _resume_steps(self) -> None:
        self._show_error("")
        self._show_notice("")
        try:
            self._session.resume_steps()
        except LayerEditError as error:
            self._show_error(error.message)

    def _source_changed(self, info: SourceInfo) -> None:
        self._source.show_info(info)
        self._submit.setEnabled(not info.reason)
        self._show_account()

    def _updated(self, update: JobUpdate) -> None:
        self._results.show_update(update)
        record = update.record
        stopped = (JobState.FAILED, JobState.UNCERTAIN, JobState.INTERRUPTED, JobState.READY)
        if record.state in stopped and record.message:
            self._show_error(record.message)
        if not self._results.active():
            self._status.setText(ending_words(update))
        self._show_progress()

    def _chosen(self, record: JobRecord | None) -> None:
        self._runs.offer_seed(record is not None and record.wish.seed is not None)
        self._show_cancel_batch()

    def _go_further(self) -> None:
        """The result's layer is active now: that is what the next instruction is for."""
        self._source.choose_scope(LAYER)
        self._instruction.begin()

    def _show_progress(self) -> None:
        active = self._results.active()
        self._cancel.setEnabled(bool(active))
        self._bar.setVisible(bool(active))
        self._show_cancel_batch()
        if not active:
            self._clock.stop()
            return
        if not self._clock.isActive():
            self._clock.start()
        shown = active[0]
        waiting = f" · {len(active) - 1} more" if len(active) > 1 else ""
        elapsed = elapsed_words(time.time() - shown.record.created)
        note = f"\n{shown.note}" if shown.note else ""
        self._status.setText(f"{state_words(shown)} · {elapsed}{waiting}{note}")
        self._bar.setRange(0, 0 if shown.fraction is None else 100)
        self._bar.setValue(round((shown.fraction or 0) * 100))

    def _show_cancel_batch(self) -> None:
        """Beside 'Cancel', while one click has more than one job on its way or to come."""
        record = self._to_cancel()
        batch = record.batch if record is not None else ""
        active = [one for one in self._results.active() if batch and one.record.batch == batch]
        number = sum(1 + self._session.steps.chains.left(one.record.id) for one in active)
        self._cancel_batch.setVisible(number > 1)
        self._cancel_batch.setText(tr("Cancel all {number} of this click", number=number))

    def _reuse(self, record: JobRecord) -> None:
        self._instruction.put(escaped(record.wish.instruction))
        if record.wish.seed is not None:
            self._runs.take_seed(record.wish.seed)
        self._instruction.begin()

    def _take_seed(self) -> None:
        record = self._results.selected()
        if record is not None and record.wish.seed is not None:
            self._runs.take_seed(record.wish.seed)

    def _copy_report(self, text: str) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(text)
        self._status.setText("The report is in the clipboard.")

    def _show_notice(self, text: str) -> None:
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def _show_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._anyway.setVisible(False)


def _add(layout: QtWidgets.QVBoxLayout, *parts: QtWidgets.QWidget | QtWidgets.QLayout) -> None:
    for part in parts:
        if isinstance(part, QtWidgets.QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
