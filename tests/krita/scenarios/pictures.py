"""The docker in every state it can be in, each with a screenshot and what does not fit in it.

PICTURE is opened and edited offline in four colours; DOCKER_HEIGHT is the docker's in pixels, if
given. `report` has, by state, the controls whose texts are cut off or that stick out, and where
window and docker are on the screenshots.
"""

import os

from krita import Krita

from layer_edit.backends.base import Stage
from layer_edit.qt import Qt, QtCore, QtWidgets

WISH = "change the yellow to {magenta|red|blue|green}"
REFUSED = "replace the flower with a lamp"


def run(hands):
    """First run, idle, running, finished, refused, what to keep, failed, no document."""
    said = hands.report["misfits"] = {}

    def shot(name):
        yield 0.4
        said[name] = _misfits(hands._docker)
        yield from hands.screenshot(f"{name}.png")

    document = yield from hands.open(os.environ["PICTURE"])
    yield from hands.docker()
    window = Krita.instance().activeWindow().qwindow()
    height = int(os.environ.get("DOCKER_HEIGHT", "0"))
    if height:
        window.resizeDocks([hands._docker], [height], Qt.Orientation.Vertical)
    yield 0.5
    hands.report["window"] = _place(window)
    hands.report["docker"] = _place(hands._docker)
    yield from shot("first_run")
    hands.click("layerEditTryOffline")
    yield from shot("idle")
    hands.click("layerEditMore")
    yield from shot("more")
    hands.click("layerEditMore")

    root = document.rootNode()
    hands.type("layerEditInstruction", WISH)
    hands.click("layerEditSubmit")
    updates = hands._docker.widget()._session.updates
    busy = (Stage.RUNNING, Stage.COMPOSING)
    running = lambda: any(one.stage in busy for one in updates.values())  # noqa: E731
    yield from hands.until(running, 20, "running")
    yield from shot("running")
    yield from hands.until(lambda: len(root.childNodes()) == 5, 90, "four layers")
    yield from hands.until(lambda: not hands.widget("layerEditCancel").isEnabled(), 20, "ended")
    yield 1
    hands.click_result("change the yellow", 0)
    yield 1
    yield from shot("finished")

    hands.type("layerEditInstruction", REFUSED)
    hands.click("layerEditSubmit")
    error = lambda: hands.widget("layerEditError").isVisible()  # noqa: E731
    yield from hands.until(error, 20, "refused")
    yield from shot("refused")

    hands.click("layerEditErrorClose")
    yield from hands.choose("layerEditBackend", "wavespeed")
    yield 0.5
    hands.click("layerEditBuilderToggle")
    yield 0.3
    hands.click("layerEditKeep_background")
    hands.click("layerEditKeep_lighting")
    yield from shot("builder")
    hands.click("layerEditBuilderToggle")
    hands.type("layerEditKey", "not-a-key-not-a-key")
    hands.click("layerEditKeepKey")
    hands.click("layerEditSubmit")
    details = lambda: hands.widget("layerEditErrorDetails").isVisible()  # noqa: E731
    yield from hands.until(details, 60, "no connection")
    hands.click("layerEditErrorDetails")
    yield from shot("error")
    hands.click("layerEditSettings")
    yield from shot("settings")
    yield from hands.close_settings()
    yield from _retry(hands, document)
    yield from hands.choose("layerEditBackend", "offline")

    document.setModified(False)
    document.close()
    yield 1
    # Krita 6 hides all dockers while no document is open.
    if hands._docker.isVisible():
        yield from hands.until(lambda: not hands.widget("layerEditSubmit").isEnabled(), 5, "closed")
        yield from shot("no_document")


def _retry(hands, document):
    """The error's own action, by when the layer has changed: the kept picture is sent again."""
    updates = hands._docker.widget()._session.updates
    before = set(updates)
    failed = max((updates[one].record for one in before), key=lambda record: record.created)
    hands.report["action"] = hands.text("layerEditErrorAction")
    document.activeNode().setPixelData(bytes(4 * 64 * 64), 0, 0, 64, 64)
    hands.click("layerEditErrorAction")
    yield from hands.until(lambda: len(updates) == len(before) + 1, 10, "another job")
    fresh = next(iter(set(updates) - before))
    error = hands.widget("layerEditError")
    ended = lambda: error.isVisible() and not updates[fresh].record.state.is_active  # noqa: E731
    yield from hands.until(ended, 60, "failed again")
    hands.report["jobs"] = [failed.id, fresh]


def _place(widget):
    """Left, top, right and bottom on the screenshot, in its pixels."""
    scale = widget.devicePixelRatioF()
    corner = widget.mapToGlobal(QtCore.QPoint(0, 0))
    right, bottom = corner.x() + widget.width(), corner.y() + widget.height()
    return [round(scale * at) for at in (corner.x(), corner.y(), right, bottom)]


def _misfits(docker):
    """Visible controls that stick out of the panel, and buttons too narrow for their text."""
    area = docker.widget().findChild(QtWidgets.QScrollArea)
    content, found = area.widget(), []
    if content.width() > area.viewport().width():
        found.append(f"the panel is {content.width()} wide in {area.viewport().width()}")
    for widget in content.findChildren(QtWidgets.QWidget):
        if not widget.isVisible():
            continue
        name = widget.objectName() or type(widget).__name__
        right = widget.mapTo(content, QtCore.QPoint(widget.width(), 0)).x()
        if right > content.width():
            found.append(f"{name} ends at {right} of {content.width()}")
        is_text = isinstance(widget, QtWidgets.QAbstractButton) and widget.text()
        if is_text and widget.width() < widget.minimumSizeHint().width():
            found.append(f"{name}: '{widget.text()}' is cut off")
    return found
