"""One edit as an artist does it, then undo and redo; the file is saved at every point."""

import os


def run(hands):
    """Open, type, click Edit, undo once, redo once."""
    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.docker()
    yield from hands.save(document, "before.kra")
    root = document.rootNode()
    source = document.activeNode()
    hands.report["source"] = source.uniqueId().toString()
    hands.report["source_line"] = hands.text("layerEditSource")

    hands.type("layerEditInstruction", os.environ["INSTRUCTION"])
    yield 0.2
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: len(root.childNodes()) == 2, 60, "new layer")
    yield from hands.until(
        lambda: hands.text("layerEditStatus").startswith("Done"), 20, "status Done"
    )
    yield 1
    hands.report["status"] = hands.text("layerEditStatus")
    hands.report["error_line"] = hands.text("layerEditError")
    hands.report["results"] = len(hands.results())
    hands.report["active"] = document.activeNode().name()
    yield from hands.screenshot("done.png")
    yield from hands.save(document, "edited.kra")

    hands.report["history"] = {"edited": (yield from hands.history())}
    hands.trigger("edit_undo")
    yield from hands.until(lambda: len(root.childNodes()) == 1, 20, "undo")
    yield 0.5
    hands.report["history"]["undone"] = yield from hands.history()
    yield from hands.save(document, "undone.kra")
    hands.trigger("edit_redo")
    yield from hands.until(lambda: len(root.childNodes()) == 2, 20, "redo")
    yield 0.5
    hands.report["history"]["redone"] = yield from hands.history()
    yield from hands.save(document, "redone.kra")
