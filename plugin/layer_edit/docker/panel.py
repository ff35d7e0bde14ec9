"""The panel: source, instruction, backend and seed, Edit and Cancel, progress, results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..assembly import MODELS
from ..canvas.host import main_window
from ..canvas.watch import SourceInfo
from ..editing.errors import LayerEditError
from ..editing.runs import escaped
from ..editing.source import LAYER
from ..jobs.job import JobRecord, JobState
from ..jobs.runner import JobUpdate
from ..money import Account
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..session.session import Session
from ..settings import Settings
from ..texts import tr
from .backend_options import BackendOptions
from .edit_buttons import EditButtons
from .error_line import ErrorLine
from .first_run import Beginning, FirstRun
from .focus import hand_on, is_lost
from .instruction_area import InstructionArea
from .price_words import Offer
from .progress import ProgressView
from .recovery import Recovery, Ways
from .references import ReferenceStrip
from .results.pane import ResultsPane
from .run_options import RunOptions
from .settings_dialog import SettingsWindow
from .source_line import SourceLine
from .stack import Stack
from .steps_row import StepsRow
from .widgets import wrapping_label
from .wording import ending_words, money_words


class EditPanel(QtWidgets.QWidget):
    """One per Krita window; all of them show the same session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._settings_window = SettingsWindow(session, main_window)
        self._backend = session.settings.backend
        self._build()
        self._arrange()
        self._connect()
        self._show_settings(session.settings)
        session.ask_account()
        self._source_changed(session.source_watch.info)
        self._show_progress()
        self._show_notice(session.newer_jobs.sentence or session.help_desk.news)
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

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab goes on as ever; a control that is gone hands the focus to a button, or to none."""
        focused = self.focusWidget()
        if focused is None or not is_lost(focused):
            return super().focusNextPrevChild(forward)
        # Without a source there is nothing to go on with.
        if not self._buttons.is_ready or not hand_on(self, focused):
            focused.clearFocus()
        return True

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

    def _build(self) -> None:
        self._first_run = FirstRun()
        self._source = SourceLine(self._session)
        self._instruction = InstructionArea(self._session.words, lambda: self._runs.steps)
        self._options = BackendOptions(self._session)
        self._runs = RunOptions()
        self._references = ReferenceStrip(self._session.references)
        self._steps = StepsRow()
        self._money = wrapping_label("layerEditMoney")
        self._progress = ProgressView(self._session.pace.typical, self._session.key_desk.is_awaited)
        self._error = ErrorLine()
        ways = Ways(self._enter_key, self._settings_window.open)
        self._recovery = Recovery(self._session, self._error, ways)
        self._notice = wrapping_label("layerEditNotice")
        self._notice.setVisible(False)
        self._results = ResultsPane(self._session)
        self._buttons = EditButtons(self._session, self._results)

    def _arrange(self) -> None:
        stack = Stack(
            (
                self._first_run,
                self._source,
                self._instruction,
                self._references,
                self._options,
                self._runs,
                self._buttons,
                self._money,
                self._progress,
                self._notice,
                self._error,
                self._steps,
                self._results,
            )
        )
        self._error.grown.connect(lambda: stack.bring_up(self._error))
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(stack)

    def _connect(self) -> None:
        self._instruction.submitted.connect(self._edit)
        self._instruction.steps_wanted.connect(self._take_steps)
        self._session.words.told.connect(self._show_notice)
        self._buttons.submitted.connect(self._edit)
        self._first_run.chosen.connect(self._begin)
        self._options.settings_wanted.connect(self._settings_window.open)
        self._options.test_wanted.connect(self._test_server)
        self._options.failed.connect(self._recovery.show)
        self._source.scope_chosen.connect(lambda scope: self._session.change({"scope": scope}))
        self._instruction.changed.connect(self._show_offer)
        self._runs.changed.connect(self._show_offer)
        self._runs.model_chosen.connect(lambda model: self._session.change({"model": model}))
        self._runs.seed_wanted.connect(self._take_seed)
        self._references.failed.connect(self._recovery.tell)
        self._steps.resumed.connect(self._resume_steps)
        self._steps.dropped.connect(self._session.steps.drop_held)
        self._session.steps.held_changed.connect(self._show_steps)
        self._results.chosen.connect(self._chosen)
        self._results.reuse.connect(self._reuse)
        self._results.further.connect(self._go_further)
        self._results.told.connect(self._results_told)
        self._results.failed.connect(self._recovery.show_for)
        self._progress.cancelled.connect(self._session.cancel)
        self._progress.all_cancelled.connect(self._session.cancel_all)
        self._session.chosen.connect(self._show_settings)
        self._session.updated.connect(self._updated)
        self._session.noticed.connect(self._show_notice)
        self._session.help_desk.told.connect(self._show_notice)
        self._session.desk.changed.connect(self._show_account)
        self._session.desk.changed.connect(self._show_tested)
        self._session.source_watch.changed.connect(self._source_changed)

    def _edit(self, beyond_budget: bool = False) -> None:
        if not self._buttons.is_ready or not self._instruction.is_complete():
            return
        self._error.clear()
        self._show_notice("")
        self._begin_over()
        runs, text = self._runs, self._instruction.text()
        try:
            started = self._session.edit(text, runs.seed, beyond_budget, runs.variants, runs.steps)
            self._session.words.used(text)
            self._recovery.tell(" ".join(started.refusals))
        except LayerEditError as error:
            self._recovery.show(error, self._edit)

    def _begin(self, beginning: Beginning) -> None:
        """The user has chosen one of the three ways of the first run."""
        backend = "wavespeed" if beginning is Beginning.KEY else "offline"
        self._session.change({"backend": backend, "first_run": False})
        if beginning is not Beginning.KEY or not self._options.start_key():
            self.start_writing()

    def _begin_over(self) -> None:
        """Who has edited has begun."""
        if self._session.settings.first_run:
            self._session.choose(replace(self._session.settings, first_run=False))

    def _take_steps(self, tasks: tuple[str, ...]) -> None:
        self._instruction.put("\n".join(tasks))
        self._runs.use_steps(True)

    def _show_settings(self, settings: Settings) -> None:
        """Settings may have been changed here, in the window of settings or in another panel."""
        if settings.backend != self._backend:
            # What the other one would not do is no longer of interest.
            self._backend = settings.backend
            self._error.clear()
        self._first_run.setVisible(settings.first_run)
        self._instruction.set_for_ai(settings.backend != "offline")
        self._source.show_info(self._session.source_watch.info)
        self._options.show_settings(settings)
        self._runs.show_models(MODELS.get(settings.backend, {}), settings.model)
        self._references.show_limits(self._session.known_limits)

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
        self._buttons.show_offer(offer, info.reason)

    def _show_steps(self) -> None:
        self._steps.show_links(self._session.steps.chains.held)

    def _resume_steps(self, beyond_budget: bool = False) -> None:
        self._error.clear()
        self._show_notice("")
        try:
            self._session.resume_steps(beyond_budget=beyond_budget)
        except LayerEditError as error:
            self._recovery.show(error, self._resume_steps)

    def _source_changed(self, info: SourceInfo) -> None:
        self._source.show_info(info)
        self._show_account()

    def _updated(self, update: JobUpdate) -> None:
        self._results.show_update(update)
        record = update.record
        stopped = (JobState.FAILED, JobState.UNCERTAIN, JobState.INTERRUPTED, JobState.READY)
        if record.state in stopped and record.message:
            error = update.error or LayerEditError(record.message, record.detail)
            self._recovery.show_stopped(error, record)
            self._progress.say("")
        elif not self._results.active():
            self._progress.say(ending_words(update))
        self._show_progress()

    def _chosen(self, record: JobRecord | None) -> None:
        self._runs.offer_seed(record is not None and record.wish.seed is not None)
        self._buttons.show_jobs()

    def _go_further(self) -> None:
        """The result's layer is active now: that is what the next instruction is for."""
        self._source.choose_scope(LAYER)
        self._instruction.begin()

    def _show_progress(self) -> None:
        self._progress.show_jobs(self._results.active())
        self._buttons.show_jobs()

    def _reuse(self, record: JobRecord) -> None:
        self._instruction.put(escaped(record.wish.instruction))
        if record.wish.seed is not None:
            self._runs.take_seed(record.wish.seed)
        self._instruction.begin()

    def _take_seed(self) -> None:
        record = self._results.selected()
        if record is not None and record.wish.seed is not None:
            self._runs.take_seed(record.wish.seed)

    def _results_told(self, text: str) -> None:
        """A result was saved; '' when something new begins."""
        self._error.clear()
        self._show_notice(text)

    def _show_notice(self, text: str) -> None:
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def _enter_key(self) -> None:
        """Where there is no key the row for it is in the docker; else another is set in the
        window of settings."""
        if not self._options.start_key():
            self._settings_window.open()
            self._settings_window.start_key()
