"""What may happen to a document while an edit runs: all cases at once, a document each.

The service answers when the file `changed` is there, when each document was changed in its own
way. At the end every open document is saved as `<case>-after.kra`; `report['cases']` has what the
list said.
"""

import os

from krita import Krita

from layer_edit.canvas import results_layers
from layer_edit.qt import Qt


def run(hands):
    """Open a document for each case, start all edits, change all documents, wait for all."""
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    documents, sources = {}, {}
    for case in CASES:
        hands.report["at"] = case
        document = yield from hands.open(os.environ["PICTURE"])
        yield from hands.activate(document, _prepare(case, document, document.activeNode()))
        documents[case], sources[case] = document, document.activeNode()
        image = case.startswith("visible image")
        yield from hands.choose("layerEditScope", "image" if image else "layer")
        hands.type("layerEditInstruction", case)
        before = len(hands.results())
        hands.click("layerEditSubmit")
        yield from hands.until(lambda n=before: len(hands.results()) > n, 10, f"{case} started")
        yield from hands.until(
            lambda c=case: "Reading" not in _line(hands, c), 20, f"{case} captured"
        )
    hands.report["before"] = {case: _line(hands, case) for case in CASES}
    for case, change in CASES.items():
        change(hands, documents, documents[case], sources[case])
        yield 0.3
        if case == "switched":
            front = Krita.instance().activeDocument()
            hands.report["switched to"] = front == documents["nothing"]
    (hands.folder / "changed").write_text("")
    ended = ("Done", "Kept", "Failed")
    yield from hands.until(
        lambda: all(any(word in _line(hands, case) for word in ended) for case in CASES), 120, "all"
    )
    yield 1
    hands.report["cases"] = found = {}
    for case, document in documents.items():
        item = hands.find_result(f"{case}\n")
        found[case] = {
            "line": item.data(),
            "tip": item.data(Qt.ItemDataRole.ToolTipRole),
            "open": document in Krita.instance().documents(),
        }
        if found[case]["open"]:
            document.waitForDone()
            document.saveAs(str(hands.folder / f"{case}-after.kra"))
    hands.report["in the copy"] = [node.name() for node in hands.copy.rootNode().childNodes()]
    yield from hands.screenshot("meanwhile.png")
    yield from _brought_to_front(hands, [documents["cropped"], documents["switched"]])


def _brought_to_front(hands, documents):
    """As 'Edit further' does it with the document of a result."""
    found = hands.report["brought to front"] = []
    for document in documents:
        results_layers.bring_to_front(document)
        yield 0.5
        found.append(Krita.instance().activeDocument() == document)


def _prepare(case, document, layer):
    if not case.startswith("group"):
        return layer
    group = document.createGroupLayer("the group")
    group.addChildNode(layer.duplicate(), None)
    document.rootNode().addChildNode(group, layer)
    document.waitForDone()
    layer.remove()
    document.waitForDone()
    return document.rootNode().childNodes()[0]


def _regroup(hands, documents, document, layer):
    group = document.createGroupLayer("new group")
    document.rootNode().addChildNode(group, layer)
    document.rootNode().removeChildNode(layer)
    group.addChildNode(layer, None)


def _copy(hands, documents, document, layer):
    # Krita closes it as soon as Python has no name for it any more.
    hands.copy = document.clone()
    hands.copy.setBatchmode(True)
    Krita.instance().activeWindow().addView(hands.copy)


def _close(hands, documents, document, layer):
    document.setModified(False)
    document.close()


def _move_by(node, dx, dy):
    node.move(node.position().x() + dx, node.position().y() + dy)


CASES = {
    "nothing": lambda hands, docs, doc, layer: None,
    "switched": lambda hands, docs, doc, layer: _front(docs["nothing"]),
    "cropped": lambda hands, docs, doc, layer: doc.crop(30, 20, 200, 150),
    "cropped at its origin": lambda hands, docs, doc, layer: doc.crop(0, 0, 200, 150),
    "canvas enlarged": lambda hands, docs, doc, layer: doc.resizeImage(-40, -30, 400, 300),
    "scaled up": lambda hands, docs, doc, layer: _scale(doc, 2.0),
    "scaled down": lambda hands, docs, doc, layer: _scale(doc, 0.5),
    "layer moved": lambda hands, docs, doc, layer: _move_by(layer, 25, -15),
    "layer renamed": lambda hands, docs, doc, layer: layer.setName("another name"),
    "layer regrouped": _regroup,
    "layer deleted": lambda hands, docs, doc, layer: layer.remove(),
    "group, its layer moved": lambda hands, docs, doc, group: _move_by(
        group.childNodes()[0], 10, 20
    ),
    "group, cropped": lambda hands, docs, doc, group: doc.crop(30, 20, 200, 150),
    "visible image, cropped": lambda hands, docs, doc, layer: doc.crop(30, 20, 200, 150),
    "closed": _close,
    "saved under another name": lambda hands, docs, doc, layer: doc.saveAs(
        str(hands.folder / "another name.kra")
    ),
    "copied": _copy,
}


def _front(document):
    # Window.showView does nothing on Krita 5.1.
    next(v for v in Krita.instance().views() if v.document() == document).setVisible()


def _scale(document, factor):
    width, height = round(document.width() * factor), round(document.height() * factor)
    document.scaleImage(width, height, 300, 300, "Bicubic")


def _line(hands, case):
    return hands.result(f"{case}\n")
