"""Says something beside the docker: a short message on the canvas, or one of the system's."""

from __future__ import annotations

import functools

from krita import Krita

from ..qt import Qt, QtGui, QtWidgets

SECONDS = 3
A_SECOND = 20
"""Characters that are read in it: longer messages stay longer."""

LOW = 2
"""Krita's priority: it never covers a message of Krita's own. The same for all: one that Krita
has not come to show yet would keep back those below it."""

ICONS = {True: "dialog-ok", False: "dialog-warning"}
"""Krita's names, for what went well and what did not."""


def show_on_canvas(text: str, is_good: bool = True) -> None:
    """Show a line on the active canvas for some seconds; nothing without a canvas."""
    window = Krita.instance().activeWindow()
    view = window.activeView() if window is not None else None
    if view is None or view.document() is None:
        return
    icon = Krita.instance().icon(ICONS[is_good])
    seconds = max(SECONDS, len(text) / A_SECOND)
    view.showFloatingMessage(text, icon, round(seconds * 1000), LOW)


def is_in_background() -> bool:
    """Whether the user is at another program: no window of Krita's has the focus."""
    application = QtGui.QGuiApplication
    return application.applicationState() != Qt.ApplicationState.ApplicationActive


def tell_system(title: str, text: str) -> bool:
    """Show one of the system's notifications; False where the desktop has no place for it."""
    tray = _tray()
    if tray is None:
        return False
    tray.show()
    tray.showMessage(title, text, tray.icon(), 10_000)
    return True


def hide_tray() -> None:
    """Take the icon out of the desktop's panel: it is there only for its message."""
    tray = _tray()
    if tray is not None:
        tray.hide()


# cache is not there in the Python 3.8 that old Kritas have, to which actions say so by this module.
@functools.lru_cache(maxsize=1)
def _tray() -> QtWidgets.QSystemTrayIcon | None:
    """The icon that a message comes from, made when the first is to be shown."""
    kind = QtWidgets.QSystemTrayIcon
    if not (kind.isSystemTrayAvailable() and kind.supportsMessages()):
        return None
    tray = kind(QtWidgets.QApplication.windowIcon(), QtWidgets.QApplication.instance())
    tray.messageClicked.connect(_come_forward)
    return tray


def _come_forward() -> None:
    window = Krita.instance().activeWindow()
    if window is not None:
        window.qwindow().raise_()
        window.qwindow().activateWindow()
