"""After the crash: the step that ran is inserted, the one that never began is gone on with."""

import os
from pathlib import Path


def run(hands):
    """Go on too early, insert the second step, go on again."""
    jobs = Path(os.environ["LAYER_EDIT_DATA"]) / "jobs"
    said = hands.report["said"] = {}
    yield from hands.until(lambda: len(list(jobs.glob("*/result.bin"))) == 2, 60, "collected")
    document = yield from hands.open(os.environ["PICTURE"])
    root = document.rootNode()
    yield from hands.docker()
    results = hands.widget("layerEditResults")
    yield from hands.until(lambda: results.count() == 2, 10, "listed")
    row = hands.widget("layerEditStepsHeld")
    said["held"], said["price"] = row.text(), hands.text("layerEditStepsResume")
    yield from hands.screenshot("held.png")
    hands.click("layerEditStepsResume")
    yield from hands.until(lambda: hands.text("layerEditNotice") != "", 10, "too early")
    said["too early"] = hands.text("layerEditNotice")
    hands.report["still there"] = row.isVisible()

    kept = next(i for i in range(2) if "Kept" in results.item(i).text())
    results.setCurrentRow(kept)
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
