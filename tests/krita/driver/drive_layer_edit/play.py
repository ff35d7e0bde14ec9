"""Plays a scenario: a generator that yields the seconds to leave to Krita's event loop."""

import importlib.util
import json
import os
import traceback
from pathlib import Path

from krita import Krita

from layer_edit.qt import QtCore

from .hands import Hands

FIRST_TICK = 1500
"""Milliseconds after the window was made: new documents are half-made before."""


class Player(QtCore.QObject):
    """Runs `run(hands)` of the scenario file; writes report.json; kills Krita at the end."""

    def __init__(self, scenario):
        super().__init__()
        self._folder = Path(os.environ["LAYER_EDIT_OUT"])
        self._hands = Hands(self._folder)
        spec = importlib.util.spec_from_file_location("layer_edit_scenario", scenario)
        module = importlib.util.module_from_spec(spec)
        self._spec, self._module = spec, module

    def begin(self):
        """Start soon."""
        QtCore.QTimer.singleShot(FIRST_TICK, self._start)

    def _start(self):
        try:
            self._spec.loader.exec_module(self._module)
            self._steps = self._module.run(self._hands)
        except BaseException:  # noqa: BLE001 - Krita would open a modal dialog
            self._finish(traceback.format_exc())
            return
        self._step()

    def _step(self):
        try:
            pause = next(self._steps)
        except StopIteration:
            self._finish(None)
        except BaseException:  # noqa: BLE001 - as above
            self._finish(traceback.format_exc())
        else:
            QtCore.QTimer.singleShot(int((pause or 0) * 1000), self._step)

    def _finish(self, error):
        report = dict(self._hands.report, error=error)
        part = self._folder / "report.part"
        part.write_text(json.dumps(report, indent=1, default=str), "utf-8")
        part.replace(self._folder / "report.json")
        if os.environ.get("LAYER_EDIT_QUIT") == "gently":
            for document in Krita.instance().documents():
                document.setModified(False)
            QtCore.QCoreApplication.quit()
        else:
            os._exit(0)
