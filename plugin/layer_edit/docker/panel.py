"""The panel: source, instruction, backend and seed, Edit and Cancel, progress, results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..assembly import MODELS, TITLES, service_sizes
from ..canvas.host import icon, main_window
from ..canvas.watch import SourceInfo
from ..editing.errors import LayerEditError, SettingError
from ..editing.runs import escaped
from ..editing.source import LAYER
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate
from ..money import Account, BudgetError
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..session.session import Session
from ..settings import Settings
from ..texts import tr
from .edit_options import EditOptions
from .error_line import ErrorLine
from .first_run import Beginning, FirstRun
from .instruction_area import InstructionArea
from .key_row import KeyRow
from .own_gpu_options import OwnGpuOptions
from .price_words import Offer
from .progress import ProgressView
from .references import ReferenceStrip
from .results.pane import ResultsPane
from .run_options import RunOptions
from .service_options import ServiceOptions
from .settings_dialog import BACKENDS, SettingsDialog
from .source_line import SourceLine
from .steps_row import StepsRow
from .suggestions import Suggestion, suggestion
from .widgets import button, combo, small_button, wrapping_label
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
        self._show_settings(session.settings)
        session.ask_account()
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
        self._instruction = InstructionArea(self._session.words, lambda: self._runs.steps)
        titles = {key: tr(title) for key, title in TITLES.items()}
        self._backend = combo("layerEditBackend", tr("Backend"), titles)
        self._key_row = KeyRow()
        self._more = QtWidgets.QToolButton()
        self._more.setObjectName("layerEditMore")
        self._more.setText(tr("More"))
        self._more.setAccessibleName(tr("More"))
        self._more.setCheckable(True)
        self._settings = small_button("layerEditSettings", "⚙", tr("Settings"), icon("configure"))
        self._edit_options = EditOptions(self._session.settings)
        self._own_gpu = OwnGpuOptions(self._session.settings)
        self._service_options = ServiceOptions(self._session.settings, service_sizes())
        self._runs = RunOptions()
        self._references = ReferenceStrip(self._session.references)
        self._steps = StepsRow()
        self._submit = button("layerEditSubmit", tr("Edit"))
        self._cancel = button("layerEditCancel", tr("Cancel"))
        self._cancel_batch = button("layerEditCancelBatch", "")
        self._money = wrapping_label("layerEditMoney")
        self._progress = ProgressView(self._session.pace.typical)
        self._error = ErrorLine()
        self._notice = wrapping_label("layerEditNotice")
        self._notice.setVisible(False)
        self._results = ResultsPane(self._session)

    def _arrange(self) -> None:
        backend, buttons = (QtWidgets.QHBoxLayout() for _ in range(2))
        backend.addWidget(self._backend, 1)
        backend.addWidget(self._more)
        backend.addWidget(self._settings)
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
        _add(layout, self._first_run, self._source, self._instruction, self._references)
        _add(layout, backend, self._key_row, self._own_gpu, self._runs)
        _add(layout, self._edit_options, self._service_options)
        _add(layout, buttons, self._cancel_batch, self._money, self._progress)
        _add(layout, self._notice, self._error, self._steps)
        layout.addWidget(self._results, 1)

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
        self._own_gpu.changed.connect(self._session.change)
        self._own_gpu.test.connect(self._test_server)
        self._own_gpu.key_entered.connect(lambda key: self._keep_key(key, "openai-images"))
        self._instruction.changed.connect(self._show_offer)
        self._runs.changed.connect(self._show_offer)
        self._runs.model_chosen.connect(lambda model: self._session.change({"model": model}))
        self._runs.seed_wanted.connect(self._take_seed)
        self._references.failed.connect(self._error.show_error)
        self._cancel_batch.clicked.connect(self._cancel_all_of_it)
        self._steps.resumed.connect(self._resume_steps)
        self._steps.dropped.connect(self._session.steps.drop_held)
        self._session.steps.held_changed.connect(self._show_steps)
        self._results.chosen.connect(self._chosen)
        self._results.reuse.connect(self._reuse)
        self._results.further.connect(self._go_further)
        self._results.told.connect(self._error.show_error)
        self._results.failed.connect(self._show_error)
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
        runs, text = self._runs, self._instruction.text()
        try:
            started = self._session.edit(
                text, runs.seed, self._beyond_budget, runs.variants, runs.steps
            )
            self._session.words.used(text)
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

    def _take_steps(self, tasks: tuple[str, ...]) -> None:
        self._instruction.put("\n".join(tasks))
        self._runs.use_steps(True)

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
        self._own_gpu.show_for(settings.backend, self._more.isChecked())
        self._service_options.setVisible(service and self._more.isChecked())
        self._key_row.setVisible(service and not self._session.keys.get("wavespeed"))
        self._runs.show_models(MODELS.get(settings.backend, {}), settings.model)
        self._references.show_limits(self._session.known_limits)

    def _keep_key(self, key: str, backend: str = "wavespeed") -> None:
        try:
            self._session.set_key(backend, key)
        except LayerEditError as error:
            self._show_error(error)
        self._session.ask_account()

    def _test_server(self) -> None:
        self._progress.say(tr("Testing the server"))
        self._session.desk.test(self._session.settings.backend)

    def _show_account(self) -> None:
        session = self._session
        account, known = session.desk.account, session.source_watch.info.document_key
        spent = (session.ledger.session, session.ledger.document(known))
        self._money.setText(money_words(account, *spent))
        # What is wrong with the account is said once: an edit's error says it better.
        is_said = bool(account.message) and self._error.isVisible()
        self._money.setVisible(bool(self._money.text()) and not is_said)
        self._references.show_limits(session.known_limits)
        self._show_offer()

    def _show_tested(self, account: Account) -> None:
        """The answer to a test of a key or a server."""
        if account.tested:
            self._progress.say(account.tested)

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
        self._error.clear()
        self._show_notice("")
        try:
            self._session.resume_steps()
        except LayerEditError as error:
            self._show_error(error)

    def _source_changed(self, info: SourceInfo) -> None:
        self._source.show_info(info)
        self._submit.setEnabled(not info.reason)
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

    def _chosen(self, record: JobRecord | None) -> None:
        self._runs.offer_seed(record is not None and record.wish.seed is not None)
        self._show_cancel_batch()

    def _go_further(self) -> None:
        """The result's layer is active now: that is what the next instruction is for."""
        self._source.choose_scope(LAYER)
        self._instruction.begin()

    def _act(self, method: str, record: JobRecord) -> None:
        self._error.clear()
        session = self._session
        calls: dict[str, Callable[[JobRecord], object]] = {
            "insert": session.insert_kept,
            "resume": session.resume,
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
        self._show_cancel_batch()

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
