"""Edits by a model that redraws the whole picture: what it was not asked for stays as it was."""

import os

from krita import Selection

from layer_edit.qt import Qt


def run(hands):
    """A local edit, an edit of its result, in a selection, a global one, one unprotected."""
    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.docker()
    root, source = document.rootNode(), document.activeNode()
    hands.type("layerEditKey", os.environ["DOUBLE_KEY"])
    hands.press("layerEditKey", Qt.Key.Key_Return)
    hands.report["cases"] = {}
    first = yield from _edit(hands, document, source, "invert the middle", "local")
    yield from hands.screenshot("local.png")
    yield from _edit(hands, document, first, "invert the middle again", "again")
    yield from _remove(hands, document, source)
    document.setSelection(_selection())
    yield 0.4
    yield from _edit(hands, document, source, "invert the middle", "selection")
    hands.trigger("deselect")
    yield from hands.until(lambda: document.selection() is None, 10, "deselected")
    yield from _export(hands, document, "selection")
    yield from _remove(hands, document, source)
    yield from _edit(hands, document, source, "make it black and white", "global")
    yield from _remove(hands, document, source)
    hands.click("layerEditMore")
    yield from hands.choose("layerEditProtect", "off")
    yield from hands.screenshot("option.png")
    yield from _edit(hands, document, source, "invert the middle", "off")
    hands.report["layers"] = len(root.childNodes())


def _edit(hands, document, node, instruction, name):
    """One edit of a layer; its facts go into the report, what shows then into a picture."""
    yield from hands.activate(document, node)
    yield 0.4
    known = {layer.uniqueId().toString() for layer in document.rootNode().childNodes()}
    hands.widget("layerEditInstruction").setPlainText(instruction)
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: "Done" not in hands.text("layerEditStatus"), 10, "started")
    yield from hands.until(lambda: hands.text("layerEditStatus").startswith("Done"), 60, name)
    yield 0.5
    made = next(
        layer
        for layer in document.rootNode().childNodes()
        if layer.type() == "paintlayer" and layer.uniqueId().toString() not in known
    )
    data = bytes(made.pixelData(0, 0, document.width(), document.height()))
    hands.report["cases"][name] = {
        "status": hands.text("layerEditStatus"),
        "masks": [child.type() for child in made.childNodes()],
        "least alpha": min(data[3::4]),
    }
    if document.selection() is None:
        yield from _export(hands, document, name)
    return made


def _export(hands, document, name):
    document.waitForDone()
    yield 0.3
    hands.export_projection(document, f"{name}-shown.png")


def _remove(hands, document, source):
    """All layers but the source."""
    for layer in document.rootNode().childNodes():
        if layer.type() == "paintlayer" and layer.uniqueId() != source.uniqueId():
            layer.remove()
    document.waitForDone()
    yield 0.3


def _selection():
    """The left half of what the edit changes, and more to its left."""
    selection = Selection()
    selection.select(0, 0, 400, 560, 255)
    return selection
