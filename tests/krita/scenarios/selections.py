"""Edits within selections of all shapes ('invert'), through the docker, each undone and redone.

For each case: `<case>-selection.png` is Krita's own selection over the canvas, `<case>-after.png`
the export of what the canvas shows after the edit, `<case>-undone.png` after undoing it.
On Krita 5.1 also what the user may do while Krita's action is awaited.
"""

import os

from krita import Krita, Selection
from PIL import Image

from layer_edit.canvas import insert, mask_action
from layer_edit.canvas.mask import can_attach


def run(hands):
    """All cases in one document."""
    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.docker()
    root = document.rootNode()
    source = document.activeNode()
    hands.click("layerEditMore")
    hands.report["cases"] = found = {}
    for name, (make, options) in CASES.items():
        yield from hands.activate(document, source)
        document.setSelection(make(document))
        yield 0.4
        for option in ("Context", "Grow", "Feather"):
            hands.widget(f"layerEdit{option}").setValue(options.get(option, 0))
        _write_selection(hands, document, f"{name}-selection.png")
        (steps, _done) = yield from hands.history()
        before = _bounds(document)
        hands.widget("layerEditInstruction").setPlainText("invert")
        yield 0.4
        line = hands.text("layerEditSource")
        hands.click("layerEditSubmit")
        yield from hands.until(lambda: len(_layers(root)) == 2, 30, name)
        yield from hands.until(
            lambda: hands.text("layerEditStatus").startswith("Done"), 20, f"{name} done"
        )
        yield 0.5
        after, _done = yield from hands.history()
        result = _layers(root)[1]
        found[name] = case = {
            "line": line,
            "masks": [child.type() for child in result.childNodes()],
            "bounds": _rect(result.bounds()),
            "selection": [before, _bounds(document)],
        }
        if name == "feathered":
            yield from hands.screenshot("selection.png")
        yield from _deselect(hands, document)
        hands.export_projection(document, f"{name}-after.png")
        case["steps"] = after - steps
        # Taking the selection away for the export may be a step of its own.
        for _ in range(5):
            if len(_layers(root)) == 1:
                break
            hands.trigger("edit_undo")
            document.waitForDone()
            yield 0.5
        case["layers undone"] = len(_layers(root))
        yield from _deselect(hands, document)
        hands.export_projection(document, f"{name}-undone.png")
    yield from _nothing_selected_of_the_layer(hands, document)
    if not can_attach(document):
        yield from _while_the_action_is_awaited(hands, document, source)


def _while_the_action_is_awaited(hands, document, source):
    """Another document comes to the front as soon as the layer is added, and then more."""
    other = yield from hands.new_document(200, 150)
    add = insert._add

    def add_and_switch(*arguments):
        add(*arguments)
        _show(other)

    insert._add = add_and_switch
    hands.report["meanwhile"] = {}
    for name, (wish, then, patience) in MEANWHILE.items():
        mask_action.PATIENCE = patience
        yield from _front(hands, document)
        yield from hands.activate(document, source)
        if document.selection() is None:
            document.setSelection(_rectangle(document))
        yield 0.5
        before, number = _bounds(document), len(_layers(document.rootNode()))
        hands.type("layerEditInstruction", wish)
        hands.click("layerEditSubmit")
        yield from hands.until(
            lambda n=number: len(_layers(document.rootNode())) > n, 30, f"{name}: layer"
        )
        yield 0.5
        yield from then(hands, document)
        yield from hands.until(
            lambda w=wish: "Placing" not in hands.result(w), 20, f"{name}: ended"
        )
        yield 0.5
        layers = _layers(document.rootNode()) if name != "closed" else []
        made = [layer for layer in layers if layer.name() == wish]
        hands.report["meanwhile"][name] = {
            "line": hands.result(wish).split("\n")[1],
            "notice": hands.text("layerEditNotice"),
            "error": hands.text("layerEditError"),
            "layers": [[child.type() for child in layer.childNodes()] for layer in made],
            "other": [len(layer.childNodes()) for layer in _layers(other.rootNode())],
            "selection": [before, _bounds(document)],
        }
        yield from hands.screenshot(f"meanwhile {name}.png")
        for layer in made:
            layer.remove()
        document.waitForDone()
    insert._add = add


