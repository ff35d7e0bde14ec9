"""What happens at the docker's first show: libraries, language, log, session, panel."""

from __future__ import annotations

import functools

from . import texts, vendored
from .paths import data_folder, resources_folder
from .qt import QtCore, QtWidgets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .session.session import Session


def make_panel() -> QtWidgets.QWidget:
    """A panel for one window; all windows share one session."""
    _load_libraries()
    from .docker.panel import EditPanel  # noqa: PLC0415 - needs the vendored libraries

    return EditPanel(_session())


def resume_unfinished() -> None:
    """Go on with jobs that a crash or the end of Krita interrupted, without any docker shown.

    Looks at the disk (3 ms for 1,000 jobs) and loads the rest only when there is something to do.
    """
    if any((data_folder() / "jobs").glob("*/open")):
        _load_libraries()
        _session()


def perform(action: str) -> None:
    """Carry out one of the plugin's actions, whether a docker was ever shown or not."""
    _load_libraries()
    from .docker.commands import perform as carry_out  # noqa: PLC0415

    carry_out(action, _session())


@functools.cache
def _load_libraries() -> None:
    """Raises MissingLibrariesError, in Krita's language: the settings cannot be read yet."""
    texts.use(_kritas_language(), resources_folder() / "translations")
    vendored.use()


@functools.cache
def _session() -> Session:
    """The one session of this Krita, made with the first panel."""
    from . import settings  # noqa: PLC0415
    from .log import start_log  # noqa: PLC0415
    from .session.session import Session  # noqa: PLC0415

    folder = data_folder()
    chosen = settings.load(folder)
    start_log(folder, chosen.log_level)
    _speak(chosen.language)
    application = QtWidgets.QApplication.instance()
    assert application is not None  # noqa: S101 - Krita is one
    session = Session(folder, application)
    application.aboutToQuit.connect(session.close)
    return session


def _speak(language: str) -> None:
    """Use that language's texts; 'auto' is Krita's, which sets Qt's locale by its own choice."""
    if language not in texts.LANGUAGES:
        language = _kritas_language()
    texts.use(language, resources_folder() / "translations")
    if language != "en":
        from .canvas.actions import name_actions  # noqa: PLC0415

        name_actions(texts.tr)


def _kritas_language() -> str:
    return texts.closest(QtCore.QLocale().uiLanguages())
