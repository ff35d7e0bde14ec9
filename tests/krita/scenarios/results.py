"""Everything that can be done with results, by clicks and keys; `report` has what happened.

Three variants of one wish for the background layer, in a document that is saved as results.kra.
"""

from drive_layer_edit.hands import QtTest
from krita import Krita

from layer_edit.qt import Qt, QtWidgets
from layer_edit.start import _session

WISH = "invert"
VARIANTS = 3
REFUSED = "replace the jacket with a leather jacket that is too long for one line of the list"


def run(hands):
    """One part after the other, in one document."""
    document = yield from hands.new_document(400, 300)
    docker = yield from hands.docker()
    window = Krita.instance().activeWindow().qwindow()
    window.resizeDocks([docker], [300], Qt.Orientation.Horizontal)
    yield from hands.save(document, "results.kra")
    play = _Play(hands, document)
    for part in (play.make, play.walk, play.actions, play.keep, play.insert_again):
        hands.report["at"] = part.__name__
        yield from part()
    for part in (play.further, play.menu, play.windows, play.save, play.search, play.origin):
        hands.report["at"] = part.__name__
        yield from part()


class _Play:
    def __init__(self, hands, document):
        self.hands, self.document = hands, document
        self.root, self.source = document.rootNode(), document.activeNode()
        self.report = hands.report

    def layers(self):
        """The result layers, the oldest (which is on top) first: whether each is visible."""
        return [node.visible() for node in reversed(self.root.childNodes()[1:])]

    def canvas(self):
        """The canvas's pixel at (10, 10)."""
        self.document.waitForDone()
        return list(bytes(self.document.pixelData(10, 10, 1, 1)))[:3]

    def until_layers(self, wanted):
        yield from self.hands.until(lambda: self.layers() == wanted, 10, f"layers {wanted}")
        yield 0.4

    def edit(self, instruction):
        before = len(self.hands.results())
        self.hands.type("layerEditInstruction", instruction)
        self.hands.click("layerEditSubmit")
        yield from self.hands.until(
            lambda: len(self.hands.results()) == before + 1, 20, f"{instruction} started"
        )
        yield from self.until_done(instruction)

    def until_done(self, instruction):
        yield from self.hands.until(
            lambda: all("Done" in one for one in self.hands.results()), 30, f"{instruction} done"
        )
        yield 0.5

    def press(self, key):
        self.hands.press("layerEditResults", key)

    def make(self):
        """Three variants; the list has them in one strip."""
        for _ in range(VARIANTS):
            yield from self.hands.activate(self.document, self.source)
            yield from self.edit(WISH)
        yield from self.hands.activate(self.document, self.source)
        self.report["texts"] = [one.split("\n")[1] for one in self.hands.results()]
        yield from self.hands.screenshot("variants.png")

    def walk(self):
        """A click shows one alone, arrow keys go to the next, Space and Enter are before/after."""
        said = self.report["walk"] = {}
        self.hands.click_result(WISH, 0)
        yield from self.until_layers([True, False, False])
        said["first"] = self.canvas()
        self.press(Qt.Key.Key_Right)
        yield from self.until_layers([False, True, False])
        self.press(Qt.Key.Key_Right)
        yield from self.until_layers([False, False, True])
        self.press(Qt.Key.Key_Left)
        yield from self.until_layers([False, True, False])
        said["after"] = self.canvas()
        self.press(Qt.Key.Key_Space)
        yield from self.until_layers([False, False, False])
        said["before"] = self.canvas()
        yield from self.hands.screenshot("before.png")
        self.press(Qt.Key.Key_Return)
        yield from self.until_layers([False, True, False])
        said["again"] = self.canvas()
        said["active"] = self.document.activeNode().name() == self.source.name()
        said["frame"] = self.document.currentTime()

    def actions(self):
        """What Krita's actions call; the list follows."""
        results = _session().results
        results.next_variant()
        yield from self.until_layers([False, False, True])
        results.next_variant()
        yield from self.until_layers([True, False, False])
        results.previous_variant()
        yield from self.until_layers([False, False, True])
        results.toggle_last()
        yield from self.until_layers([False, False, False])
        results.toggle_last()
        yield from self.until_layers([False, False, True])
        view = self.hands.widget("layerEditResults")
        self.report["list follows"] = view.currentIndex() == self.hands.find_result(WISH, 2)

    def keep(self):
        """One stays; one undo brings the others back, one redo takes them away again."""
        ids = [node.uniqueId().toString() for node in self.root.childNodes()]
        steps, _done = yield from self.hands.history()
        self.hands.click_result(WISH, 1)
        yield from self.until_layers([False, True, False])
        self.hands.click("layerEdit-keep_only")
        yield from self.until_layers([True])
        yield from self.hands.until(
            lambda: "removed" in self.hands.results()[0], 10, "the list says removed"
        )
        self.report["kept"] = [self.root.childNodes()[1].uniqueId().toString() == ids[2]]
        self.report["texts kept"] = [one.split("\n")[1] for one in self.hands.results()]
        active = self.document.activeNode().uniqueId() == self.source.uniqueId()
        self.report["kept"].append(active)
        after = steps
        for _ in range(50):
            # Krita writes the step down a second or so after it has removed the layers.
            if after == steps:
                after, _done = yield from self.hands.history()
                yield 0.1
        self.report["keep steps"] = after - steps
        yield from self.without_history()
        yield from self.hands.screenshot("kept.png")
        for _ in range(after - steps):
            self.hands.trigger("edit_undo")
            self.document.waitForDone()
            yield 0.5
        found = [node.uniqueId().toString() for node in self.root.childNodes()]
        self.report["undone"] = [found == ids, self.layers()]
        for _ in range(after - steps):
            self.hands.trigger("edit_redo")
            self.document.waitForDone()
            yield 0.5
        yield from self.until_layers([True])

    def without_history(self):
        """Give its room back to the docker."""
        docker = next(d for d in Krita.instance().dockers() if d.objectName() == "History")
        docker.setVisible(False)
        yield 0.3

    def insert_again(self):
        """Of a variant that was discarded; free, and another layer."""
        _session().results.look()
        self.hands.choose_result(WISH, 0)
        self.hands.click("layerEdit-insert")
        yield from self.hands.until(lambda: len(self.layers()) == 2, 20, "inserted again")
        yield from self.until_done("insert again")
        self.report["inserted"] = [one.split("\n")[1] for one in self.hands.results()]

    def further(self):
        """The result's layer is the source of the next instruction."""
        self.hands.choose_result(WISH, 1)
        self.hands.click("layerEdit-edit_further")
        yield from self.hands.until(
            lambda: self.document.activeNode().uniqueId() != self.source.uniqueId(), 10, "active"
        )
        yield 0.6
        self.report["focus"] = self.hands.focus()
        self.report["made by"] = self.hands.text("layerEditMadeBy")
        self.hands.keys("layerEditInstruction", "brighter")
        self.hands.press(
            "layerEditInstruction", Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier
        )
        yield from self.hands.until(lambda: len(self.hands.results()) == 4, 20, "further")
        yield from self.until_done("brighter")
        self.report["further"] = self.hands.result("brighter")

    def menu(self):
        """By the Menu key: retry, reuse."""
        self.hands.choose_result(WISH, 0)
        self.hands.widget("layerEditResults").setFocus()
        self.report["menu"] = yield from self.pick("retry", "menu.png")
        yield from self.hands.until(lambda: len(self.hands.results()) == 5, 20, "retried")
        yield from self.until_done("retry")
        seeds = {update.record.wish.seed for update in _session().updates.values()}
        self.report["seeds"] = len(seeds)
        self.hands.type("layerEditInstruction", "something else")
        self.hands.choose_result(WISH, 0)
        yield from self.pick("reuse")
        self.report["reused"] = [
            self.hands.text("layerEditInstruction"),
            self.hands.widget("layerEditPinSeed").isChecked(),
            self.hands.widget("layerEditSeed").value() in seeds,
        ]
        self.hands.widget("layerEditPinSeed").setChecked(False)

    def pick(self, name, picture=""):
        """Open the menu by its key and choose with Down and Enter; returns the titles."""
        self.press(Qt.Key.Key_Menu)
        yield from self.hands.until(QtWidgets.QApplication.activePopupWidget, 5, "menu")
        menu = QtWidgets.QApplication.activePopupWidget()
        titles = [action.text() for action in menu.actions()]
        if picture:
            yield from self.hands.screenshot(picture)
        while menu.activeAction() is None or menu.activeAction().data() != name:
            QtTest.keyClick(menu, Qt.Key.Key_Down)
            yield 0.02
        QtTest.keyClick(menu, Qt.Key.Key_Return)
        yield 0.3
        return titles

    def windows(self):
        """What was sent, and the details; neither is modal."""
        self.hands.choose_result(WISH, 0)
        yield from self.pick("show_sent")
        picture = _seen("layerEditPicture")
        yield from self.hands.until(lambda: not picture.is_empty, 10, "picture")
        yield from self.pick("show_details")
        self.report["modal"] = QtWidgets.QApplication.activeModalWidget() is not None
        self.report["details"] = _seen("layerEditDetails").toPlainText()
        yield from self.hands.screenshot("windows.png")
        QtTest.mouseClick(_seen("layerEditCopyDetails"), Qt.MouseButton.LeftButton)
        self.report["copied"] = QtWidgets.QApplication.clipboard().text()
        for name in ("layerEditPicture", "layerEditDetails"):
            _seen(name).window().close()

    def save(self):
        """As PNG and JPEG; an unknown ending says so."""
        self.report["saved"] = {}
        for name in ("saved.png", "photo.jpg", "odd.gif"):
            self.hands.choose_result("brighter")
            yield from self.pick("save")
            dialog = _seen("layerEditSaveDialog")
            self.report["saved"]["modal"] = dialog.isModal()
            yield 0.5
            field = dialog.findChild(QtWidgets.QLineEdit)
            self.report["saved"]["proposed"] = field.text()
            field.selectAll()
            QtTest.keyClicks(field, name)
            yield 0.3
            if name == "saved.png":
                yield from self.hands.screenshot("save-as.png")
            buttons = dialog.findChildren(QtWidgets.QPushButton)
            button = next(one for one in buttons if one.isDefault())
            QtTest.mouseClick(button, Qt.MouseButton.LeftButton)
            yield from self.hands.until(self.said, 20, name)
            self.report["saved"][name] = self.said()

    def said(self):
        """The notice or the error that is shown."""
        return self.hands.text("layerEditNotice") or self.hands.text("layerEditError")

    def search(self):
        """A sixth result, and the field appears; its words narrow the list."""
        self.report["search hidden"] = not self.hands.widget("layerEditSearch").isVisible()
        yield from self.edit("warmer")
        self.hands.type("layerEditInstruction", REFUSED)
        self.hands.click("layerEditSubmit")
        yield from self.hands.until(lambda: "Failed" in self.hands.result(REFUSED), 20, "failed")
        self.hands.choose_result(REFUSED)
        self.report["offered"] = self.hands.text("layerEdit-retry")
        yield from self.hands.screenshot("failed.png")
        self.press_find()
        self.hands.keys("layerEditSearch", "bright")
        yield 0.3
        self.report["found"] = [one.split("\n")[0] for one in self.hands.results()]
        yield from self.hands.screenshot("search.png")
        self.hands.type("layerEditSearch", "nothing like it")
        yield 0.3
        self.report["not found"] = self.hands.results()
        yield from self.hands.screenshot("nothing.png")
        self.hands.widget("layerEditSearch").clear()
        yield 0.3
        self.report["all again"] = len(self.hands.results())

    def press_find(self):
        view = self.hands.widget("layerEditResults")
        view.setFocus()
        QtTest.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        self.report["search focus"] = self.hands.focus()

    def origin(self):
        """Stored with the document, without a step of its own in the history."""
        yield from self.hands.save(self.document, "results.kra")
        self.report["modified"] = self.document.modified()
        self.report["names"] = [node.name() for node in self.root.childNodes()]


def _seen(name):
    """A widget of one of the plugin's windows that is open."""
    for window in QtWidgets.QApplication.topLevelWidgets():
        found = [window] if window.objectName() == name else []
        found += window.findChildren(QtWidgets.QWidget, name)
        if found and window.isVisible():
            return found[0]
    raise AssertionError(f"no widget {name}")
