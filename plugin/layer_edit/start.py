"""What happens at the docker's first show: libraries, log, session, panel."""

from __future__ import annotations

import functools

from . import vendored
from .paths import data_folder
from .qt import QtWidgets


def make_panel() -> QtWidgets.QWidget:
    """A panel for one window; all windows share one session."""
    vendored.use()
    from .docker.panel import EditPanel  # noqa: PLC0415 - needs the vendored libraries

    return EditPanel(_session())


def resume_unfinished() -> None:
    """Go on with jobs that a crash or the end of Krita interrupted, without any docker shown.

    Looks at the disk (3 ms for 1,000 jobs) and loads the rest only when there is something to do.
    """
    if any((data_folder() / "jobs").glob("*/open")):
        vendored.use()
        _session()


@functools.cache
def _session():  # type: ignore[no-untyped-def]
    """The one session of this Krita, made with the first panel."""
    from .log import start_log  # noqa: PLC0415
    from .session.session import Session  # noqa: PLC0415

    start_log(data_folder())
    application = QtWidgets.QApplication.instance()
    assert application is not None  # noqa: S101 - Krita is one
    session = Session(data_folder(), application)
    application.aboutToQuit.connect(session.close)
    return session
