"""What went wrong, and what its one button does about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..canvas.lookup import is_open
from ..editing.errors import LayerEditError, SettingError
from ..jobs.job import JobRecord
from ..money import BudgetError
from ..qt import QtCore
from ..session.session import Session
from .error_line import ErrorLine
from .settings_dialog import BACKENDS
from .suggestions import LASTING, Suggestion, click_suggestion, job_suggestion

Repeat = Callable[[float], object]
"""The same click once more, with the US dollars that the session may cost by the user's word."""


@dataclass(frozen=True)
class Ways:
    """What the panel does for it."""

    enter_key: Callable[[], None]
    open_settings: Callable[[str], None]


class Recovery(QtCore.QObject):
    """Shows errors in the line and follows what is suggested there; goes with the line."""

    def __init__(self, session: Session, line: ErrorLine, ways: Ways) -> None:
        super().__init__(line)
        self._session = session
        self._line = line
        self._ways = ways
        self._stopped: JobRecord | None = None
        self._repeat: Repeat | None = None
        self._page = BACKENDS
        self._asked = 0.0
        self._document: Any = None
        line.wanted.connect(self._follow)
        session.source_watch.changed.connect(self._look)

    def show_stopped(self, error: LayerEditError, record: JobRecord) -> None:
        """Say why a job has stopped."""
        self._stopped, self._repeat = record, None
        has_picture = self._session.ended.has_picture(record)
        suggested = job_suggestion(error, record, has_picture=has_picture)
        costs = suggested in (Suggestion.RETRY, Suggestion.EDIT_AGAIN)
        self._show(error, suggested, record.price if costs else None)

    def show(self, error: LayerEditError, repeat: Repeat | None = None) -> None:
        """Say why a click did not do what it should; `repeat` does that click once more, where it
        was to make an edit."""
        self._stopped, self._repeat = None, repeat
        backend = self._session.settings.backend
        self._show(error, click_suggestion(error, backend, is_edit=repeat is not None))

    def show_for(self, error: LayerEditError, record: JobRecord | None) -> None:
        """The same for a click on a result: only that on Retry can meet the budget."""
        if record is not None and isinstance(error, BudgetError):
            self.show(error, lambda agreed: self._session.ended.retry(record, agreed=agreed))
        else:
            self.show(error)

    def _show(
        self, error: LayerEditError, suggested: Suggestion | None, price: float | None = None
    ) -> None:
        self._asked = error.spent if isinstance(error, BudgetError) else 0.0
        self._page = error.page if isinstance(error, SettingError) else BACKENDS
        self._document = None
        if suggested not in LASTING:
            self._document = self._session.ended.document_of(self._stopped)
        self._line.show_error(error.message, error.detail, suggested, price)

    def tell(self, sentence: str) -> None:
        """Say what was left out of a click; '' says nothing."""
        self._document = self._session.ended.document_of(None)
        self._line.show_error(sentence)

    def _look(self, _info: object) -> None:
        """What went wrong with a document is of no interest once that is closed."""
        if self._document is not None and not is_open(self._document):
            self._document = None
            self._line.clear()

    def _follow(self, suggested: Suggestion) -> None:
        stopped, repeat = self._stopped, self._repeat
        if suggested is Suggestion.OPEN_SETTINGS:
            self._ways.open_settings(self._page)
        elif suggested is Suggestion.ENTER_KEY:
            self._ways.enter_key()
        elif repeat is not None:
            # To what was said, and no more: by now the click may make other edits.
            agreed = self._asked if suggested is Suggestion.EDIT_ANYWAY else 0.0
            self._act(lambda: repeat(agreed), repeat)
        elif stopped is not None:
            self._carry_on(suggested, stopped)

    def _carry_on(self, suggested: Suggestion, record: JobRecord) -> None:
        jobs = self._session.ended
        repeats: dict[Suggestion, Repeat] = {
            Suggestion.RETRY: lambda agreed: jobs.retry(record, agreed=agreed),
            Suggestion.EDIT_AGAIN: lambda agreed: jobs.again(record, agreed=agreed),
        }
        calls: dict[Suggestion, Callable[[JobRecord], object]] = {
            Suggestion.RESUME: jobs.resume,
            Suggestion.LOOK_AGAIN: jobs.resume,
            Suggestion.INSERT: jobs.insert_kept,
        }
        if suggested in repeats:
            self._act(lambda: repeats[suggested](0.0), repeats[suggested])
        else:
            self._act(lambda: calls[suggested](record))

    def _act(self, call: Callable[[], object], repeat: Repeat | None = None) -> None:
        self._line.clear()
        try:
            call()
        except LayerEditError as error:
            self.show(error, repeat)
