"""The first run, an edit through progress to its end, errors: in one theme, with pictures."""

import os

from krita import Krita

from layer_edit.canvas import notify
from layer_edit.qt import Qt, QtWidgets


def run(hands):
    """As a new user goes about it: look, choose, edit, run into an error, mend it."""
    said = hands.report["said"] = {}
    spoken = hands.report["spoken"] = []
    _listen(spoken)
    yield from hands.docker()
    yield 0.5
    yield from hands.screenshot("first_run.png")
    hands.click("layerEditLater")
    yield 0.3
    said["first run"] = hands.widget("layerEditFirstRun").isVisible()
    said["backend"] = hands.widget("layerEditBackend").currentData()
    said["no document"] = hands.text("layerEditSource")
    yield from hands.screenshot("no_document.png")
