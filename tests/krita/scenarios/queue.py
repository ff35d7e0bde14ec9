"""Several jobs at once, cancelled at different stages, while another document is in front."""

from layer_edit.qt import Qt


def run(hands):
    """Five jobs: four cancelled while captured, queued, running, downloading; one goes through."""
    first = yield from hands.new_document(600, 400)
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    said = hands.report["said"] = {}

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
