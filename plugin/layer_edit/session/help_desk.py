"""The report for a bug tracker and the notice of a new version, both made on workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .. import report, updates
from ..canvas.host import krita_version
from ..qt import QtCore, Signal
from ..settings import Settings


class HelpDesk(QtCore.QObject):
    """Signals, on the main thread: `reported(str)`, `told(str)` of a new version.

    `news` is what was told last. `aside` runs a call on a worker.
    """

    reported = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        folder: Path,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.news = ""
        self._folder = folder
        self._aside = aside

    def ask_report(self) -> None:
        """Write a report, which never holds a key; `reported` brings it."""
        versions = krita_version(), QtCore.QT_VERSION_STR
        self._aside(lambda: self.reported.emit(report.text(*versions, self._folder)))

    def look(self, settings: Settings) -> None:
        """Look for a new version where the settings name an address; `told` says so."""

        def ask() -> None:
            self.news = updates.notice(
                settings.update_address,
                self._folder,
                settings.ca_bundle,
                fetch=lambda address, bundle: updates.fetch_https(address, bundle, settings.proxy),
            )
            if self.news:
                self.told.emit(self.news)

        self._aside(ask)
