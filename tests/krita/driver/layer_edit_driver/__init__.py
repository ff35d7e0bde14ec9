"""Test-only Krita plugin: runs the scenario that the environment names, then ends Krita."""

import os
import sys
import time

_LOADED = time.perf_counter()

if "pykrita" in sys.modules and os.environ.get("LAYER_EDIT_SCENARIO"):
    from krita import Extension, Krita

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
