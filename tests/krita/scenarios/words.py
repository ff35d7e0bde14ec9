"""Source line, instruction box, Change / Keep builder, hints and presets, by clicks and keys."""

import os
from pathlib import Path

from drive_layer_edit.hands import QtTest
from krita import Krita, Selection

from layer_edit.qt import Qt, QtCore, QtGui, QtWidgets

SIZE = (3000, 2000)
BOX, CHANGE = "layerEditInstruction", "layerEditChange"


def run(hands):
    """One part after the other; each leaves what it saw in the report."""
    document = yield from hands.new_document(*SIZE)
    picture = Path(os.environ["PICTURE"])
    _show_picture(document, picture)
    yield from hands.docker()
    window = Krita.instance().activeWindow().qwindow()
    window.resizeDocks([hands._docker], [300], Qt.Orientation.Horizontal)
    yield from hands.until(lambda: hands.text("layerEditSource") != "", 10, "source")
    yield 0.5
    hands.report["width"] = hands._docker.width()
    yield from _source(hands, document)
    yield from _typing(hands)
    yield from _building(hands)
    yield from _history(hands, document)
    yield from _splitting(hands)
    yield from _presets(hands)
    yield from _own_presets(hands)
    yield from _offline(hands)
    yield from _bright(hands, window)


def _source(hands, document):
    said = hands.report["source"] = {}
    said["line"] = hands.text("layerEditSource")
    said["limits"] = hands.text("layerEditSourceLimits")
    said["thumbnail"] = _colours(hands.widget("layerEditSourceThumbnail").grab().toImage())
    hands.click("layerEditPreviewToggle")
    words = lambda: hands.text("layerEditPreviewWords")  # noqa: E731
    yield from hands.until(lambda: words().startswith("Sent"), 20, "preview")
    said["whole"] = words()
    selection = Selection()
    selection.select(600, 500, 700, 600, 255)
    document.setSelection(selection)
    yield from hands.until(lambda: "selection" in words(), 20, "preview of the selection")
    yield 0.3
    said["selected"] = [hands.text("layerEditSource"), words()]
    image = hands.widget("layerEditPreview").grab().toImage()
    said["preview"] = _colours(image)
    yield from hands.screenshot("preview.png")
    hands.trigger("deselect")
    yield from hands.until(lambda: "selection" not in hands.text("layerEditSource"), 10, "line")
    hands.click("layerEditPreviewToggle")
    yield 0.2
    yield from hands.choose("layerEditScope", "image")
    yield 0.5
    said["image thumbnail"] = _colours(hands.widget("layerEditSourceThumbnail").grab().toImage())
    yield from hands.choose("layerEditScope", "layer")
    said["closed"] = hands.widget("layerEditPreview").isVisible()


