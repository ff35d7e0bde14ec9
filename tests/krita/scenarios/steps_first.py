"""Starts three steps, and Krita dies while the second runs at the service."""

import os
import signal

from layer_edit.qt import Qt


def run(hands):
    """SIGKILL once the first step is a saved layer and the second was accepted."""
    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.save(document, "picture.kra")
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 20, "price")
    hands.click("layerEditSteps")
    hands.type("layerEditInstruction", "one")
    for line in ("two", "three"):
        hands.press("layerEditInstruction", Qt.Key.Key_Return)
        hands.keys("layerEditInstruction", line)
    hands.click("layerEditSubmit")
    root = document.rootNode()
    yield from hands.until(lambda: len(root.childNodes()) == 2, 60, "first step")
    document.waitForDone()
    document.save()
    yield from hands.until(
        lambda: hands.text("layerEditStatus").startswith("Running"), 30, "second step"
    )
    yield 0.5
    os.kill(os.getpid(), signal.SIGKILL)
