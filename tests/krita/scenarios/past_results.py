"""1,000 jobs of earlier days in the docker; and a document that knows what produced its layers.

PICTURE is that document; the journal knows nothing of it.
"""

import os

from drive_layer_edit.hands import QtTest
from krita import Krita

from layer_edit.docker.results.thumbnails import KEPT, Thumbnails
from layer_edit.qt import Qt, QtWidgets


def run(hands):
    """Open the docker, scroll through, search, then open the document."""
    yield from hands.new_document(400, 300)
    docker = yield from hands.docker()
    window = Krita.instance().activeWindow().qwindow()
    window.resizeDocks([docker], [300], Qt.Orientation.Horizontal)
    yield from hands.until(lambda: len(hands.results()) == 1000, 20, "listed")
    yield 1
    yield from hands.screenshot("past.png")
    view = hands.widget("layerEditResults")
    thumbnails = docker.findChild(Thumbnails)
    hands.report["bound"] = KEPT
    hands.report["first"] = hands.results()[0]
    hands.report["loaded at first"] = len(thumbnails.kept())
    view.setFocus()
    hands.press("layerEditResults", Qt.Key.Key_End)
    yield 1
    hands.report["last is seen"] = (
        view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())
    )
    for _ in range(40):
        hands.press("layerEditResults", Qt.Key.Key_PageUp)
        yield 0.05
    yield 0.5
    hands.report["loaded at last"] = len(thumbnails.kept())
    hands.report["some loaded"] = any(thumbnails.kept().values())
    yield from hands.screenshot("scrolled.png")

    view.scrollTo(hands.find_result("remove", 3))
    hands.choose_result("remove", 3)
    hands.report["buttons"] = [hands.widget("layerEdit-more").isVisible()]
    hands.type("layerEditSearch", "navy Picture 3")
    yield 0.5
    hands.report["buttons"].append(hands.widget("layerEdit-more").isVisible())
    hands.report["found"] = hands.results()
    yield from hands.screenshot("found.png")
    hands.widget("layerEditSearch").clear()

    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.activate(document, document.rootNode().childNodes()[0])
    yield 0.5
    hands.report["other layer"] = hands.widget("layerEditMadeBy").isVisible()
    for node in document.rootNode().childNodes():
        if node.name() == "brighter":
            yield from hands.activate(document, node)
    made_by = hands.widget("layerEditMadeBy")
    yield from hands.until(made_by.isVisible, 10, "the line tells of it")
    hands.report["made by"] = made_by.text()
    hands.click("layerEditMadeByDetails")
    yield 0.3
    for one in QtWidgets.QApplication.topLevelWidgets():
        if one.objectName() == "layerEditDetailsWindow":
            hands.report["details"] = one.findChild(QtWidgets.QTextBrowser).toPlainText()
            yield from hands.screenshot("made-by.png")
            QtTest.keyClick(one, Qt.Key.Key_Escape)
    hands.report["modified"] = document.modified()
