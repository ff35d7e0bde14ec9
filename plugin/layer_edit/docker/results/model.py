"""All results as rows for the view: a document, its instructions, their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...assembly import TITLES
from ...jobs.job import JobRecord
from ...jobs.runner import JobUpdate
from ...qt import Qt, QtCore
from ...session.results import Results
from ...session.variants import Presence
from ...texts import tr
from .details import tool_tip
from .outline import Kind, Row, outline
from .standing import summary, words

JOB_ID = Qt.ItemDataRole.UserRole
"""A result's id; '' for headings."""


class ResultsModel(QtCore.QAbstractListModel):
    """A flat list of `Row`. Only the ids are held; the news of each job is the session's."""

    def __init__(self, results: Results, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._results = results
        self._by_id: dict[str, int] = {}
        self._listed: Mapping[str, object] = {}
        self._search = ""

    # -- Qt's side -----------------------------------------------------------------------------

    def rowCount(self, parent: QtCore.QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """The number of rows; a list has none below them."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: QtCore.QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, also for a screen reader; the delegate paints from `row` and `update_of`."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(row)
        if role == Qt.ItemDataRole.ToolTipRole and row.job_id:
            record = self.update_of(row.job_id).record
            return tool_tip(record, self.words(row.job_id))
        return row.job_id if role == JOB_ID else None

    def flags(self, index: QtCore.QModelIndex) -> Qt.ItemFlag:
        """Only results can be chosen; headings are there to be read.

        Those are not even enabled: Qt would make one the current row, beside the chosen result,
        whose buttons were dead then.
        """
        if not index.isValid() or not self.rows[index.row()].job_id:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # -- what the pane and the delegate ask ----------------------------------------------------

    def update_of(self, job_id: str) -> JobUpdate:
        """The last news of a job."""
        return self._results.updates[job_id]

    def presence_of(self, job_id: str) -> Presence:
        """What the document in front has of it."""
        return self._results.presence(self.update_of(job_id).record)

    def words(self, job_id: str) -> str:
        """Its state in words."""
        return words(self.update_of(job_id), self.presence_of(job_id))

    def summary(self, row: Row) -> str:
        """The states of all results of a TITLE, in words."""
        return summary(self.words(job_id) for job_id in row.job_ids)

    def knows(self, job_id: str) -> bool:
        """True when it is listed, or would be without the search."""
        return job_id in self._listed

    def index_of(self, job_id: str) -> QtCore.QModelIndex:
        """The row of a result; an invalid index when the search leaves it out."""
        row = self._by_id.get(job_id)
        return QtCore.QModelIndex() if row is None else self.index(row)

    @property
    def is_searched(self) -> bool:
        """True while only some results are listed."""
        return bool(self._search.split())

    # -- changes -------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """List only results that have all of these words somewhere."""
        if text != self._search:
            self._search = text
            self.refill()

    def refill(self) -> None:
        """Take in all jobs anew."""
        self.beginResetModel()
        records = [update.record for update in self._results.updates.values()]
        self.rows = outline(records, self._search, self._haystack)
        self._by_id = {row.job_id: at for at, row in enumerate(self.rows) if row.job_id}
        self._listed = dict.fromkeys(self._results.updates)
        self.endResetModel()

    def take(self, update: JobUpdate) -> None:
        """Show news of a job: a new one changes the rows, else only its own is drawn anew."""
        job_id = update.record.id
        if not self.knows(job_id):
            self.refill()
        else:
            self.redraw(job_id)

    def redraw(self, job_id: str) -> None:
        """Draw a result and the title over it anew."""
        at = self._by_id.get(job_id)
        if at is None:
            return
        first = at
        while self.rows[first].kind is Kind.VARIANT:
            first -= 1
        for row in {first, at}:
            self.dataChanged.emit(self.index(row), self.index(row))

    def redraw_all(self) -> None:
        """Layers were shown or hidden, or another document came to the front."""
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def _text(self, row: Row) -> str:
        if row.kind is Kind.DOCUMENT:
            return row.text
        if row.kind is Kind.TITLE:
            return f"{row.text}\n{self.summary(row)}"
        record = self.update_of(row.job_id).record
        return f"{row.text}\n{self.words(row.job_id)} · {record.source_name}"

    def _haystack(self, record: JobRecord) -> str:
        """All that a search looks through."""
        backend = tr(TITLES.get(record.wish.backend, ""))
        parts = (
            record.wish.instruction,
            record.label,
            record.document,
            record.source_name,
            backend,
            record.wish.model,
            str(record.wish.seed),
            self.words(record.id),
        )
        return " ".join(parts)
