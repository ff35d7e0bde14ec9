"""A system's keyring that is locked while the docker and the settings window are used."""

import importlib
import os
import sys

from drive_layer_edit.hands import Gaps

from layer_edit.qt import Qt, QtWidgets

LIBRARY = '''
"""Answers once the file 'unlocked' lies beside it, and notes who asked."""

import threading
import time
from pathlib import Path

kept, asked_by = {}, []


def _wait():
    asked_by.append(threading.current_thread().name)
    while not (Path(__file__).parent / "unlocked").exists():
        time.sleep(0.05)


def get_password(service, name):
    _wait()
    return kept.get((service, name))


def set_password(service, name, key):
    _wait()
    kept[service, name] = key


def delete_password(service, name):
    _wait()
    del kept[service, name]
'''


def run(hands):
    """Choose the service, look at the settings, edit, enter a key; then unlock the keyring."""
    said = hands.report["said"] = {}
    library = hands.folder / "library" / "keyring"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(LIBRARY)
    (library / "errors.py").write_text("class KeyringError(Exception):\n    pass\n")
    sys.path.insert(0, str(library.parent))
    importlib.invalidate_caches()
    document = yield from hands.new_document(400, 300)
    yield from hands.docker()
    gaps = Gaps()
    yield from _locked(hands, said, document, gaps)
    gaps.mark("unlocking")
    (library / "unlocked").write_text("")
    yield from _unlocked(hands, said, document)
    gaps.stop()
    hands.report["gaps"] = {label: stretch.row() for label, stretch in gaps.table.items()}
    said["asked by"] = sys.modules["keyring"].asked_by


def _locked(hands, said, document, gaps):
    gaps.mark("choosing the service")
    yield from hands.choose("layerEditBackend", "wavespeed")
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "price")
    said["button"] = hands.text("layerEditSubmit")
    said["key row"] = hands.docker_widget("layerEditKey").isVisible()
    gaps.mark("editing")
    for text in ("first", "second"):
        hands.type("layerEditInstruction", text)
        hands.click("layerEditSubmit")
    yield 1.5
    gaps.mark("cancelling")
    buttons = hands._docker.findChildren(QtWidgets.QToolButton, "layerEditCancelJob")
    hands.click_widget(next(one for one in buttons if one.accessibleDescription() == "second"))
    yield 0.5
    said["status"] = hands.text("layerEditStatus")
    said["layers while locked"] = len(document.rootNode().childNodes())
    yield from hands.screenshot("locked.png")
    gaps.mark("the settings window")
    yield from hands.open_page("backends")
    said["page"] = hands.text("layerEditKeyState")
    said["can be tested"] = hands.widget("layerEditTestKey").isEnabled()
    yield from hands.screenshot("page.png")
    gaps.mark("entering a key")
    # The one in the window: the docker's is not shown.
    hands.type("layerEditKey", os.environ["DOUBLE_KEY"])
    hands.press("layerEditKey", Qt.Key.Key_Return)
    yield 1
    said["entered"] = hands.text("layerEditKeyState")


def _unlocked(hands, said, document):
    state = lambda: hands.text("layerEditKeyState")  # noqa: E731
    yield from hands.until(lambda: "kept in" in state(), 10, "kept")
    said["kept"] = state()
    kept = sys.modules["keyring"].kept
    said["in the keyring"] = list(kept.values()) == [os.environ["DOUBLE_KEY"]]
    root = document.rootNode()
    yield from hands.until(lambda: len(root.childNodes()) == 2, 40, "the first edit's layer")
    yield from hands.until(lambda: "9.96" in hands.text("layerEditMoney"), 20, "balance")
    hands.click("layerEditTestKey")
    yield from hands.until(lambda: "accepts" in state(), 20, "tested")
    said["tested"] = state()
    yield from hands.screenshot("unlocked.png")
    hands.click("layerEditForgetKey")
    yield from hands.until(lambda: not kept, 10, "forgotten")
    yield 0.3
    said["forgotten"] = state()
    said["left in the keyring"] = len(kept)
    yield from hands.close_settings()
    said["key row without a key"] = hands.docker_widget("layerEditKey").isVisible()
    said["layers"] = len(root.childNodes())
