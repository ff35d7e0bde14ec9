"""The panel: source, instruction, backend and seed, Edit and Cancel, progress, results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..assembly import TITLES, service_sizes
from ..canvas.host import icon, main_window
from ..canvas.watch import SourceInfo
from ..editing.errors import LayerEditError, SettingError
from ..editing.request import SEED_RANGE
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate
from ..money import Account, BudgetError
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..session.session import Session
from ..settings import Settings
from ..texts import ntr, tr
from .edit_options import EditOptions
from .error_line import ErrorLine
from .first_run import Beginning, FirstRun
from .instruction_area import InstructionArea
from .job_actions import JobActions
from .job_list import JobList
from .key_row import KeyRow
from .progress import ProgressView
from .service_options import ServiceOptions
from .settings_dialog import BACKENDS, SettingsDialog
from .source_line import SourceLine
from .suggestions import Suggestion, suggestion
from .widgets import button, check_box, combo, small_button, wrapping_label
from .wording import ending_words, money_words


class EditPanel(QtWidgets.QWidget):
    """One per Krita window; all of them show the same session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._beyond_budget = False
        self._stopped: JobRecord | None = None
        self._page = BACKENDS
        self._dialog: SettingsDialog | None = None
        self._build()
        self._arrange()
        self._connect()
        for update in session.updates.values():
            self._results.show_update(update)
        self._show_settings(session.settings)
        session.ask_account()
        self._source_changed(session.source_watch.info)
        self._show_progress()
        self._show_notice(session.help_desk.news)

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

    def instruction(self) -> str:
        """What stands in the instruction box."""
        return self._instruction.text()

    def submit(self) -> None:
        """As a click on Edit."""
        self._edit()

    def start_writing(self) -> None:
        """Put the cursor into the instruction box, wherever the docker floats."""
        self.activateWindow()
        self._instruction.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_settings(self, page: str = BACKENDS) -> None:
        """Show the settings window at that page."""
        dialog = self._settings_window()
        dialog.show_page(page)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _settings_window(self) -> SettingsDialog:
        if self._dialog is None:
            self._dialog = SettingsDialog(self._session, main_window())
        return self._dialog

    def _build(self) -> None:
        self._first_run = FirstRun()
        self._source = SourceLine(self._session)
        self._instruction = InstructionArea(self._session.words, self._steps_on)
        titles = {key: tr(text) for key, text in TITLES.items()}
        self._backend = combo("layerEditBackend", tr("Backend"), titles)
        self._key_row = KeyRow()
        self._more = QtWidgets.QToolButton()
        self._more.setObjectName("layerEditMore")
        self._more.setText(tr("More"))
        self._more.setAccessibleName(tr("More"))
        self._more.setCheckable(True)
        self._settings = small_button("layerEditSettings", "⚙", tr("Settings"), icon("configure"))
        self._edit_options = EditOptions(self._session.settings)
        self._service_options = ServiceOptions(self._session.settings, service_sizes())
        self._pinned = check_box(
            "layerEditPinSeed",
            tr("Seed"),
            tr("Tick to use the same seed for every edit; else it is random."),
        )
        self._seed = QtWidgets.QSpinBox()
        self._seed.setObjectName("layerEditSeed")
        self._seed.setAccessibleName(tr("Seed"))
        self._seed.setRange(SEED_RANGE.start, SEED_RANGE.stop - 1)
        self._seed.setEnabled(False)
        self._submit = button("layerEditSubmit", tr("Edit"))
        self._cancel = button("layerEditCancel", tr("Cancel"))
        self._money = wrapping_label("layerEditMoney")
        self._progress = ProgressView(self._session.pace.typical)
        self._error = ErrorLine()
        self._notice = wrapping_label("layerEditNotice")
        self._notice.setVisible(False)
        self._results = JobList()
        self._actions = JobActions()

    def _arrange(self) -> None:
        backend, seed, buttons = (QtWidgets.QHBoxLayout() for _ in range(3))
        backend.addWidget(self._backend, 1)
        backend.addWidget(self._more)
        backend.addWidget(self._settings)
        seed.addWidget(self._pinned)
        seed.addWidget(self._seed, 1)
        buttons.addWidget(self._submit, 1)
        buttons.addWidget(self._cancel)
        # In a low docker the panel scrolls; nothing is cut off.
        content = QtWidgets.QWidget()
        scroll = QtWidgets.QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        # What went wrong must be seen, and only the layout's next turn gives it its place.
        show_error = QtCore.QTimer(self)
        show_error.setSingleShot(True)
        show_error.setInterval(0)
        show_error.timeout.connect(lambda: scroll.ensureWidgetVisible(self._error, 0, 0))
        self._error.grown.connect(show_error.start)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        layout = QtWidgets.QVBoxLayout(content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        _add(layout, self._first_run, self._source, self._instruction, backend, self._key_row)
        _add(layout, self._edit_options, self._service_options, seed)
        _add(layout, buttons, self._money, self._progress, self._notice, self._error)
        layout.addWidget(self._results, 1)
        layout.addWidget(self._actions)

    def _connect(self) -> None:
        self._instruction.submitted.connect(self._edit)
        self._instruction.steps_wanted.connect(self._take_steps)
        self._session.words.told.connect(self._show_notice)
        self._submit.clicked.connect(self._edit)
        self._first_run.chosen.connect(self._begin)
        self._settings.clicked.connect(lambda _checked: self.open_settings())
        self._error.wanted.connect(self._follow)
        self._cancel.clicked.connect(self._cancel_one)
        self._backend.currentIndexChanged.connect(self._backend_chosen)
        self._source.scope_chosen.connect(self._scope_chosen)
        self._more.toggled.connect(lambda: self._show_settings(self._session.settings))
        self._edit_options.changed.connect(self._session.change)
        self._service_options.changed.connect(self._session.change)
        self._key_row.entered.connect(self._keep_key)
        self._pinned.toggled.connect(self._seed.setEnabled)
        self._results.chosen.connect(self._reuse)
        self._results.itemSelectionChanged.connect(self._selected)
        self._actions.wanted.connect(self._act)
        self._progress.cancelled.connect(self._session.cancel)
        self._progress.all_cancelled.connect(self._session.cancel_all)
        self._session.chosen.connect(self._show_settings)
        self._session.updated.connect(self._updated)
        self._session.noticed.connect(self._show_notice)
        self._session.help_desk.told.connect(self._show_notice)
        self._session.desk.changed.connect(self._show_account)
        self._session.desk.changed.connect(self._show_tested)
        self._session.source_watch.changed.connect(self._source_changed)

    def _edit(self) -> None:
        if not self._submit.isEnabled() or not self._instruction.is_complete():
            return
        self._error.clear()
        self._show_notice("")
        self._begin_over()
        seed = self._seed.value() if self._pinned.isChecked() else None
        try:
            started = self._session.edit(self._instruction.text(), seed, self._beyond_budget)
            self._session.words.used(self._instruction.text())
            self._error.show_error(" ".join(started.refusals))
        except LayerEditError as error:
            self._show_error(error)

    def _edit_anyway(self, stopped: JobRecord | None) -> None:
        """Go beyond the budget with what was asked for: an earlier job again, or a new edit."""
        if stopped is not None:
            self._error.clear()
            self._session.again(stopped, beyond_budget=True)
            return
        self._beyond_budget = True
        try:
            self._edit()
        finally:
            self._beyond_budget = False

    def _cancel_one(self) -> None:
        """The selected job if it is on its way, else the one that has waited longest."""
        selected, active = self._results.selected(), self._results.active()
        if selected is not None and selected.state.is_active:
            self._session.cancel(selected.id)
        elif active:
            self._session.cancel(active[0].record.id)

    def _begin(self, beginning: Beginning) -> None:
        """The user has chosen one of the three ways of the first run."""
        backend = "wavespeed" if beginning is Beginning.KEY else "offline"
        self._session.change({"backend": backend, "first_run": False})
        if beginning is Beginning.KEY and self._key_row.isVisible():
            self._key_row.start()
        else:
            self.start_writing()

    def _begin_over(self) -> None:
        """Who has edited has begun."""
        if self._session.settings.first_run:
            self._session.choose(replace(self._session.settings, first_run=False))

    def _backend_chosen(self) -> None:
        self._session.change({"backend": self._backend.currentData()})

    def _scope_chosen(self, scope: str) -> None:
        self._session.change({"scope": scope})

    def _steps_switch(self) -> QtWidgets.QAbstractButton | None:
        return self.findChild(QtWidgets.QAbstractButton, "layerEditSteps")

    def _steps_on(self) -> bool:
        switch = self._steps_switch()
        return switch is not None and switch.isChecked()

    def _take_steps(self, tasks: tuple[str, ...]) -> None:
        self._instruction.put("\n".join(tasks))
        switch = self._steps_switch()
        if switch is not None:
            switch.setChecked(True)

    def _show_settings(self, settings: Settings) -> None:
        """Settings may have been changed here, in the window of settings or in another panel."""
        blocked = self._backend.blockSignals(True)
        self._backend.setCurrentIndex(max(0, self._backend.findData(settings.backend)))
        self._backend.blockSignals(blocked)
        service = settings.backend == "wavespeed"
        self._first_run.setVisible(settings.first_run)
        self._instruction.set_for_ai(settings.backend != "offline")
        self._source.show_info(self._session.source_watch.info)
        self._edit_options.fill(settings)
        self._service_options.fill(settings)
        self._edit_options.setVisible(self._more.isChecked())
        self._service_options.setVisible(service and self._more.isChecked())
        self._key_row.setVisible(service and not self._session.keys.get("wavespeed"))

    def _keep_key(self, key: str) -> None:
        try:
            self._session.set_key("wavespeed", key)
        except LayerEditError as error:
            self._show_error(error)
        self._session.ask_account()

    def _show_account(self) -> None:
        session = self._session
        account, known = session.desk.account, session.source_watch.info.document_key
        spent = (session.ledger.session, session.ledger.document(known))
        self._money.setText(money_words(account, *spent))
        # What is wrong with the account is said once: an edit's error says it better.
        is_said = bool(account.message) and self._error.isVisible()
        self._money.setVisible(bool(self._money.text()) and not is_said)
        jobs = 1 + session.source_watch.info.others
        price = "" if account.price is None else f"  (${account.price * jobs:.2f})"
        words = (
            tr("Edit") if jobs == 1 else ntr("Edit {number} layer", "Edit {number} layers", jobs)
        )
        self._submit.setText(words + price)

    def _show_tested(self, account: Account) -> None:
        """The answer to a test of the key, asked for in the window of settings."""
        if account.tested:
            self._progress.say(account.tested)

    def _source_changed(self, info: SourceInfo) -> None:
        self._source.show_info(info)
        self._submit.setEnabled(not info.reason)
        self._submit.setToolTip(info.reason)
        self._show_account()

    def _updated(self, update: JobUpdate) -> None:
        self._results.show_update(update)
        record = update.record
        stopped = (JobState.FAILED, JobState.UNCERTAIN, JobState.INTERRUPTED, JobState.READY)
        if record.state in stopped and record.message:
            error = update.error or LayerEditError(record.message, record.detail)
            self._show_error(error, record)
            self._progress.say("")
        elif not self._results.active():
            self._progress.say(ending_words(update))
        self._show_progress()
        self._selected()

    def _selected(self) -> None:
        self._actions.show_for(self._results.selected())

    def _act(self, method: str, record: JobRecord) -> None:
        self._error.clear()
        session = self._session
        calls: dict[str, Callable[[JobRecord], object]] = {
            "insert": session.insert_kept,
            "resume": session.resume,
            "send_again": session.send_again,
            "forget": session.forget,
            "again": session.again,
        }
        try:
            calls[method](record)
        except BudgetError as error:
            self._show_error(error, record)
        except LayerEditError as error:
            self._show_error(error)

    def _show_progress(self) -> None:
        active = self._results.active()
        self._cancel.setEnabled(bool(active))
        self._progress.show_jobs(active)

    def _reuse(self, record: JobRecord) -> None:
        self._instruction.put(record.wish.instruction)
        if record.wish.seed is not None:
            self._seed.setValue(record.wish.seed)

    def _show_notice(self, text: str) -> None:
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def _show_error(self, error: LayerEditError, stopped: JobRecord | None = None) -> None:
        """Say why a click did not do what it should, or why a job has stopped."""
        self._stopped = stopped
        self._page = error.page if isinstance(error, SettingError) else BACKENDS
        self._error.show_error(error.message, error.detail, suggestion(error, stopped))

    def _follow(self, suggested: Suggestion) -> None:
        """Do what was suggested with the error that is shown."""
        stopped = self._stopped
        methods = {
            Suggestion.RESUME: "resume",
            Suggestion.LOOK_AGAIN: "resume",
            Suggestion.INSERT: "insert",
            Suggestion.TRY_AGAIN: "again",
        }
        if suggested is Suggestion.EDIT_ANYWAY:
            self._edit_anyway(stopped)
        elif suggested is Suggestion.OPEN_SETTINGS:
            self.open_settings(self._page)
        elif suggested is Suggestion.ENTER_KEY:
            self._enter_key()
        elif stopped is not None:
            self._act(methods[suggested], stopped)
        else:
            self._edit()

    def _enter_key(self) -> None:
        """Where there is no key the row for it is in the docker; else another is set in the
        window of settings."""
        self._session.change({"backend": "wavespeed"})
        if self._key_row.isVisible():
            self._key_row.start()
        else:
            self.open_settings()
            self._settings_window().start_key()


def _add(layout: QtWidgets.QVBoxLayout, *parts: QtWidgets.QWidget | QtWidgets.QLayout) -> None:
    for part in parts:
        if isinstance(part, QtWidgets.QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
