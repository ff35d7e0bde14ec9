"""The settings window: pages beside a list of their names. It is never modal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..qt import Qt, QtCore, QtWidgets
from ..session.session import Session
from ..settings import Settings
from ..texts import N_, tr
from .settings_pages.backends import BackendsPage
from .settings_pages.costs import CostsPage
from .settings_pages.data import DataPage
from .settings_pages.editing import EditingPage
from .settings_pages.language import LanguagePage
from .settings_pages.log import LogPage
from .settings_pages.network import NetworkPage

BACKENDS = "backends"

_PAGES: dict[str, tuple[str, Callable[[Session], QtWidgets.QWidget]]] = {
    BACKENDS: (N_("Backends"), BackendsPage),
    "costs": (N_("Costs"), CostsPage),
    "editing": (N_("Editing"), EditingPage),
    "network": (N_("Network"), NetworkPage),
    "data": (N_("Data"), DataPage),
    "language": (N_("Language"), LanguagePage),
    "log": (N_("Log"), LogPage),
}
"""By their short names, in their order."""

LINES = 28
"""Of text: the window's height at first."""


class _Page(Protocol):
    def fill(self, settings: Settings) -> None:
        """Show these settings."""


class SettingsDialog(QtWidgets.QDialog):
    """One for each Krita window; every change holds at once and is kept."""

    def __init__(self, session: Session, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerEditSettingsDialog")
        self.setWindowTitle(tr("Layer Edit settings"))
        self.setModal(False)
        self._names = QtWidgets.QListWidget()
        self._names.setObjectName("layerEditPages")
        self._names.setAccessibleName(tr("Pages"))
        self._stack = QtWidgets.QStackedWidget()
        self._filled: list[_Page] = []
        for key, (title, make) in _PAGES.items():
            item = QtWidgets.QListWidgetItem(tr(title))
            item.setData(Qt.ItemDataRole.UserRole, key)
            self._names.addItem(item)
            page = make(session)
            if isinstance(page, BackendsPage):
                self._keys = page.keys
            if hasattr(page, "fill"):
                self._filled.append(page)
            self._stack.addWidget(_scrolling(page))
        self._arrange()
        self._names.currentRowChanged.connect(self._stack.setCurrentIndex)
        session.chosen.connect(self._fill)
        self._fill(session.settings)
        self.show_page(BACKENDS)

    def show_page(self, key: str) -> None:
        """Turn to a page of _PAGES by its short name."""
        self._names.setCurrentRow(list(_PAGES).index(key))

    def start_key(self) -> None:
        """Put the cursor where a key is entered."""
        self._keys.start()

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """By the font, so that it fits on every screen and scale."""
        line = self.fontMetrics().lineSpacing()
        return QtCore.QSize(36 * line, LINES * line)

    def _arrange(self) -> None:
        width = self._names.sizeHintForColumn(0) + 2 * self._names.frameWidth() + 12
        self._names.setFixedWidth(width)
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        close = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        close.setObjectName("layerEditSettingsClose")
        close.rejected.connect(self.close)
        pages = QtWidgets.QHBoxLayout()
        pages.addWidget(self._names)
        pages.addWidget(self._stack, 1)
        whole = QtWidgets.QVBoxLayout(self)
        whole.addLayout(pages, 1)
        whole.addWidget(close)

    def _fill(self, settings: Settings) -> None:
        for page in self._filled:
            page.fill(settings)


class SettingsWindow:
    """Makes the window when it is first wanted; `parent` gives Krita's."""

    def __init__(self, session: Session, parent: Callable[[], QtWidgets.QWidget | None]) -> None:
        self._session = session
        self._parent = parent
        self._dialog: SettingsDialog | None = None

    def open(self, page: str = BACKENDS) -> None:
        """Show it at that page."""
        if self._dialog is None:
            self._dialog = SettingsDialog(self._session, self._parent())
        self._dialog.show_page(page)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def start_key(self) -> None:
        """Put the cursor where a key is entered, in the open window."""
        if self._dialog is not None:
            self._dialog.start_key()


def _scrolling(page: QtWidgets.QWidget) -> QtWidgets.QScrollArea:
    """The page, which scrolls when the window is lower than it."""
    area = QtWidgets.QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
    area.setWidget(page)
    return area
