"""What went wrong, and what its one button does about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..canvas.lookup import is_open
from ..editing.errors import LayerEditError, SettingError
from ..jobs.job import JobRecord
from ..money import BudgetError
from ..session.session import Session
from .error_line import ErrorLine
from .settings_dialog import BACKENDS
from .suggestions import LASTING, Suggestion, suggestion


@dataclass(frozen=True)
class Ways:
    """What the panel does for it. `edit(beyond_budget)`: as a click on Edit."""

    edit: Callable[[bool], None]
    enter_key: Callable[[], None]
    open_settings: Callable[[str], None]


class Recovery:
    """Shows errors in the line and follows what is suggested there."""

    def __init__(self, session: Session, line: ErrorLine, ways: Ways) -> None:
        self._session = session
        self._line = line
        self._ways = ways
        self._stopped: JobRecord | None = None
        self._page = BACKENDS
        self._document: Any = None
        line.wanted.connect(self._follow)
        session.source_watch.changed.connect(self._look)

    def show(self, error: LayerEditError, stopped: JobRecord | None = None) -> None:
        """Say why a click did not do what it should, or why a job has stopped."""
        self._stopped = stopped
        self._page = error.page if isinstance(error, SettingError) else BACKENDS
        has_picture = stopped is not None and self._session.has_picture(stopped)
        suggested = suggestion(error, stopped, has_picture)
        self._document = None if suggested in LASTING else self._session.document_of(stopped)
        costs = suggested in (Suggestion.RETRY, Suggestion.EDIT_AGAIN) and stopped is not None
        price = stopped.price if stopped is not None and costs else None
        self._line.show_error(error.message, error.detail, suggested, price)

    def tell(self, sentence: str) -> None:
        """Say what was left out of a click; '' says nothing."""
        self._document = self._session.document_of(None)
        self._line.show_error(sentence)

    def _look(self, _info: object) -> None:
        """What went wrong with a document is of no interest once that is closed."""
        if self._document is not None and not is_open(self._document):
            self._document = None
            self._line.clear()

    def _follow(self, suggested: Suggestion) -> None:
        stopped, session = self._stopped, self._session
        if suggested is Suggestion.OPEN_SETTINGS:
            self._ways.open_settings(self._page)
        elif suggested is Suggestion.ENTER_KEY:
            self._ways.enter_key()
        elif stopped is None:
            self._ways.edit(suggested is Suggestion.EDIT_ANYWAY)
        elif suggested is Suggestion.EDIT_ANYWAY:
            again = session.retry if session.has_picture(stopped) else session.again
            self._act(lambda record: again(record, beyond_budget=True), stopped)
        else:
            calls: dict[Suggestion, Callable[[JobRecord], object]] = {
                Suggestion.RESUME: session.resume,
                Suggestion.LOOK_AGAIN: session.resume,
                Suggestion.INSERT: session.insert_kept,
                Suggestion.RETRY: session.retry,
                Suggestion.EDIT_AGAIN: session.again,
            }
            self._act(calls[suggested], stopped)

    def _act(self, call: Callable[[JobRecord], object], record: JobRecord) -> None:
        self._line.clear()
        try:
            call(record)
        except BudgetError as error:
            self.show(error, record)
        except LayerEditError as error:
            self.show(error)
