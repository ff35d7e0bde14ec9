"""Resident memory over many edits and as many undos, in megabytes.

MODE: 'edit' through the docker, 'empty layer' or 'filled layer' added by Krita in its place.
ROUNDS is how many.
"""

import os
from pathlib import Path

from layer_edit.qt import QtCore

SIDE = 2048
PAGE = os.sysconf("SC_PAGE_SIZE")


def run(hands):
    """Fill a layer with noise, do the rounds, undo them all."""
    rounds, mode = int(os.environ["ROUNDS"]), os.environ["MODE"]
    yield from hands.docker()
    document = yield from hands.new_document(SIDE, SIDE)
    source = document.activeNode()
    noise = os.urandom(SIDE * 64 * 4)
    for top in range(0, SIDE, 64):
        source.setPixelData(QtCore.QByteArray(noise), 0, top, SIDE, 64)
    document.refreshProjection()
    document.waitForDone()
    yield 2
    hands.report["start"] = _resident()
    for number in range(rounds):
        yield from hands.activate(document, source)
        if mode == "edit":
            hands.widget("layerEditInstruction").setPlainText("invert")
            hands.click("layerEditSubmit")
        else:
            _add(document, source, noise if mode == "filled layer" else b"")
        yield from hands.until(
            lambda n=number: len(document.rootNode().childNodes()) == n + 2, 60, f"layer {number}"
        )
        if mode == "edit":
            yield from hands.until(
                lambda: hands.text("layerEditStatus").startswith("Done"), 60, "done"
            )
        document.waitForDone()
    yield 2
    hands.report["layers"] = len(document.rootNode().childNodes())
    hands.report["after the rounds"] = _resident()
    for _ in range(rounds):
        hands.trigger("edit_undo")
        document.waitForDone()
        yield 0.1
    yield 5
    hands.report["layers left"] = len(document.rootNode().childNodes())
    hands.report["after the undos"] = _resident()
    document.rootNode().addChildNode(document.createNode("one more", "paintlayer"), None)
    document.waitForDone()
    yield 5
    hands.report["without the redo history"] = _resident()


def _add(document, source, noise):
    node = document.createNode("Krita's", "paintlayer")
    if noise:
        for top in range(0, SIDE, 64):
            node.setPixelData(QtCore.QByteArray(noise), 0, top, SIDE, 64)
    document.rootNode().addChildNode(node, source)


def _resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20
