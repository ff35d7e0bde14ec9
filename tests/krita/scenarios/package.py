"""An imported package: what it cost Krita's start, which libraries it uses, one edit."""

import os
import sys
import time

import a_layer_edit_package as first


def run(hands):
    """What the start cost and the system has, then an edit as an artist does it."""
    hands.report["start"] = _cost_of_start()
    hands.report["system"], hands.report["loaded"] = first.SYSTEM, first.LOADED
    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.docker()
    root = document.rootNode()
    hands.type("layerEditInstruction", "invert")
    yield 0.2
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: len(root.childNodes()) == 2, 60, "new layer")
    yield from hands.until(
        lambda: hands.text("layerEditStatus").startswith("Done"), 20, "status Done"
    )
    yield from hands.save(document, "edited.kra")
    hands.report["libraries"] = {name: sys.modules[name].__file__ for name in ("PIL", "requests")}
    hands.report["path"] = [entry for entry in sys.path if "vendor" in entry]

    from layer_edit import release, report

    hands.report["version"] = release.version()
    hands.report["doctor"] = report.text(
        hands.report["krita"], hands.report["qt"], hands.folder, network=False
    )


def _cost_of_start():
    """Milliseconds that the plugin takes before its docker is shown, by clock and by processor:
    its import, one window's empty docker, and the look for unfinished jobs some seconds later."""
    import layer_edit
    from layer_edit.canvas.host import DockerShell

    parts = {"import": (first.WALL, first.BUSY)}
    for name, call in (
        ("docker", lambda: DockerShell(lambda: None)),
        ("unfinished jobs", layer_edit._go_on),
    ):
        wall, busy = time.perf_counter(), time.thread_time()
        call()
        parts[name] = (time.perf_counter() - wall, time.thread_time() - busy)
    return {name: [seconds * 1000 for seconds in pair] for name, pair in parts.items()}
