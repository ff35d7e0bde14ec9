"""Several jobs at once, cancelled at different stages, while another document is in front.

Before them what an earlier Krita left: a result that it was placing when it ended.
"""

from layer_edit.canvas.pump import WAIT
from layer_edit.qt import Qt
from layer_edit.session import landing


def run(hands):
    """Four jobs cancelled while captured, queued, running, placed; one goes through."""
    first = yield from hands.new_document(600, 400)
    yield from hands.docker()
    said = hands.report["said"] = {}
    yield from _left_over(hands, first)
    yield from hands.choose("layerEditBackend", "wavespeed")

    def state_of(name):
        return hands.result(name).split("\n")[1]

    hands.type("layerEditInstruction", "captured")
    hands.click("layerEditSubmit")
    hands.click("layerEditCancel")
    yield 0.3
    said["captured"] = state_of("captured")

    for name in ("goes through", "running", "queued"):
        hands.type("layerEditInstruction", name)
        hands.press("layerEditInstruction", Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        yield 0.4
    second = yield from hands.new_document(300, 200)
    yield from hands.until(lambda: "300 × 200" in hands.text("layerEditSource"), 5, "switched")
    yield from hands.until(lambda: state_of("running").startswith("Running"), 20, "running")
    said["queued before"] = state_of("queued")
    hands.choose_result("queued")
    hands.click("layerEditCancel")
    yield 0.2
    said["queued"] = state_of("queued")
    hands.choose_result("running")
    hands.click("layerEditCancel")
    yield 0.2
    said["running"] = state_of("running")
    hands.report["tooltip"] = hands.find_result("running").data(Qt.ItemDataRole.ToolTipRole)
    yield from hands.screenshot("queue.png")
    yield from hands.until(lambda: state_of("goes through").startswith("Done"), 40, "done")
    yield 1
    said["goes through"] = state_of("goes through")
    hands.report["first"] = [node.name() for node in first.rootNode().childNodes()]
    hands.report["second"] = [node.name() for node in second.rootNode().childNodes()]
    hands.report["cancel enabled"] = hands.widget("layerEditCancel").isEnabled()
    yield from _placing(hands, second)
    yield from _closed_while_busy(hands)


def _left_over(hands, document):
    """It is kept, and says so; a click makes it a layer."""
    yield from hands.until(hands.results, 20, "what is left over is listed")
    hands.report["left over"] = found = {"before": hands.result("left over")}
    found["tooltip"] = hands.find_result("left over").data(Qt.ItemDataRole.ToolTipRole)
    hands.choose_result("left over")
    hands.click("layerEdit-insert")
    yield from hands.until(lambda: "Done" in hands.result("left over"), 20, "inserted")
    found["after"] = hands.result("left over")
    found["layers"] = [node.name() for node in document.rootNode().childNodes()]
    document.rootNode().childNodes()[-1].remove()
    document.waitForDone()


def _placing(hands, document):
    """A result that has come is cancelled while Krita cannot place it yet, then inserted."""
    found = hands.report["placing"] = {}
    is_busy = _placing_waits()
    yield from hands.choose("layerEditBackend", "offline")
    hands.type("layerEditInstruction", "invert")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: "Placing" in hands.result("invert"), 20, "placing")
    hands.choose_result("invert")
    yield 0.3
    found["offered"] = _offered(hands)
    found["status"] = hands.text("layerEditStatus")
    yield from hands.screenshot("placing.png")
    hands.click("layerEditCancel")
    yield 0.3
    found["cancelled"] = hands.result("invert")
    found["error line"] = hands.text("layerEditError")
    found["offered then"] = _offered(hands)
    is_busy.clear()
    yield 1
    found["layers"] = [node.name() for node in document.rootNode().childNodes()]
    yield from hands.screenshot("placing-cancelled.png")
    hands.click("layerEdit-insert")
    yield from hands.until(lambda: "Done" in hands.result("invert"), 20, "inserted")
    found["inserted"] = [node.name() for node in document.rootNode().childNodes()]


def _placing_waits():
    """Placing waits until the list that is returned is empty."""
    place, is_busy = landing.place, [True]

    def late(*arguments):
        while is_busy:
            yield WAIT
        landing.place = place
        return (yield from place(*arguments))

    landing.place = late
    return is_busy


def _closed_while_busy(hands):
    """A document is closed while a transform in it has to end before its result can be placed."""
    found = hands.report["closed while busy"] = {}
    document = yield from hands.new_document(200, 150)
    # Its result needs a copy of the document, and that the end of the transform.
    document.activeNode().setBlendingMode("multiply")
    is_busy = _placing_waits()
    hands.type("layerEditInstruction", "darker")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: "Placing" in hands.result("darker"), 20, "placing")
    hands.trigger("KisToolTransform")
    yield 1.5
    is_busy.clear()
    yield 1
    found["in the transform"] = hands.result("darker")
    document.setModified(False)
    document.close()
    yield from hands.until(lambda: "Placing" not in hands.result("darker"), 20, "not waited for")
    found["closed"] = hands.result("darker")
    found["error line"] = hands.text("layerEditError")
    hands.trigger("KritaShape/KisToolBrush")
    yield 1
    hands.type("layerEditInstruction", "warmer")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: "Done" in hands.result("warmer"), 20, "the next one")


def _offered(hands):
    """The buttons for the chosen result, and whether 'Cancel' can be clicked."""
    names = ("insert", "forget", "retry", "more")
    buttons = {name: hands.docker_widget(f"layerEdit-{name}") for name in names}
    seen = [name for name, one in buttons.items() if one is not None and one.isVisible()]
    return {"buttons": seen, "cancel": hands.widget("layerEditCancel").isEnabled()}
