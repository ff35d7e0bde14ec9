"""An edit on one's own ComfyUI through the docker: address, test, progress, layer, cancel."""

import os

from layer_edit.qt import Qt


def run(hands):
    """Choose the backend, set a wrong and the right address, edit, cancel another edit."""
    document = yield from hands.new_document(400, 300)
    docker = yield from hands.docker()
    docker.setFixedWidth(300)
    root = document.rootNode()
    status = lambda: hands.text("layerEditStatus")  # noqa: E731
    said = hands.report["said"] = {}

    hands.report["shown before"] = hands.widget("layerEditComfyUrl").isVisible()
    yield from hands.choose("layerEditBackend", "comfyui")
    yield 0.3
    hands.report["shown"] = {
        name: hands.widget(name).isVisible()
        for name in ("layerEditComfyUrl", "layerEditComfyGraph", "layerEditImagesModel",
                     "layerEditTestComfy", "layerEditKey")
    }  # fmt: skip
    hands.type("layerEditComfyUrl", "http://203.0.113.9:8188")
    hands.press("layerEditComfyUrl", Qt.Key.Key_Tab)
    hands.click("layerEditTestComfy")
    yield from hands.until(lambda: "cannot be used" in status(), 20, "wrong address")
    said["wrong"] = status()
    hands.type("layerEditComfyUrl", os.environ["DOUBLE_URL"])
    hands.click("layerEditTestComfy")
    yield from hands.until(lambda: "is ready" in status(), 20, "right address")
    said["ready"] = status()
    yield from hands.until(lambda: "own GPU" in hands.text("layerEditSubmit"), 10, "price")
    said["button"] = hands.text("layerEditSubmit")
    said["money"] = hands.text("layerEditMoney")
    hands.click("layerEditMore")
    yield 0.3
    yield from hands.screenshot("more.png")
    hands.click("layerEditMore")

    yield from _in_the_window(hands, said)
    hands.type("layerEditInstruction", "make it night")
    hands.click("layerEditSubmit")
    seen = set()

    def ended():
        words = status()
        if words.startswith("Running") and "%" in words:
            seen.add(words.partition(" ·")[0])
        return len(root.childNodes()) == 2

    yield from hands.until(ended, 60, "new layer")
    hands.report["percent"] = sorted(seen)
    yield from hands.until(lambda: status().startswith("Done"), 20, "done")
    hands.report["layer"] = root.childNodes()[-1].name()
    yield from hands.screenshot("done.png")

    hands.type("layerEditInstruction", "not this one")
    hands.click("layerEditSubmit")
    yield from hands.until(lambda: status().startswith("Running"), 30, "running")
    hands.click("layerEditCancel")
    yield from hands.until(lambda: "nothing was spent" in status(), 20, "cancelled")
    said["cancelled"] = status()
    yield 1
    hands.report["layers"] = len(root.childNodes())

    yield from hands.choose("layerEditBackend", "openai-images")
    hands.click("layerEditMore")
    yield 0.5
    yield from hands.screenshot("images.png")
    hands.report["images shown"] = {
        name: hands.widget(name).isVisible()
        for name in ("layerEditImagesUrl", "layerEditImagesLeftOut", "layerEditImagesKey",
                     "layerEditComfyGraph")
    }  # fmt: skip


def _in_the_window(hands, said):
    """The same address and options on the settings window's page, each to be seen in the other."""
    here, names = hands.docker_widget, ("layerEditComfyUrl", "layerEditComfySlots")
    yield from hands.open_page("backends")
    said["in the window"] = [hands.text(name) for name in names]
    said["service's address"] = hands.text("layerEditUrl")
    hands.widget("layerEditSettingsDialog").resize(700, 900)
    hands.type("layerEditComfyUrl", "http://203.0.113.9:8188")
    hands.click("layerEditTestComfy")
    state = lambda: hands.text("layerEditComfyState")  # noqa: E731
    yield from hands.until(lambda: "cannot be used" in state(), 20, "wrong address")
    said["wrong in the window"] = state()
    said["in the docker"] = here("layerEditComfyUrl").text()
    hands.type("layerEditComfyUrl", os.environ["DOUBLE_URL"])
    hands.click("layerEditTestComfy")
    yield from hands.until(lambda: "is ready" in state(), 20, "right address")
    said["key's state"] = hands.text("layerEditKeyState")
    hands.type("layerEditImagesUrl", "http://192.168.1.20:8000")
    hands.press("layerEditImagesUrl", Qt.Key.Key_Tab)
    hands.type("layerEditImagesModel", "a-model")
    hands.press("layerEditImagesModel", Qt.Key.Key_Return)
    yield 0.2
    said["images in the docker"] = [
        here(name).text() for name in ("layerEditImagesUrl", "layerEditImagesModel")
    ]
    yield from hands.screenshot("window.png")
    yield from hands.close_settings()
