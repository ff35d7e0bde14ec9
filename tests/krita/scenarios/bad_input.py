"""What cannot be edited gets a sentence in the docker, never a dialog."""

from krita import Krita

from layer_edit.qt import QtWidgets

LONG = "x" * 4001


def run(hands):
    """Go through them, noting what the docker says and whether a window popped up."""
    yield from hands.docker()
    hands.report["says"] = says = {}

    def note(name, widget):
        modal = QtWidgets.QApplication.activeModalWidget()
        says[name] = {
            "text": hands.text(widget),
            "enabled": hands.widget("layerEditSubmit").isEnabled(),
            "dialog": None if modal is None else modal.windowTitle(),
        }

    yield 0.5
    note("no document", "layerEditSource")
    yield from hands.screenshot("no-document.png")

    document = yield from hands.new_document(400, 300)
    background = document.activeNode()
    empty = document.createNode("Empty one", "paintlayer")
    document.rootNode().addChildNode(empty, background)
    document.waitForDone()
    yield from hands.activate(document, empty)
    yield 0.5
    note("empty layer", "layerEditSource")

    filter_layer = document.createFilterLayer(
        "Blur it", Krita.instance().filter("blur"), document.selection() or _everything(document)
    )
    document.rootNode().addChildNode(filter_layer, empty)
    document.waitForDone()
    yield from hands.activate(document, filter_layer)
    yield 0.5
    note("filter layer", "layerEditSource")

    yield from hands.activate(document, background)
    yield 0.5
    for name, text in (
        ("empty instruction", "   "),
        ("long instruction", LONG),
        ("refused", "replace the jacket with a leather jacket"),
    ):
        hands.widget("layerEditInstruction").setPlainText(text)
        hands.click("layerEditSubmit")
        yield from hands.until(lambda: hands.text("layerEditError"), 10, name)
        note(name, "layerEditError")
        yield from hands.screenshot(f"{name.replace(' ', '-')}.png")
    hands.report["layers"] = [node.name() for node in document.rootNode().childNodes()]

    small = yield from hands.new_document(1, 1)
    yield from hands.until(lambda: "1 × 1" in hands.text("layerEditSource"), 5, "1x1")
    hands.widget("layerEditInstruction").setPlainText("invert")
    hands.click("layerEditSubmit")
    yield 0.5
    note("1x1", "layerEditError")
    small.setModified(False)

    yield from hands.choose("layerEditBackend", "wavespeed")
    yield 0.2
    hands.report["key_row"] = hands.widget("layerEditKey").isVisible()
    large = yield from hands.new_document(400, 300)
    yield from hands.until(lambda: "400 × 300" in hands.text("layerEditSource"), 5, "switch")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: "key" in hands.text("layerEditError"), 10, "no key")
    note("no key", "layerEditError")
    yield from hands.screenshot("no-key.png")
    hands.report["layers of the last"] = len(large.rootNode().childNodes())


def _everything(document):
    from krita import Selection

    selection = Selection()
    selection.select(0, 0, document.width(), document.height(), 255)
    return selection
