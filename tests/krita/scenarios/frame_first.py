"""From the first run to errors and their mending, as a new user meets them, with pictures."""

import os

from layer_edit.canvas import notify
from layer_edit.editing.errors import LayerEditError
from layer_edit.qt import Qt, QtWidgets

LONG = 50_000


def run(hands):
    """Choose a way to begin, edit, watch jobs, cancel, meet errors and follow what they offer."""
    said = hands.report["said"] = {}
    spoken = hands.report["spoken"] = []
    _listen(spoken, said)
    document = yield from hands.new_document(600, 400)
    yield from hands.docker()
    yield from _begin(hands, said)
    yield from _wrong_key(hands, said)
    yield from _jobs(hands, said, document)
    yield from _closed(hands, said, document)
    yield from _no_key_anywhere(hands, said)
    yield from _long_error(hands, said)
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: hands.widget("layerEditErrorAction").isVisible(), 20, "no key")
    hands.widget("layerEditSubmit").setFocus()
    said["focus before"] = hands.focus()
    document.setModified(False)
    document.close()
    yield 1
    # Krita 6 hides all dockers while no document is open.
    if hands._docker.isVisible():
        yield from hands.until(lambda: not hands.widget("layerEditSubmit").isEnabled(), 5, "closed")
        said["no document"] = hands.text("layerEditSource")
        said["focus after"] = hands.focus()
        yield from hands.screenshot("no_document.png")


def _listen(spoken, said):
    """Write down what is said beside the docker; the canvas still shows it."""
    show = notify.show_on_canvas

    def showing(text, is_good=True):
        spoken.append(["canvas", text, is_good])
        show(text, is_good)

    def telling(title, text):
        spoken.append(["system", title, text])
        return real(title, text)

    real = notify.tell_system
    notify.show_on_canvas, notify.tell_system = showing, telling
    # Whether a window without a window manager has the focus is up to its Qt.
    notify.is_in_background = lambda: True
    said["has tray"] = notify._tray() is not None


def _begin(hands, said):
    yield from hands.screenshot("first_run.png")
    said["usable behind it"] = hands.widget("layerEditSubmit").isEnabled()
    session = hands._docker.widget()._session
    for name in ("layerEditTryOffline", "layerEditLater", "layerEditHaveKey"):
        session.change({"first_run": True})
        yield 0.2
        hands.click(name)
        yield 0.2
        focused = hands._docker.focusWidget()
        said[name] = [
            hands.widget("layerEditFirstRun").isVisible(),
            hands.widget("layerEditBackend").currentData(),
            focused.objectName(),
        ]
    yield from hands.screenshot("idle.png")


def _wrong_key(hands, said):
    """A refused key is answered with 'Enter key', which leads to where one is entered."""
    hands.type("layerEditKey", "wrong-key-wrong-key")
    hands.press("layerEditKey", Qt.Key.Key_Return)
    hands.type("layerEditInstruction", "make the sky darker")
    hands.click("layerEditSubmit")
    action = lambda: hands.widget("layerEditErrorAction")  # noqa: E731
    yield from hands.until(lambda: action().isVisible(), 20, "error")
    said["wrong key"] = [hands.text("layerEditError"), action().text()]
    said["details"] = hands.widget("layerEditErrorDetail").isVisible()
    hands.click("layerEditErrorDetails")
    yield 0.3
    said["details open"] = hands.text("layerEditErrorDetail")
    detail = hands.widget("layerEditErrorDetail")
    said["detail's lines"] = detail.height() / detail.fontMetrics().lineSpacing()
    hands.click("layerEditErrorCopy")
    said["copied"] = QtWidgets.QApplication.clipboard().text()
    yield from hands.screenshot("error.png")
    hands.click("layerEditErrorAction")
    yield 0.5
    said["page"] = hands.widget("layerEditForgetKey").isVisible()
    said["key state"] = hands.text("layerEditKeyState")
    yield from hands.screenshot("key_page.png")
    hands.click("layerEditForgetKey")
    yield 0.2
    yield from hands.close_settings()
    said["key row is back"] = hands.widget("layerEditKey").isVisible()
    hands.type("layerEditKey", os.environ["DOUBLE_KEY"])
    hands.click("layerEditKeepKey")
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "price")