def _front(hands, document):
    _show(document)
    yield from hands.until(lambda: Krita.instance().activeDocument() == document, 5, "in front")
    yield 0.5


def _stay(_hands, _document):
    yield 0


def _cancel(hands, _document):
    hands.click("layerEditCancel")
    yield 0


def _close(_hands, document):
    document.setModified(False)
    document.close()
    yield 0


MEANWHILE = {
    "back": ("greyscale", _front, 10),
    "away": ("brighter", _stay, 2),
    "cancelled": ("darker", _cancel, 30),
    "closed": ("warmer", _close, 30),
}
"""The instruction, what is done then, and for how many seconds the other document may stay."""


def _show(document):
    # Window.showView does nothing on Krita 5.1.
    next(view for view in Krita.instance().views() if view.document() == document).setVisible()


def _deselect(hands, document):
    """By Krita's action: taking it away twice at once crashes Krita 5.1."""
    if document.selection() is not None:
        hands.trigger("deselect")
        yield from hands.until(lambda: document.selection() is None, 10, "deselected")
    document.waitForDone()
    yield 0.3


def _nothing_selected_of_the_layer(hands, document):
    small = document.createNode("small", "paintlayer")
    small.setPixelData(bytes([255] * 4 * 100), 0, 0, 10, 10)
    document.rootNode().addChildNode(small, None)
    document.waitForDone()
    yield from hands.activate(document, small)
    document.setSelection(_rectangle(document))
    yield 1
    hands.report["nothing there"] = hands.text("layerEditSource")


def _rectangle(document):
    selection = Selection()
    selection.select(120, 90, 100, 70, 255)
    return selection


def _feathered(document):
    selection = _rectangle(document)
    selection.feather(12)
    return selection


def _inverted(document):
    selection = _feathered(document)
    selection.invert()
    return selection


def _larger(document):
    selection = Selection()
    selection.select(-300, -200, 2000, 1500, 255)
    return selection


def _at_the_edge(document):
    selection = Selection()
    selection.select(-50, 200, 150, 400, 255)
    return selection


def _two_parts(document):
    selection = Selection()
    selection.select(20, 20, 40, 30, 255)
    other = Selection()
    other.select(300, 200, 60, 50, 160)
    selection.add(other)
    return selection


def _one_pixel(document):
    selection = Selection()
    selection.select(200, 150, 1, 1, 255)
    return selection


CASES = {
    "rectangle": (_rectangle, {"Context": 25}),
    "feathered": (_feathered, {"Context": 25}),
    "inverted": (_inverted, {}),
    "larger than the canvas": (_larger, {"Context": 50}),
    "at the edge": (_at_the_edge, {"Context": 25}),
    "two parts": (_two_parts, {"Context": 100}),
    "one pixel": (_one_pixel, {}),
    "grown": (_rectangle, {"Context": 25, "Grow": 9}),
    "softened": (_rectangle, {"Context": 25, "Grow": -4, "Feather": 6}),
}


def _layers(root):
    return [node for node in root.childNodes() if node.type().endswith("layer")]


def _bounds(document):
    selection = document.selection()
    if selection is None:
        return None
    return [selection.x(), selection.y(), selection.width(), selection.height()]


def _rect(rect):
    return [rect.x(), rect.y(), rect.width(), rect.height()]


def _write_selection(hands, document, name):
    size = (document.width(), document.height())
    data = bytes(document.selection().pixelData(0, 0, *size))
    Image.frombytes("L", size, data).save(hands.folder / name)
