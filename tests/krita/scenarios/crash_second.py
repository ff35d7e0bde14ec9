"""After the crash: the result is collected without the docker, kept, and inserted on a click."""

import os
from pathlib import Path


def run(hands):
    """Wait for the result on disk, look at the docker, open the document, insert."""
    jobs = Path(os.environ["LAYER_EDIT_DATA"]) / "jobs"
    yield from hands.until(lambda: list(jobs.glob("*/result.bin")), 60, "result collected")
    yield 1
    yield from hands.docker()
    yield from hands.until(lambda: len(hands.results()) == 1, 10, "listed")
    hands.report["kept"] = hands.results()[0]
    document = yield from hands.open(os.environ["PICTURE"])
    hands.choose_result("survive")
    yield 0.3
    yield from hands.screenshot("kept.png")
    hands.click("layerEdit-insert")
    root = document.rootNode()
    yield from hands.until(lambda: len(root.childNodes()) == 2, 30, "inserted")
    yield from hands.until(lambda: "Done" in hands.results()[0], 10, "done")
    hands.report["layers"] = [node.name() for node in root.childNodes()]
    yield from hands.save(document, "inserted.kra")