def _jobs(hands, said, document):
    """Three at once, two slots: lines, one cancelled by its own button, then all."""
    root = document.rootNode()
    status = lambda: hands.text("layerEditStatus")  # noqa: E731
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: "left" in status(), 20, "estimate")
    said["one"] = status()
    said["lines with one"] = hands.widget("layerEditJobs").isVisible()
    bar = hands.widget("layerEditProgress")
    said["bar"] = [bar.value()]
    yield 1.5
    said["bar"].append(bar.value())
    yield from hands.screenshot("running.png")
    for name in ("a red jacket, and keep everything else exactly as it is", "third"):
        hands.type("layerEditInstruction", name)
        hands.click("layerEditSubmit")
        yield 0.2
    yield from hands.until(lambda: len(_lines(hands)) == 3, 10, "three lines")
    yield 1
    said["lines"] = [line.toolTip() + ": " + line.text() for line in _lines(hands)]
    yield from hands.screenshot("running_three.png")
    buttons = [
        one
        for one in hands._docker.findChildren(QtWidgets.QToolButton, "layerEditCancelJob")
        if one.isVisible()
    ]
    third = next(one for one in buttons if one.accessibleDescription() == "third")
    hands.click_widget(third)
    yield 0.3
    said["after one cancel"] = [line.toolTip() for line in _lines(hands)]
    yield from hands.until(lambda: len(root.childNodes()) == 2, 30, "the first layer")
    hands.type("layerEditInstruction", "fourth")
    hands.click("layerEditSubmit")
    yield 0.3
    hands.click("layerEditCancelAll")
    yield from hands.until(lambda: not hands.widget("layerEditCancel").isEnabled(), 10, "all ended")
    said["after all"] = status()
    said["layers"] = [node.name() for node in root.childNodes()]
    yield from hands.activate_window()
    hands.type("layerEditInstruction", "fifth")
    hands.click("layerEditSubmit")
    # It goes by itself after some seconds.
    yield from hands.until(lambda: "Edited: fifth" in _messages(), 45, "message on the canvas")
    yield from hands.until(lambda: status().startswith("Done"), 5, "done")
    yield from hands.screenshot("finished.png")


def _closed(hands, said, document):
    """Errors of a document that is closed then: one about a kept result, and one about nothing."""
    error = hands.widget("layerEditError")
    other = yield from hands.new_document(300, 200)
    hands.type("layerEditInstruction", "kept")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: hands.text("layerEditStatus").startswith("Running"), 20, "sent")
    yield from _close(other)
    yield from hands.until(error.isVisible, 30, "kept")
    third = yield from hands.new_document(300, 200)
    yield 0.5
    yield from _close(third)
    said["kept"] = [error.isVisible(), error.text(), hands.text("layerEditErrorAction")]
    root, layers = document.rootNode(), len(document.rootNode().childNodes())
    hands.click("layerEditErrorAction")
    yield from hands.until(lambda: len(root.childNodes()) == layers + 1, 20, "inserted")
    yield from hands.choose("layerEditBackend", "offline")
    fourth = yield from hands.new_document(300, 200)
    yield 0.5
    hands.type("layerEditInstruction", "replace the lamp")
    hands.click("layerEditSubmit")
    yield from hands.until(error.isVisible, 20, "refused")
    said["of a closed one"] = [error.isVisible(), error.text()]
    yield from _close(fourth)
    said["of a closed one"].append(error.isVisible())
    yield from hands.choose("layerEditBackend", "wavespeed")
    hands.type("layerEditInstruction", "fifth")


def _close(document):
    document.setModified(False)
    document.close()
    yield 1


def _no_key_anywhere(hands, said):
    """Without a key 'Enter key' puts the cursor into the field for it."""
    yield from hands.open_page("backends")
    hands.click("layerEditForgetKey")
    yield from hands.close_settings()
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: hands.widget("layerEditErrorAction").isVisible(), 20, "no key")
    said["no key"] = [hands.text("layerEditError"), hands.text("layerEditErrorAction")]
    hands.click("layerEditErrorAction")
    yield 0.2
    said["cursor"] = hands._docker.focusWidget().objectName()


def _long_error(hands, said):
    """A text of a server without a single space in it."""
    panel, docker = hands._docker.widget(), hands._docker
    before = docker.width()
    panel._recovery.show(LayerEditError("W" * LONG, "M" * LONG))
    yield 0.3
    hands.click("layerEditErrorDetails")
    yield 0.3
    label, detail = hands.widget("layerEditError"), hands.widget("layerEditErrorDetail")
    said["long"] = {
        "width": [before, docker.width()],
        "label": [label.width(), label.height()],
        "detail": [detail.width(), detail.height()],
        "line": label.fontMetrics().lineSpacing(),
        "asks for": panel.findChild(QtWidgets.QScrollArea).widget().minimumSizeHint().width(),
    }
    hands.click("layerEditErrorCopy")
    said["long"]["copied"] = len(QtWidgets.QApplication.clipboard().text())
    yield from hands.screenshot("error_long.png")
    hands.click("layerEditErrorClose")
    yield 0.2
    said["closed"] = label.isVisible()


def _messages():
    """What Krita shows over its canvas, or is about to: on a busy machine it may leave that out."""
    windows = QtWidgets.QApplication.topLevelWidgets()
    shown = [one for one in windows if "FloatingMessage" in one.metaObject().className()]
    labels = [one.findChildren(QtWidgets.QLabel) for one in shown]
    return [label.text() for found in labels for label in found]


def _lines(hands):
    found = hands._docker.findChildren(QtWidgets.QLabel, "layerEditJob")
    return [one for one in found if one.isVisible()]