def _typing(hands):
    """Letters are Krita's shortcuts: E is the eraser, B the brush, M mirrors the canvas."""
    said = hands.report["typing"] = {}
    hands.type(BOX, "Make the jacket red be")
    said["text"] = hands.text(BOX)
    said["eraser"] = Krita.instance().action("erase_action").isChecked()
    hands.press(BOX, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    said["word deleted"] = hands.text(BOX)
    (steps, done) = yield from hands.history()
    hands.press(BOX, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    said["undone"] = hands.text(BOX)
    said["canvas history"] = [(steps, done), (yield from hands.history())]
    low = hands.widget(BOX).height()
    for _ in range(5):
        hands.press(BOX, Qt.Key.Key_Return)
    said["heights"] = [low, hands.widget(BOX).height()]
    hands.type(BOX, "x")
    said["heights"].append(hands.widget(BOX).height())
    hands.type(BOX, "make the jacket red")
    said["no hint while typing"] = not hands.widget("layerEditHint").isVisible()
    yield from hands.until(lambda: hands.widget("layerEditHint").isVisible(), 5, "hint")
    said["hint"] = hands.text("layerEditHint")
    yield from hands.screenshot("hint.png")


def _building(hands):
    said = hands.report["building"] = {}
    hands.click("layerEditHintAction")
    yield 0.3
    said["change"] = hands.text(CHANGE)
    said["focus"] = _focus(hands)
    # Space on the chip that has the focus, a click on others.
    hands.press("layerEditKeep_person", Qt.Key.Key_Space)
    for key in ("background", "lighting"):
        hands.click(f"layerEditKeep_{key}")
    said["written"] = hands.text(BOX)
    yield 0.8
    said["hint"] = hands.widget("layerEditHint").isVisible()
    yield from hands.screenshot("builder.png")
    field = hands.widget(CHANGE)
    field.setFocus()
    field.end(False)
    hands.keys(CHANGE, " leather")
    said["field typed"] = hands.text(BOX)
    box = hands.widget(BOX)
    box.setFocus()
    box.moveCursor(QtGui.QTextCursor.MoveOperation.End)
    for _ in range(len(" Keep lighting natural and consistent.")):
        hands.press(BOX, Qt.Key.Key_Backspace)
    said["lighting after"] = hands.widget("layerEditKeep_lighting").isChecked()
    hands.type(BOX, "my own words, wholly mine")
    hands.click("layerEditKeep_pose")
    said["own words"] = hands.text(BOX)
    hands.click("layerEditBuilderToggle")
    yield 0.2


def _history(hands, document):
    said = hands.report["history"] = {}
    layers = document.rootNode().childNodes
    for number, text in enumerate(("Keep it. First", "Keep it. Second"), 2):
        hands.type(BOX, text)
        hands.press(BOX, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        yield from hands.until(lambda number=number: len(layers()) == number, 60, text)
        yield from hands.until(
            lambda: hands.text("layerEditStatus").startswith("Done"), 20, f"{text} done"
        )
        yield from hands.activate(document, layers()[0])
    hands.type(BOX, "draft")
    walk = []
    for key in 4 * [Qt.Key.Key_Up] + 3 * [Qt.Key.Key_Down]:
        hands.press(BOX, key)
        walk.append(hands.text(BOX))
    said["walk"] = walk
    said["kept"] = Path(os.environ["LAYER_EDIT_DATA"], "instructions.json").read_text("utf-8")


def _splitting(hands):
    said = hands.report["splitting"] = {}
    hands.type(BOX, "Remove the lamp. Add a plant on the table. Keep the sofa.")
    yield from hands.until(lambda: "2 tasks" in hands.text("layerEditHint"), 5, "split hint")
    yield from hands.screenshot("split.png")
    hands.click("layerEditHintAction")
    yield 0.8
    said["lines"] = hands.text(BOX).splitlines()
    said["steps"] = hands.widget("layerEditSteps").isChecked()
    said["hint"] = hands.widget("layerEditHint").isVisible()
    hands.widget("layerEditSteps").setChecked(False)


def _presets(hands):
    said = hands.report["presets"] = {}
    hands.widget("layerEditPresets").setFocus()
    hands.press("layerEditPresets", Qt.Key.Key_Space)
    yield 0.4
    said["opened by keyboard"] = hands.widget("layerEditPresetsPopup").isVisible()
    yield from hands.screenshot("presets.png")
    hands.keys("layerEditPresetFilter", "replace object")
    yield 0.2
    said["found"] = hands.widget("layerEditPresetList").currentItem().text().strip()
    hands.press("layerEditPresetFilter", Qt.Key.Key_Return)
    yield 0.3
    cursor = hands.widget(BOX).textCursor
    said["closed"] = not hands.widget("layerEditPresetsPopup").isVisible()
    said["first place"] = cursor().selectedText()
    hands.keys(BOX, "lamp")
    hands.press(BOX, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    said["not sent"] = hands.text("layerEditHint")
    said["second place"] = cursor().selectedText()
    hands.press(BOX, Qt.Key.Key_Home)
    hands.press(BOX, Qt.Key.Key_Tab)
    said["by tab"] = cursor().selectedText()
    hands.keys(BOX, "a plant")
    said["text"] = hands.text(BOX)
    hands.press(BOX, Qt.Key.Key_Tab)
    said["tab leaves"] = _focus(hands)
    order, widget = [], hands.widget("layerEditScope")
    while widget.objectName() != "layerEditSubmit":
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget.objectName())
        widget = widget.nextInFocusChain()
    said["tab order"] = order


def _own_presets(hands):
    said = hands.report["own presets"] = {}
    mine = Path(os.environ["LAYER_EDIT_DATA"], "presets.json")
    hands.type(BOX, "Keep all. Add fog")
    hands.click("layerEditPresets")
    yield 0.3
    yield from _menu(hands, "Keep the text", "menu.png")
    hands.keys("layerEditPresetName", "My fog")
    yield from hands.screenshot("naming.png")
    hands.press("layerEditPresetName", Qt.Key.Key_Return)
    yield from hands.until(mine.exists, 10, "presets.json")
    said["first row"] = _rows(hands)[:2]
    yield from _menu(hands, "Rename")
    hands.widget("layerEditPresetName").clear()
    hands.keys("layerEditPresetName", "Thick fog")
    hands.click("layerEditPresetKeep")
    yield from hands.until(lambda: "Thick fog" in mine.read_text("utf-8"), 10, "renamed")
    yield from _menu(hands, "Delete")
    said["deleted"] = hands.text("layerEditPresetNote")
    yield from hands.until(lambda: "Thick fog" not in mine.read_text("utf-8"), 10, "deleted")
    hands.click("layerEditPresetUndo")
    yield from hands.until(lambda: "Thick fog" in mine.read_text("utf-8"), 10, "put back")

    exported = hands.folder / "exported.json"
    yield from _menu(hands, "Export")
    yield from _choose_file(hands, exported)
    yield from hands.until(exported.exists, 10, "exported")
    bad = hands.folder / "bad.json"
    bad.write_text('{"presets": [{"name": "x"}]}')
    yield from _import(hands, bad)
    yield from hands.until(lambda: "bad.json" in hands.text("layerEditNotice"), 10, "refused")
    said["bad file"] = hands.text("layerEditNotice")
    good = hands.folder / "good.json"
    good.write_text('{"presets": [{"name": "Rain", "text": "Add rain. Keep the rest."}]}')
    yield from _import(hands, good)
    yield from hands.until(lambda: "good.json" in hands.text("layerEditNotice"), 10, "imported")
    said["good file"] = hands.text("layerEditNotice")
    hands.click("layerEditPresets")
    yield 0.3
    said["mine"] = _rows(hands)[:3]
    hands.press("layerEditPresetFilter", Qt.Key.Key_Escape)
    yield 0.2
    said["escaped"] = not hands.widget("layerEditPresetsPopup").isVisible()


def _offline(hands):
    said = hands.report["offline"] = {}
    yield from hands.choose("layerEditBackend", "offline")
    hands.type(BOX, "make the jacket red and blue")
    yield 1
    said["hint"] = hands.widget("layerEditHint").isVisible()
    said["builder"] = hands.widget("layerEditBuilderToggle").isVisible()
    said["limits"] = hands.widget("layerEditSourceLimits").isVisible()
    hands.click("layerEditPresets")
    yield 0.3
    said["rows"] = _rows(hands)
    yield from hands.screenshot("offline.png")
    hands.press("layerEditPresetFilter", Qt.Key.Key_Return)
    yield 0.2
    said["text"] = hands.text(BOX)
    yield from hands.choose("layerEditBackend", "wavespeed")


def _bright(hands, window):
    """The same in Krita's bright theme, for the eye."""
    for action in window.findChildren(QtGui.QAction):
        if action.text().replace("&", "") == "Krita bright":
            action.trigger()
    yield 1
    hands.type(BOX, "make the jacket red")
    yield from hands.until(lambda: hands.widget("layerEditHint").isVisible(), 5, "hint")
    hands.click("layerEditPreviewToggle")
    yield 1
    yield from hands.screenshot("bright-preview.png")
    hands.click("layerEditPreviewToggle")
    hands.click("layerEditHintAction")
    yield 0.3
    hands.click("layerEditKeep_person")
    hands.click("layerEditKeep_rest")
    yield from hands.screenshot("bright-builder.png")
    hands.click("layerEditPresets")
    yield 0.3
    yield from hands.screenshot("bright-presets.png")
    hands.press("layerEditPresetFilter", Qt.Key.Key_Escape)
    yield 0.2


def _menu(hands, start, picture=None):
    """Open the menu of one's own presets by a click and click the entry that starts so."""
    # Showing it runs an event loop of its own until it is closed.
    QtCore.QTimer.singleShot(0, lambda: hands.click("layerEditPresetManage"))
    menu = hands.widget("layerEditPresetMenu")
    yield from hands.until(menu.isVisible, 5, "menu")
    if picture:
        yield from hands.screenshot(picture)
    action = next(one for one in menu.actions() if one.text().startswith(start))
    place = menu.actionGeometry(action).center()
    QtTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    yield from hands.until(lambda: not menu.isVisible(), 5, "menu closed")
    yield 0.3


def _import(hands, path):
    hands.click("layerEditPresets")
    yield 0.3
    yield from _menu(hands, "Import")
    yield from _choose_file(hands, path)


def _choose_file(hands, path):
    dialog = hands.widget("layerEditPresetFile")
    yield from hands.until(dialog.isVisible, 10, "file dialog")
    field = dialog.findChild(QtWidgets.QLineEdit, "fileNameEdit")
    field.setFocus()
    field.selectAll()
    QtTest.keyClicks(field, str(path))
    yield 0.3
    QtTest.keyClick(field, Qt.Key.Key_Return)
    yield 0.5


def _rows(hands):
    """The texts of the list's rows; those that cannot be chosen in brackets."""
    view = hands.widget("layerEditPresetList")
    items = [view.item(row) for row in range(view.count())]
    enabled = Qt.ItemFlag.ItemIsEnabled
    return [one.text().strip() if one.flags() & enabled else f"({one.text()})" for one in items]


def _colours(image):
    """How many different colours a sparse grid of its pixels has."""
    step = max(1, image.width() // 16)
    return len(
        {
            image.pixel(x, y)
            for x in range(0, image.width(), step)
            for y in range(0, image.height(), step)
        }
    )


def _show_picture(document, path):
    """The picture, as large as the canvas, in the active layer."""
    image = QtGui.QImage(str(path)).scaled(*SIZE).convertToFormat(QtGui.QImage.Format.Format_ARGB32)
    data = image.bits()
    data.setsize(image.bytesPerLine() * image.height())
    node = document.activeNode()
    node.setName("Yellow flower, scan 12 of the herbarium")
    row = SIZE[0] * 4
    for top in range(0, SIZE[1], 64):
        rows = min(64, SIZE[1] - top)
        part = bytes(data[top * row : (top + rows) * row])
        node.setPixelData(QtCore.QByteArray(part), 0, top, SIZE[0], rows)
    document.refreshProjection()
    document.waitForDone()


def _focus(hands):
    """Which widget of the window has the focus, whether or not the window is active."""
    return hands._docker.window().focusWidget().objectName()
