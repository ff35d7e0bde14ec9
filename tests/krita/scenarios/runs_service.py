"""References, quality, prices and cancelling against the double, by real clicks, keys and drags."""

import os
from pathlib import Path

from krita import Krita

from layer_edit.qt import Qt, QtCore, QtGui, QtWidgets

CTRL = Qt.KeyboardModifier.ControlModifier
SIZE = (400, 300)


def run(hands):
    """Collect references, order them, make four drafts, then cancel four edits."""
    pictures = Path(os.environ["PICTURES"])
    docker = yield from hands.docker()
    window = Krita.instance().activeWindow().qwindow()
    window.resizeDocks([docker], [300], Qt.Orientation.Horizontal)
    document = yield from hands.new_document(*SIZE)
    source = document.activeNode()
    _fill(source, (30, 60, 200, 255), *SIZE)
    cloth = document.createNode("cloth", "paintlayer")
    _fill(cloth, (90, 90, 90, 255), 80, 60)
    document.rootNode().addChildNode(cloth, None)
    document.waitForDone()
    said = hands.report["said"] = {}
    button, tip = hands.widget("layerEditSubmit").text, hands.widget("layerEditSubmit").toolTip
    strip = hands.widget("layerEditReferences")
    titles = lambda: [strip.item(row).toolTip() for row in range(strip.count())]  # noqa: E731
    shown = lambda name: hands.widget(name).isVisible()  # noqa: E731

    said["offline"] = [shown("layerEditAddLayer"), shown("layerEditModel")]
    yield from hands.choose("layerEditBackend", "wavespeed")
    yield from hands.until(lambda: "$0.04" in button(), 20, "price")
    # The price is known at once; what the backend takes, when it has been made on a worker.
    yield from hands.until(lambda: shown("layerEditAddLayer"), 20, "references")
    said["service"] = [shown("layerEditAddLayer"), shown("layerEditModel")]

    yield from hands.activate(document, cloth)
    hands.click("layerEditAddLayer")
    yield from hands.until(lambda: "80 × 60" in "".join(titles()), 10, "layer's thumbnail")
    hands.click("layerEditAddFile")
    dialog = docker.findChild(QtWidgets.QFileDialog, "layerEditReferenceFiles")
    yield from hands.until(dialog.isVisible, 10, "file dialog")
    said["modal"] = dialog.isModal()
    dialog.selectFile(str(pictures / "red.png"))
    dialog.accept()
    yield from hands.until(lambda: strip.count() == 2, 10, "file")
    said["dropped"] = _drop(strip, [pictures / "green.png", pictures / "notes.txt"])
    _drop(strip, [pictures / "broken.png"])
    yield from hands.until(lambda: "broken" in hands.text("layerEditNotice"), 10, "broken file")
    said["broken"] = hands.text("layerEditNotice")
    yield from hands.until(lambda: len(titles()) == 3 and "×" in titles()[2], 10, "dropped file")
    said["added"] = titles()
    yield from hands.screenshot("references.png")
    hands.report["tab order"] = _tab_order(hands.widget("layerEditInstruction"))

    strip.setFocus()
    strip.setCurrentRow(2)
    hands.press("layerEditReferences", Qt.Key.Key_Left, CTRL)
    said["moved"] = titles()
    _drag(strip, 0, 2)
    said["dragged"] = titles()
    strip.setCurrentRow(1)
    hands.press("layerEditReferences", Qt.Key.Key_Delete)
    said["removed"] = titles()
    hands.report["cloth left"] = cloth.bounds().width()

    yield from hands.choose("layerEditBackend", "offline")
    said["offline note"] = hands.text("layerEditReferenceNote")
    yield from hands.choose("layerEditBackend", "wavespeed")
    # A reference is what its layer shows at the click, not when it was added.
    _fill(cloth, (250, 120, 0, 255), 80, 60)
    yield from hands.activate(document, source)
    yield from hands.choose("layerEditModel", "draft")
    yield from hands.until(lambda: "$0.02" in button(), 20, "draft's price")
    hands.type("layerEditInstruction", "a {wool|silk} coat")
    variants = hands.widget("layerEditVariants")
    variants.setFocus()
    hands.press("layerEditVariants", Qt.Key.Key_Up)
    said["button"], said["tip"] = button(), tip()
    yield from hands.screenshot("priced.png")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: len(document.rootNode().childNodes()) == 6, 60, "four drafts")
    hands.report["names"] = [node.name() for node in document.rootNode().childNodes()]
    yield from hands.until(lambda: "$0.08" in hands.text("layerEditMoney"), 20, "spent")
    yield 1

    yield from hands.choose("layerEditModel", "full")
    yield from hands.until(lambda: "$0.16" in button(), 20, "full price")
    hands.press("layerEditVariants", Qt.Key.Key_Up)
    hands.press("layerEditVariants", Qt.Key.Key_Up)
    hands.type("layerEditInstruction", "a hat")
    said["four"] = button()
    hands.click("layerEditSubmit")
    yield from hands.until(
        lambda: hands.text("layerEditStatus").startswith("Running"), 20, "running"
    )
    yield from hands.screenshot("running.png")
    said["cancel"] = hands.text("layerEditCancelBatch")
    hands.click("layerEditCancelBatch")
    yield 0.5
    said["cancelled"] = [text.split("\n")[1][:9] for text in hands.results()[:4]]
    hands.click("layerEditSubmit")
    said["budget"] = hands.text("layerEditError")
    said["anyway"] = shown("layerEditAnyway")
    yield 4
    hands.report["layers"] = len(document.rootNode().childNodes())


def _tab_order(first):
    """The object names that Tab leads to, one after the other, to the button."""
    found, widget = [], first
    while not found or found[-1] != "layerEditSubmit":
        can = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if can and widget.isVisible() and widget.objectName().startswith("layerEdit"):
            found.append(widget.objectName())
        widget = widget.nextInFocusChain()
        if widget is first:
            break
    return found


def _drop(strip, paths):
    """Drop files onto the strip's widget; whether they were welcome."""
    mime = QtCore.QMimeData()
    mime.setUrls([QtCore.QUrl.fromLocalFile(str(path)) for path in paths])
    place = QtCore.QPoint(10, 10)
    action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QtGui.QDragEnterEvent(place, action, mime, left, none)
    target = strip.parentWidget()
    QtWidgets.QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        drop = QtGui.QDropEvent(QtCore.QPointF(place), action, mime, left, none)
        QtWidgets.QApplication.sendEvent(target, drop)
    return enter.isAccepted()


def _drag(strip, start, end):
    """Drag one thumbnail to the place of another, as the mouse sends it."""
    middle = lambda row: strip.visualItemRect(strip.item(row)).center()  # noqa: E731
    kinds = QtCore.QEvent.Type
    way = [(kinds.MouseButtonPress, middle(start)), (kinds.MouseMove, middle(end)),
           (kinds.MouseButtonRelease, middle(end))]  # fmt: skip
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, place in way:
        held = none if kind == kinds.MouseButtonRelease else left
        event = QtGui.QMouseEvent(
            kind, QtCore.QPointF(place), QtCore.QPointF(strip.mapToGlobal(place)),
            none if kind == kinds.MouseMove else left, held, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QtWidgets.QApplication.sendEvent(strip.viewport(), event)


def _fill(node, colour, width, height):
    red, green, blue, alpha = colour
    data = QtCore.QByteArray(bytes((blue, green, red, alpha)) * (width * height))
    node.setPixelData(data, 0, 0, width, height)
