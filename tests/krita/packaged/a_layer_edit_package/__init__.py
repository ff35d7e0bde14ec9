"""Test-only Krita plugin, the first by name, for a package of Layer Edit.

With LAYER_EDIT_PACKAGE it lets Krita's own importer import that file, and quits Krita. Without, it
looks which libraries the system has before the plugin is there (`SYSTEM`), is the first to import
the plugin and keeps what that loaded (`LOADED`) and how long it took, in seconds: `WALL` by the
clock and `BUSY` by the processor's time of this thread.
"""

import importlib
import importlib.util
import json
import os
import sys
import time
import traceback

WALL = BUSY = SYSTEM = LOADED = None

if "pykrita" in sys.modules:
    from krita import Extension, Krita

    QtCore = importlib.import_module(
        ("PyQt6" if "PyQt6.QtCore" in sys.modules else "PyQt5") + ".QtCore"
    )

    class Importing(Extension):
        """What the menu entry 'Import Python Plugin from File' does, without its dialogs."""

        def setup(self):
            """Nothing before there is a window."""

        def createActions(self, window):  # noqa: N802 - Krita's name
            """Krita calls this for each new window."""
            QtCore.QTimer.singleShot(1000, self.run)

        def run(self):
            """Import, write down what happened, quit as a user does: Krita keeps its settings."""
            errors = []
            try:
                menu = importlib.import_module("plugin_importer.plugin_importer_extension")
                importer = menu.PluginImporterExtension(Krita.instance())
                importer.confirm_overwrite = lambda plugin: True
                importer.confirm_activate = lambda plugins: True
                importer.display_errors = lambda error: errors.append(str(error))
                importer.do_import(os.environ["LAYER_EDIT_PACKAGE"])
            except BaseException:  # noqa: BLE001 - Krita would open a modal dialog
                errors.append(traceback.format_exc())
            report = {"errors": errors, "krita": Krita.instance().version()}
            with open(os.environ["LAYER_EDIT_IMPORTED"], "w", encoding="utf-8") as file:  # noqa: PTH123
                json.dump(report, file)
            QtCore.QCoreApplication.quit()

    if os.environ.get("LAYER_EDIT_PACKAGE"):
        Krita.instance().addExtension(Importing(Krita.instance()))
    elif "layer_edit" not in sys.modules:
        SYSTEM = {name: bool(importlib.util.find_spec(name)) for name in ("PIL", "requests")}
        _before = set(sys.modules)
        _wall, _busy = time.perf_counter(), time.thread_time()
        import layer_edit  # noqa: F401

        WALL, BUSY = time.perf_counter() - _wall, time.thread_time() - _busy
        LOADED = sorted(set(sys.modules) - _before)
