"""Krita's side of the trial: a timer that carries the script on, step by step.

Nothing may be raised into Krita: it would open a modal dialog that nobody closes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .qt import QtCore, QtWidgets, krita
from .script import Script, TrialError
from .task import Report, Task

TASK_VARIABLE = "LAYER_EDIT_TRY_TASK"
"""Names the file that says what to do. Without it the plugin does nothing."""

TICK_MS = 50
GUARD_MS = 500


class TrialExtension(krita.Extension):  # type: ignore[misc] # Krita has no types
    """Starts the script when Krita's first window is there and stops with its report."""

    def setup(self) -> None:
        """Called by Krita; nothing to do."""

    def createActions(self, _window: Any) -> None:  # noqa: N802 - Krita's name
        """Called by Krita for each window; the first one starts the script."""
        file = os.environ.get(TASK_VARIABLE)
        if file is None or hasattr(self, "_timer"):
            return
        self._task = Task.read(Path(file))
        self._report = Report(self._task.folder)
        self._steps = Script(self._task, self._report).steps()
        self._timer = self._every(TICK_MS, self._step)
        # A step that opens a dialog does not return, and its timer does not fire meanwhile.
        self._guard = self._every(GUARD_MS, self._refuse_dialog)

    def _every(self, milliseconds: int, call: Callable[[], None]) -> Any:
        timer = QtCore.QTimer(self)
        timer.timeout.connect(call)
        timer.start(milliseconds)
        return timer

    def _step(self) -> None:
        try:
            next(self._steps)
        except StopIteration:
            self._end(leave=not self._task.stay)
        except TrialError as error:
            self._report.failed(error.kind, error.message)
            self._end(leave=True)
        except BaseException as error:  # noqa: BLE001 - the event boundary: see above
            self._report.failed("failed", f"{type(error).__name__}: {error}")
            self._end(leave=True)

    def _refuse_dialog(self) -> None:
        """Nobody answers a dialog here: report its words and close it."""
        dialog = _waiting_dialog()
        if dialog is None:
            return
        labels = [label.text() for label in dialog.findChildren(QtWidgets.QLabel)]
        words = " ".join(text for text in (dialog.windowTitle(), *labels) if text)
        self._report.failed("failed", f"Krita opened a dialog: {words[:400]}")
        self._end(leave=True)
        dialog.close()

    def _end(self, *, leave: bool) -> None:
        self._timer.stop()
        self._guard.stop()
        application = krita.Krita.instance()
        application.setBatchmode(False)
        if leave:
            for document in application.documents():
                document.setModified(False)  # else Krita asks whether to save
            QtCore.QTimer.singleShot(100, application.action("file_quit").trigger)


def _waiting_dialog() -> Any:
    """A dialog that waits for an answer; those of progress, as of slow saving, go by themselves."""
    # Not QApplication.activeModalWidget: Krita shows its dialog for exceptions before it makes it
    # modal, which Qt does not take notice of.
    return next(
        (
            widget
            for widget in QtWidgets.QApplication.topLevelWidgets()
            if isinstance(widget, QtWidgets.QDialog)
            and not isinstance(widget, QtWidgets.QProgressDialog)
            and widget.isModal()
            and widget.isVisible()
        ),
        None,
    )


def register() -> None:
    """Add the extension to the running Krita."""
    application = krita.Krita.instance()
    application.addExtension(TrialExtension(application))
