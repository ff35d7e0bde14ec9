"""What is sent of a layer that is not opaque, of the visible image, and of several layers."""

from krita import Krita, Selection

from layer_edit.qt import QtCore

SIZE = (400, 300)


def run(hands):
    """Backgrounds one after the other, then the visible image, then selected layers."""
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    document = yield from hands.new_document(*SIZE)
    root, bottom = document.rootNode(), document.activeNode()
    _fill(bottom, (30, 60, 200, 255), 0, 0, *SIZE)
    shade = _add(document, "shade", (128, 128, 128, 255), 0, 0, 200, 300)
    shade.setBlendingMode("multiply")
    source = _add(document, "source", (220, 40, 40, 255), 100, 100, 80, 100)
    _fill(source, (220, 40, 40, 128), 240, 100, 60, 100)
    for x, y in ((0, 0), (399, 299)):
        _fill(source, (220, 40, 40, 255), x, y, 1, 1)
    _add(document, "above", (40, 200, 40, 255), 0, 240, 400, 60)
    document.refreshProjection()
    document.waitForDone()
    hands.click("layerEditMore")
    yield 0.3
    for background in ("auto", "white", "black", "grey"):
        yield from hands.activate(document, source)
        yield from hands.choose("layerEditBackground", background)
        yield from _edit(hands, document, f"on {background}", 1)
    for node in root.childNodes():
        if node.name().startswith("on "):
            node.setVisible(False)
    document.waitForDone()

    yield from hands.choose("layerEditScope", "image")
    hands.report["image line"] = hands.text("layerEditSource")
    yield from _edit(hands, document, "the image", 1)
    hands.report["top"] = root.childNodes()[-1].name()

    everything = Selection()
    everything.select(0, 0, *SIZE, 255)
    blur = document.createFilterLayer("Blur it", Krita.instance().filter("blur"), everything)
    root.addChildNode(blur, None)
    document.waitForDone()
    yield from hands.choose("layerEditScope", "layers")
    hands.trigger("select_all_layers")
    yield from hands.until(lambda: "more layers" in hands.text("layerEditSource"), 10, "all layers")
    for node in list(root.childNodes()):
        if node.name().startswith(("on ", "the image")):
            node.remove()
    document.waitForDone()
    hands.trigger("select_all_layers")
    yield from hands.until(lambda: "3 more" in hands.text("layerEditSource"), 10, "four layers")
    hands.report["layers line"] = hands.text("layerEditSource")
    hands.report["button"] = hands.text("layerEditSubmit")
    hands.report["before"] = [node.name() for node in root.childNodes()]
    yield from hands.screenshot("selected.png")
    yield from _edit(hands, document, "each", 4)
    hands.report["after"] = [node.name() for node in root.childNodes()]
    yield from hands.save(document, "sources.kra")


def _edit(hands, document, instruction, layers):
    before = len(document.rootNode().childNodes())
    hands.widget("layerEditInstruction").setPlainText(instruction)
    yield 0.4
    hands.click("layerEditSubmit")
    hands.report.setdefault("said", {})[instruction] = hands.text("layerEditError")
    yield from hands.until(
        lambda: len(document.rootNode().childNodes()) == before + layers, 60, instruction
    )
    yield from hands.until(
        lambda: hands.text("layerEditStatus").startswith("Done"), 30, f"{instruction} done"
    )
    yield 0.5


def _add(document, name, colour, x, y, width, height):
    node = document.createNode(name, "paintlayer")
    _fill(node, colour, x, y, width, height)
    document.rootNode().addChildNode(node, None)
    document.waitForDone()
    return node


def _fill(node, colour, x, y, width, height):
    red, green, blue, alpha = colour
    data = QtCore.QByteArray(bytes((blue, green, red, alpha)) * (width * height))
    node.setPixelData(data, x, y, width, height)
