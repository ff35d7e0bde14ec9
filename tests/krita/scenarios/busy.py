"""A job of some ten seconds at the service while Krita is used: how long is any one hold-up?"""

from drive_layer_edit.hands import Gaps


def run(hands):
    """Send one edit of 2048 x 2048 pixels to the test double, wait for the layer."""
    document = yield from hands.new_document(2048, 2048)
    yield from hands.docker()
    yield from hands.choose("layerEditBackend", "wavespeed")
    hands.type("layerEditInstruction", "Make it look old. Keep the background.")
    yield 1
    gaps = Gaps()
    gaps.mark("idle before")
    yield 3
    status = lambda: hands.text("layerEditStatus")  # noqa: E731
    gaps.mark("click and capture")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: not status().startswith("Reading"), 20, "captured")
    gaps.mark("job")
    yield from hands.until(lambda: status().startswith("Running"), 20, "running")
    hands.report["running"] = status()
    gaps.mark("screenshot")  # the program that takes it stops the display meanwhile
    yield from hands.screenshot("running.png")
    gaps.mark("job")
    yield from hands.until(lambda: not status().startswith("Running"), 60, "ended")
    gaps.mark("after running")
    yield from hands.until(lambda: len(document.rootNode().childNodes()) == 2, 60, "new layer")
    yield from hands.until(lambda: status().startswith("Done"), 20, "done")
    gaps.mark("idle after")
    yield 2
    gaps.stop()
    hands.report["gaps"] = {label: stretch.row() for label, stretch in gaps.table.items()}
    hands.report["long_gaps"] = gaps.long
    hands.report["status"] = status()
    yield from hands.save(document, "edited.kra")
