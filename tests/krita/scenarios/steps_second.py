"""After the crash: the step that ran is inserted, the one that never began is gone on with."""

import os
from pathlib import Path


def run(hands):
    """Go on too early, insert the second step, go on again."""
    jobs = Path(os.environ["LAYER_EDIT_DATA"]) / "jobs"
    said = hands.report["said"] = {}
    yield from hands.until(lambda: len(list(jobs.glob("*/result.bin"))) == 2, 60, "collected")
    yield from hands.docker()
    lines = hands.results
    yield from hands.until(lambda: any("Kept" in line for line in lines()), 30, "kept")
    document = yield from hands.open(os.environ["PICTURE"])
    root = document.rootNode()
    row = hands.widget("layerEditStepsHeld")
    said["held"], said["price"] = row.text(), hands.text("layerEditStepsResume")
    yield from hands.screenshot("held.png")
    hands.click("layerEditStepsResume")
    yield from hands.until(lambda: hands.text("layerEditNotice") != "", 10, "too early")
    said["too early"] = hands.text("layerEditNotice")
    hands.report["still there"] = row.isVisible()

    hands.choose_result("", next(row for row, line in enumerate(lines()) if "Kept" in line))
    yield 0.2
    hands.click("layerEdit-insert")
    yield from hands.until(lambda: len(root.childNodes()) == 3, 30, "second step")
    yield 2
    hands.report["by itself"] = len(root.childNodes())
    hands.click("layerEditStepsResume")
    yield from hands.until(lambda: len(root.childNodes()) == 4, 60, "third step")
    yield 1
    hands.report["names"] = [node.name() for node in root.childNodes()]
    hands.report["row after"] = row.isVisible()
    yield from hands.save(document, "stepped.kra")
