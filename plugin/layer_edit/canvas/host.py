"""Registers the plugin with Krita: the docker's shell, built at once, filled when first shown."""

from __future__ import annotations

from collections.abc import Callable

from krita import DockWidget, DockWidgetFactory, DockWidgetFactoryBase, Krita

from ..qt import Qt, QtCore, QtGui, QtWidgets

DOCKER_ID = "layer_edit_docker"
TITLE = "Layer Edit"
GO_ON_AFTER = 4000
"""Milliseconds: Krita's own start is over by then."""


class DockerShell(DockWidget):  # type: ignore[misc]
    """Krita makes one per window at start, shown or not; the content waits for the first show."""

    def __init__(self, make_content: Callable[[], QtWidgets.QWidget]) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self._make_content = make_content
        self._filled = False

    def showEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Fill on the first show."""
        super().showEvent(event)
        if self._filled:
            return
        self._filled = True
        try:
            self.setWidget(self._make_content())
        except Exception as error:  # noqa: BLE001 - event boundary: Krita would show a dialog
            from ..texts import tr  # noqa: PLC0415 - Krita's start must not pay for it

            log_exception("the docker could not be built")
            label = QtWidgets.QLabel(tr("Layer Edit could not start: {error}", error=error))
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setMargin(8)
            self.setWidget(label)

    def canvasChanged(self, canvas: object) -> None:  # noqa: N802 - Krita's name
        """Krita requires it; the content watches the active layer by itself."""


def register_docker(
    make_content: Callable[[], QtWidgets.QWidget], go_on: Callable[[], None]
) -> None:
    """Tell Krita of the docker; `make_content` runs once for each window's first show.

    `go_on` runs once, some seconds after Krita's start, shown or not.
    """
    area = DockWidgetFactoryBase.DockPosition.DockRight
    factory = DockWidgetFactory(DOCKER_ID, area, lambda: DockerShell(make_content))
    Krita.instance().addDockWidgetFactory(factory)
    QtCore.QTimer.singleShot(GO_ON_AFTER, lambda: _guarded(go_on))


def main_window() -> QtWidgets.QMainWindow | None:
    """Krita's window that is in front."""
    window = Krita.instance().activeWindow()
    found: QtWidgets.QMainWindow | None = window.qwindow() if window is not None else None
    return found


def shown_docker() -> QtWidgets.QWidget | None:
    """The content of the docker in the active window, which is shown and raised for it."""
    window = Krita.instance().activeWindow()
    found = window.qwindow().findChild(QtWidgets.QDockWidget, DOCKER_ID) if window else None
    if found is None:
        return None
    found.setVisible(True)
    found.raise_()
    content: QtWidgets.QWidget | None = found.widget()
    return content


def docker_contents() -> list[QtWidgets.QWidget]:
    """Of all windows' dockers that were shown once; the active window's is the first."""
    active = Krita.instance().activeWindow()
    windows = [*([active] if active else []), *Krita.instance().windows()]
    dockers = (one.qwindow().findChild(QtWidgets.QDockWidget, DOCKER_ID) for one in windows)
    return [one.widget() for one in dockers if one is not None and one.widget() is not None]


def _guarded(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001 - event boundary: Krita would show a dialog
        log_exception("unfinished jobs could not be resumed")


def log_exception(what: str) -> None:
    """With the exception that is being handled. Imported late: it would slow Krita's start."""
    import logging  # noqa: PLC0415

    logging.getLogger(__name__).exception(what)


def icon(name: str) -> QtGui.QIcon:
    """One of Krita's own icons, which fit its theme; an empty one for an unknown name."""
    found: QtGui.QIcon = Krita.instance().icon(name)
    return found


def krita_version() -> str:
    """For example '5.2.9'."""
    return str(Krita.instance().version())
