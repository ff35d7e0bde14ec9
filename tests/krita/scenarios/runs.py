"""Variants, colourways, steps, selected layers and cancelling, all offline and by real clicks."""

from krita import Krita, Selection

from layer_edit.qt import Qt, QtCore

SIZE = (300, 200)


def run(hands):
    """One document for each way of making many jobs."""
    docker = yield from hands.docker()
    yield from _narrow(docker)
    said = hands.report["said"] = {}
    button = lambda: hands.text("layerEditSubmit")  # noqa: E731

    document = yield from _document(hands)
    said["plain"] = button()
    hands.type("layerEditInstruction", "change the blue to {red|green}")
    said["colourways"] = button()
    variants = hands.widget("layerEditVariants")
    variants.setFocus()
    hands.press("layerEditVariants", Qt.Key.Key_Up)
    hands.click("layerEditPinSeed")
    seed = hands.widget("layerEditSeed")
    seed.setFocus()
    seed.selectAll()
    hands.keys("layerEditSeed", "5")
    hands.press("layerEditSeed", Qt.Key.Key_Tab)
    said["variants"] = button()
    yield from hands.screenshot("variants.png")
    hands.press("layerEditInstruction", Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    yield from _placed(hands, document, 5)
    yield from hands.screenshot("colourways.png")
    yield from hands.save(document, "colourways.kra")

    variants.setFocus()
    hands.press("layerEditVariants", Qt.Key.Key_Down)
    hands.choose_result("", 1)
    yield 0.2
    hands.click("layerEditTakeSeed")
    said["taken seed"] = hands.widget("layerEditSeed").value()
    hands.click("layerEditPinSeed")
    said["seed shown"] = seed.isVisible()

    document = yield from _document(hands)
    _lines(hands, "change the blue to red", "invert", "black and white")
    said["lines"] = button()
    hands.click("layerEditSteps")
    said["steps"] = button()
    hands.click("layerEditSubmit")
    yield from _placed(hands, document, 4)
    yield from hands.save(document, "steps.kra")

    document = yield from _document(hands)
    _lines(hands, "invert", "put a hat on it", "invert")
    hands.click("layerEditSubmit")
    yield from _placed(hands, document, 2, "put a hat")
    yield from hands.until(lambda: "failed" in hands.text("layerEditNotice"), 20, "stopped")
    said["failed step"] = hands.text("layerEditNotice")
    said["failed why"] = hands.text("layerEditError")
    yield from hands.screenshot("failed.png")
    hands.report["after failure"] = len(document.rootNode().childNodes())

    document = yield from _document(hands)
    selection = Selection()
    selection.select(100, 50, 100, 100, 255)
    document.setSelection(selection)
    yield 0.5
    _lines(hands, "invert", "black and white")
    hands.click("layerEditSubmit")
    yield from _placed(hands, document, 3)
    top = _layers(document)[-1]
    hands.report["masks"] = [child.type() for child in top.childNodes()]
    document.setSelection(None)
    document.waitForDone()
    hands.export_projection(document, "selected.png")
    yield from hands.save(document, "selected.kra")
    hands.click("layerEditSteps")

    document = yield from _document(hands)
    second = document.createNode("second", "paintlayer")
    _fill(second, (40, 80, 220, 255), 0, 0, 150, 200)
    document.rootNode().addChildNode(second, None)
    document.waitForDone()
    yield from hands.choose("layerEditScope", "layers")
    hands.trigger("select_all_layers")
    yield from hands.until(lambda: button() == "Edit 2 layers", 10, "two layers")
    hands.type("layerEditInstruction", "change the blue to {red|green}")
    said["layers"] = button()
    hands.click("layerEditSubmit")
    yield from _placed(hands, document, 6)
    hands.report["stack"] = [node.name() for node in _layers(document)]

    hands.trigger("select_all_layers")
    yield 0.5
    hands.click("layerEditSubmit")
    said["cancel"] = hands.text("layerEditCancelBatch")
    hands.click("layerEditCancelBatch")
    yield 1.5
    hands.report["after cancel"] = len(_layers(document))
    said["cancelled"] = hands.text("layerEditStatus")
    said["batch button"] = hands.widget("layerEditCancelBatch").isVisible()

    hands.type("layerEditInstruction", "{" + "|".join(map(str, range(49))) + "}")
    said["too many button"] = button()
    hands.click("layerEditSubmit")
    said["too many"] = hands.text("layerEditError")
    hands.type("layerEditInstruction", "invert {a|")
    hands.click("layerEditSubmit")
    said["open brace"] = hands.text("layerEditError")
    yield from hands.screenshot("refused.png")


def _narrow(docker):
    """300 pixels wide."""
    window = Krita.instance().activeWindow().qwindow()
    window.resizeDocks([docker], [300], Qt.Orientation.Horizontal)
    yield 0.3


def _document(hands):
    document = yield from hands.new_document(*SIZE)
    _fill(document.activeNode(), (40, 80, 220, 255), 0, 0, 150, 200)
    _fill(document.activeNode(), (200, 200, 200, 255), 150, 0, 150, 200)
    document.refreshProjection()
    document.waitForDone()
    return document


def _lines(hands, *lines):
    """Type lines with Enter between them."""
    hands.type("layerEditInstruction", lines[0])
    for line in lines[1:]:
        hands.press("layerEditInstruction", Qt.Key.Key_Return)
        hands.keys("layerEditInstruction", line)


def _placed(hands, document, layers, name=""):
    yield from hands.until(lambda: len(_layers(document)) == layers, 60, f"{layers} layers {name}")
    yield 0.7


def _layers(document):
    return [node for node in document.rootNode().childNodes() if node.type() == "paintlayer"]


def _fill(node, colour, x, y, width, height):
    red, green, blue, alpha = colour
    data = QtCore.QByteArray(bytes((blue, green, red, alpha)) * (width * height))
    node.setPixelData(data, x, y, width, height)
