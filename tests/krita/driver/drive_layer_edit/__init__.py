"""Test-only Krita plugin: runs the scenario that the environment names, then ends Krita."""

import os
import sys
import time

# Krita loads plugins by name, so this one comes first and can time the import.
IMPORT_SECONDS = None

if "pykrita" in sys.modules and os.environ.get("LAYER_EDIT_SCENARIO"):
    from krita import Extension, Krita

    if "layer_edit" not in sys.modules:
        _start = time.perf_counter()
        import layer_edit  # noqa: F401

        IMPORT_SECONDS = time.perf_counter() - _start

    from .play import Player

    class DriverExtension(Extension):
        """Starts the player when Krita's first window is there."""

        def setup(self):
            """Nothing before there is a window."""

        def createActions(self, window):  # noqa: N802 - Krita's name
            """Krita calls this for each new window."""
            if not hasattr(self, "player"):
                self.player = Player(os.environ["LAYER_EDIT_SCENARIO"])
                self.player.begin()

    Krita.instance().addExtension(DriverExtension(Krita.instance()))
