"""Every page of the settings window, changed by clicks and keys, with pictures."""

import json
import os
from pathlib import Path

from layer_edit import texts
from layer_edit.paths import POINTER, default_folder
from layer_edit.qt import Qt, QtWidgets

PAGES = ("backends", "costs", "editing", "network", "data", "language", "log")


def run(hands):
    """Look at all pages, then change something on each of them and read the settings file."""
    said = hands.report["said"] = {}
    yield from hands.new_document(400, 300)
    yield from hands.docker()
    said["language"] = [hands.text("layerEditMore"), texts.tr("Edit")]
    yield from hands.choose("layerEditBackend", "wavespeed")
    yield from hands.until(lambda: "$0.04" in hands.text("layerEditSubmit"), 10, "price")
    yield from hands.screenshot("docker.png")
    for page in PAGES:
        yield from hands.open_page(page)
        yield from hands.screenshot(f"{page}.png")
    window = hands.widget("layerEditSettingsDialog")
    said["modal"] = window.isModal()
    yield from _change(hands, said)
    yield from _folder(hands, said)
    yield from hands.close_settings()
    said["closed"] = window.isVisible()
    hands.click("layerEditMore")
    yield 0.3
    said["context in the docker"] = hands.widget("layerEditContext").value()
    yield from hands.screenshot("more.png")


def _change(hands, said):
    yield from hands.open_page("costs")
    hands.click("layerEditAskBalance")
    yield from hands.until(lambda: "$" in hands.text("layerEditBalance"), 10, "balance")
    said["balance"] = hands.text("layerEditBalance")
    budget = hands.widget("layerEditBudget")
    budget.setFocus()
    budget.selectAll()
    hands.keys("layerEditBudget", "2.5")
    hands.press("layerEditBudget", Qt.Key.Key_Tab)
    yield from hands.open_page("editing")
    box = hands.widget("layerEditContext")
    box.setFocus()
    box.selectAll()
    hands.keys("layerEditContext", "40")
    hands.press("layerEditContext", Qt.Key.Key_Tab)
    hands.click("layerEditNotify")
    yield from hands.open_page("network")
    yield from hands.choose("layerEditProxyKind", "named")
    hands.type("layerEditProxy", "a b")
    hands.press("layerEditProxy", Qt.Key.Key_Return)
    yield 0.2
    said["bad proxy"] = hands.text("layerEditProxyWrong")
    yield from hands.screenshot("bad_proxy.png")
    hands.type("layerEditProxy", "proxy.example:3128")
    hands.press("layerEditProxy", Qt.Key.Key_Return)
    said["good proxy"] = hands.widget("layerEditProxyWrong").isVisible()
    yield from hands.open_page("language")
    yield from hands.choose("layerEditLanguage", "fr")
    yield from hands.open_page("log")
    yield from hands.choose("layerEditLogLevel", "debug")
    hands.click("layerEditReport")
    yield from hands.until(lambda: "clipboard" in hands.text("layerEditLogNote"), 40, "report")
    said["report"] = QtWidgets.QApplication.clipboard().text()
    file = Path(os.environ["LAYER_EDIT_DATA"]) / "settings.json"
    yield from hands.until(lambda: "debug" in file.read_text("utf-8"), 10, "settings file")
    said["settings"] = json.loads(file.read_text("utf-8"))


def _folder(hands, said):
    # The tests' own folder comes before any that is chosen.
    folder = os.environ.pop("LAYER_EDIT_DATA")
    yield from hands.open_page("data")
    said["folder"] = hands.text("layerEditDataFolder") == folder
    yield from hands.until(lambda: "MB" in hands.text("layerEditDataSize"), 10, "size")
    said["size"] = hands.text("layerEditDataSize")
    days = hands.widget("layerEditPruneDays")
    days.setFocus()
    days.selectAll()
    hands.keys("layerEditPruneDays", "0")
    hands.click("layerEditPrune")
    yield from hands.until(lambda: "removed" in hands.text("layerEditDataNote"), 10, "pruned")
    said["pruned"] = hands.text("layerEditDataNote")
    parent = hands.folder / "other place"
    parent.mkdir()
    hands.click("layerEditChooseData")
    yield 0.5
    dialog = next(
        one
        for one in QtWidgets.QApplication.topLevelWidgets()
        if isinstance(one, QtWidgets.QFileDialog) and one.isVisible()
    )
    said["folder dialog modal"] = dialog.isModal()
    dialog.selectFile(str(parent))
    yield 0.3
    dialog.accept()
    yield from hands.until(lambda: "moved" in hands.text("layerEditDataNote"), 10, "told")
    said["moved"] = hands.text("layerEditDataNote")
    pointer = default_folder() / POINTER
    said["pointer"] = pointer.read_text("utf-8") == str(parent / "layer-edit")
    said["now"] = [path.name for path in (parent / "layer-edit").iterdir()]
    yield from hands.screenshot("data_moved.png")
