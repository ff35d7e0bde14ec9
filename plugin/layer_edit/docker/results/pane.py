"""The results' part of the docker: search, list, buttons, and what produced the active layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...canvas.watch import SourceInfo
from ...editing.errors import LayerEditError
from ...jobs.job import JobRecord
from ...jobs.runner import JobUpdate
from ...qt import Qt, QtCore, QtWidgets, Signal
from ...session.exporting import FORMATS, file_name
from ...session.session import Session
from ...session.variants import Presence
from ...texts import tr
from .buttons import OfferButtons, OfferMenu
from .delegate import RowDelegate
from .details import origin_lines, record_lines
from .made_by import MadeByLine
from .model import ResultsModel
from .offers import Offer, all_offers, used_most
from .outline import one_line
from .thumbnails import Thumbnails
from .view import ResultsView
from .windows import DetailsWindow, PictureWindow

Choice = Callable[[JobRecord, Presence, bool], tuple[Offer, ...]]

SEARCH_FROM = 6
"""Results: fewer are seen at a glance."""


class ResultsPane(QtWidgets.QWidget):
    """Signals: `chosen(object)`, the JobRecord or None; `told(str)`, a notice, '' for none;
    `failed(LayerEditError, object)`, the JobRecord or None; `reuse(JobRecord)`: fill its
    instruction and seed in; `further()`: the result's layer is active, write the next instruction.
    """

    chosen = Signal(object)
    told = Signal(str)
    failed = Signal(object, object)
    reuse = Signal(object)
    further = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._results = session.results
        self._active: dict[str, JobUpdate] = {}
        self._thumbnails = Thumbnails(self._results.thumbnail_file, session.aside, self)
        self._model = ResultsModel(self._results, self)
        self._view = ResultsView(
            self._model, RowDelegate(self._model, self._thumbnails, self._model)
        )
        self._search = QtWidgets.QLineEdit()
        self._search.setObjectName("layerEditSearch")
        self._search.setAccessibleName(tr("Search results"))
        self._search.setPlaceholderText(tr("Search results"))
        self._search.setClearButtonEnabled(True)
        self._buttons = OfferButtons()
        self._menu = OfferMenu(self)
        self._made_by = MadeByLine()
        self._details = DetailsWindow(self)
        self._picture = PictureWindow(self, session.aside)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self._made_by, self._search, self._view, self._buttons):
            layout.addWidget(widget, 1 if widget is self._view else 0)
        self._connect()
        self._refill()

    def _connect(self) -> None:
        self._search.textChanged.connect(self._searched)
        self._view.searched.connect(self._search.setFocus)
        self._view.toggled.connect(lambda job_id: self._do("toggle", job_id))
        self._view.walked.connect(lambda job_id: self._do("show_only", job_id))
        self._view.menu_wanted.connect(self._open_menu)
        self._view.chooser.selectionChanged.connect(self._choice_changed)
        self._thumbnails.loaded.connect(self._model.redraw)
        self._buttons.wanted.connect(self._do)
        self._buttons.menu_wanted.connect(self._open_menu)
        self._menu.wanted.connect(self._do)
        self._made_by.details_wanted.connect(self._show_origin)
        self._results.listed.connect(self._refill)
        self._results.seen.connect(self._seen)
        self._results.moved.connect(self._view.choose)
        self._results.told.connect(self.told)
        # Not a lambda: the session outlives the window, and Qt would not let go of that one.
        self._results.failed.connect(self._failed)
        self._session.source_watch.changed.connect(self._source_changed)

    # -- what the panel asks ---------------------------------------------------------------------

    def show_update(self, update: JobUpdate) -> None:
        """Show news of a job."""
        job_id = update.record.id
        if update.record.state.is_active:
            self._active[job_id] = update
        else:
            self._active.pop(job_id, None)
        if update.layer is not None:
            self._thumbnails.forget(job_id)
        is_new = not self._model.knows(job_id)
        self._keeping_choice(lambda: self._model.take(update))
        if is_new:
            self._view.bar.setValue(0)
            self._show_search()
        if job_id == self._view.chosen():
            self._choice_changed()

    def active(self) -> list[JobUpdate]:
        """The last updates of the jobs that are on their way, oldest first."""
        return list(self._active.values())

    def selected(self) -> JobRecord | None:
        """The chosen result."""
        return self._record(self._view.chosen())

    def look(self) -> None:
        """The artist comes back to the docker: layers may have been deleted, shown, undone."""
        self._results.look()

    # -- changes ---------------------------------------------------------------------------------

    def _refill(self) -> None:
        self._active = {
            job_id: update
            for job_id, update in self._results.updates.items()
            if update.record.state.is_active
        }
        self._keeping_choice(self._model.refill)
        self._show_search()

    def _searched(self, text: str) -> None:
        self._keeping_choice(lambda: self._model.search(text))
        if text:
            self._view.bar.setValue(0)

    def _keeping_choice(self, change: Callable[[], None]) -> None:
        """Rows may come and go; the chosen result stays so, if it is still listed."""
        before = self._view.chosen()
        change()
        if before and self._view.chosen() != before:
            self._view.choose(before)
            # Where the search leaves it out, there is nothing to be done with it.
            self._choice_changed()

    def _show_search(self) -> None:
        few = len(self._results.updates) < SEARCH_FROM
        self._search.setVisible(not few or bool(self._search.text()))

    def _failed(self, error: LayerEditError) -> None:
        self.failed.emit(error, None)

    def _seen(self) -> None:
        self._model.redraw_all()
        self._choice_changed()

    def _choice_changed(self) -> None:
        record = self.selected()
        self._buttons.show_offers(() if record is None else self._offers(record, used_most))
        self.chosen.emit(record)

    def _source_changed(self, _info: SourceInfo) -> None:
        self._results.look()
        self._made_by.show_origin(self._results.origin_of_active())

    # -- hands -----------------------------------------------------------------------------------

    def _open_menu(self, place: QtCore.QPoint) -> None:
        record = self.selected()
        if record is None:
            return
        self._menu.open_for(record.id, self._offers(record, all_offers), place)

    def _do(self, name: str, job_id: str = "") -> None:
        """Carry out an offer (or toggle, show_only) for a result, else for the chosen one."""
        record = self._record(job_id or self._view.chosen())
        if record is None:
            return
        calls: dict[str, Callable[[JobRecord], object]] = {
            "toggle": self._toggle,
            "show_only": self._results.show_only,
            "insert": self._session.ended.insert_kept,
            "edit_further": self._edit_further,
            "keep_only": self._results.keep_only,
            "reuse": self.reuse.emit,
            "retry": self._session.ended.retry,
            "save": self._save,
            "show_sent": self._show_sent,
            "show_details": self._show_details,
            "resume": self._session.ended.resume,
            "send_again": self._session.ended.send_again,
            "forget": self._session.ended.forget,
        }
        self.told.emit("")
        try:
            calls[name](record)
        except LayerEditError as error:
            self.failed.emit(error, record)

    def _toggle(self, record: JobRecord) -> None:
        """What is no layer has nothing to show; the buttons say what can be done with it."""
        if record.placed_as:
            self._results.toggle(record)

    def _edit_further(self, record: JobRecord) -> None:
        self._results.edit_further(record)
        self.further.emit()

    def _save(self, record: JobRecord) -> None:
        dialog = QtWidgets.QFileDialog(self, tr("Save result as"))
        dialog.setObjectName("layerEditSaveDialog")
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(tr("Pictures") + f" ({' '.join(f'*{suffix}' for suffix in FORMATS)})")
        dialog.setDefaultSuffix("png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if record.document_path:
            dialog.setDirectory(str(Path(record.document_path).parent))
        dialog.selectFile(file_name(record.wish.instruction))
        dialog.fileSelected.connect(lambda path: self._results.save_as(record, Path(path)))
        # Not exec() or open(): the canvas stays usable.
        dialog.show()

    def _show_sent(self, record: JobRecord) -> None:
        title = tr("Sent for '{instruction}'", instruction=_short(record))
        self._picture.show(self._results.sent_file(record), title)

    def _show_details(self, record: JobRecord) -> None:
        lines = record_lines(record, self._model.words(record.id))
        self._details.show(lines, _short(record))

    def _show_origin(self) -> None:
        origin = self._results.origin_of_active()
        if origin is not None:
            self._details.show(origin_lines(origin), one_line(origin.instruction)[:60])

    def _offers(self, record: JobRecord, choice: Choice) -> tuple[Offer, ...]:
        presence = self._results.presence(record)
        return choice(record, presence, self._results.can_keep_only(record))

    def _record(self, job_id: str) -> JobRecord | None:
        update = self._results.updates.get(job_id)
        return update.record if update else None


def _short(record: JobRecord) -> str:
    return one_line(record.wish.instruction)[:60]
