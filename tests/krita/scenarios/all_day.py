"""Odd things that a day with the docker brings: headings, new documents, views, windows, budgets.

`report['raised']` has what Krita would show in a dialog with a traceback.
"""

import sys
import traceback

from drive_layer_edit.hands import QtTest
from krita import Krita

from layer_edit.editing.errors import InputError
from layer_edit.qt import Qt, QtCore, QtWidgets
from layer_edit.start import _session

SIZE = (400, 300)
REFUSED = "replace the jacket with a leather jacket"


def run(hands):
    """One part after the other; both documents are new at first."""
    raised = hands.report["raised"] = []
    sys.excepthook = lambda *what: raised.append("".join(traceback.format_exception(*what)))
    document = yield from hands.new_document(*SIZE)
    yield from hands.docker()
    day = _Day(hands, document)
    for part in (day.heading, day.undone, day.saved, day.pruned, day.views, day.theme):
        hands.report["at"] = part.__name__
        yield from part()
    yield from hands.choose("layerEditBackend", "wavespeed")
    yield from hands.until(lambda: "$" in hands.text("layerEditSubmit"), 20, "price")
    for part in (day.repeat, day.narrow, day.references, day.budget, day.cancel, day.window):
        hands.report["at"] = part.__name__
        yield from part()


class _Day:
    def __init__(self, hands, document):
        self.hands, self.document, self.report = hands, document, hands.report

    def heading(self):
        """A click on the document's name leaves the chosen result, and its buttons, as they are."""
        yield from self.edit("invert")
        yield from self.edit("brighter")
        self.hands.choose_result("invert")
        view = self.hands.widget("layerEditResults")
        for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            place = view.visualRect(view.model().index(0, 0)).center()
            QtTest.mouseClick(view.viewport(), button, Qt.KeyboardModifier.NoModifier, place)
            yield 0.2
        self.report["menu"] = QtWidgets.QApplication.activePopupWidget() is not None
        before = len(self.layers())
        self.hands.click("layerEdit-insert")
        yield from self.hands.until(lambda: len(self.layers()) > before, 10, "inserted again")
        self.report["inserted"] = self.layers()
        yield 0.6

    def undone(self):
        """The list says so in a document without a file, too."""
        self.hands.trigger("edit_undo")
        yield from self.hands.activate(self.document, self.document.rootNode().childNodes()[0])
        yield from self.hands.until(
            lambda: "removed" in self.hands.result("invert"), 10, "its layer is gone"
        )

    def saved(self):
        """An error that was closed does not come back with the document's first file."""
        yield from self.edit(REFUSED, "Failed")
        said = self.report["saved"] = {"error": self.is_seen("layerEditError")}
        self.hands.click("layerEditErrorClose")
        yield from self.hands.save(self.document, "home.kra")
        model = self.hands.widget("layerEditResults").model()
        yield from self.hands.until(
            lambda: model.index(0, 0).data() == "home.kra", 10, "the list has the file's name"
        )
        said["closed"] = not self.is_seen("layerEditError")

    def pruned(self):
        """Old jobs were deleted: what is a layer stays one, and another cannot be made of it."""
        yield from self.edit("warmer")
        session, done = _session(), []
        session.data_desk.pruned.connect(done.append)
        session.data_desk.prune(0)
        yield from self.hands.until(lambda: done, 10, "pruned")
        before = self.hands.result("warmer")
        self.hands.choose_result("warmer")
        self.hands.click("layerEdit-insert")
        yield 0.5
        said = self.report["pruned"] = {"error": self.hands.text("layerEditError")}
        said["unchanged"] = self.hands.result("warmer") == before

    def views(self):
        """What is active in the view in front is edited, and 'Edit further' leads there."""
        self.document = yield from self.hands.new_document(*SIZE)
        root = self.document.rootNode()
        for name in ("first", "second"):
            _add(self.document, name)
        # Krita makes a new layer the active one, on a later turn.
        yield 0.5
        yield from self.hands.activate(self.document, root.childNodes()[1])
        Krita.instance().activeWindow().addView(self.document)
        yield 1
        self.document.setActiveNode(root.childNodes()[2])
        yield from self.hands.until(
            lambda: "second" in self.hands.text("layerEditSource"), 5, "the second view's layer"
        )
        yield from self.edit("sepia")
        said = self.report["views"] = {"layers": self.layers()}
        self.document.setActiveNode(root.childNodes()[0])
        yield from self.hands.until(
            lambda: "Background" in self.hands.text("layerEditSource"), 5, "another layer"
        )
        self.hands.choose_result("sepia")
        self.hands.click("layerEdit-edit_further")
        yield 0.6
        said["further"] = self.hands.text("layerEditSource").split("\n")[0]
        yield from self.hands.screenshot("views.png")

    def theme(self):
        """The details that are open are readable in the new one."""
        text = lambda: self.hands.widget("layerEditDetails")  # noqa: E731
        self.hands.choose_result("sepia")
        self.hands.press("layerEditResults", Qt.Key.Key_Menu)
        popup = QtWidgets.QApplication.activePopupWidget
        yield from self.hands.until(popup, 5, "menu")
        _choose(popup(), "show_details")
        yield from self.hands.until(lambda: text().isVisible(), 5, "details")
        said = self.report["theme"] = [_contrast(text())]
        _use_theme("Krita bright")
        yield 0.6
        said.append(_contrast(text()))
        yield from self.hands.screenshot("bright.png")
        text().window().close()

    def repeat(self):
        """What went wrong is gone when an action does it again, and that goes well."""
        self.hands.type("layerEditInstruction", "make the hat green")
        self.hands.click("layerEditSubmit")
        yield from self.hands.until(lambda: self.is_seen("layerEditError"), 20, "an error")
        self.hands.trigger("layer_edit_repeat")
        yield from self.hands.until(
            lambda: any("Done" in one for one in self.hands.results() if "hat" in one), 30, "done"
        )
        yield 0.5
        self.report["repeated"] = self.is_seen("layerEditError")

    def narrow(self):
        """Nothing is cut off, however long the words are in another language."""
        submit, cancel = (
            self.hands.docker_widget(name) for name in ("layerEditSubmit", "layerEditCancel")
        )
        before = submit.text()
        submit.setText("16 Bearbeitungen starten  ($0.64)")
        cancel.setText("Abbrechen")
        yield 0.4
        content = submit.window().findChild(QtWidgets.QWidget, "layerEditInstruction").parent()
        area = content.parentWidget()
        while not isinstance(area, QtWidgets.QScrollArea):
            area = area.parentWidget()
        place = cancel.mapTo(area, cancel.rect().topRight())
        self.report["narrow"] = [place.x(), area.viewport().width(), cancel.isVisible()]
        yield from self.hands.screenshot("narrow.png")
        submit.setText(before)
        cancel.setText("Cancel")

    def references(self):
        """Of the selected layers those with a picture are taken, the others named."""
        _add(self.document, "empty", is_filled=False)
        yield 0.5
        self.hands.trigger("select_all_layers")
        yield 0.6
        self.hands.click("layerEditAddLayer")
        references = _session().references
        yield from self.hands.until(lambda: references.items, 5, "references")
        self.report["references"] = [one.title for one in references.items]
        self.report["left out"] = self.hands.text("layerEditNotice")
        for one in references.items:
            references.remove(one.key)
        self.document.setActiveNode(self.document.rootNode().childNodes()[0])
        yield 0.6

    def budget(self):
        """The user's word is for what was asked; more edits by then are another question."""
        session, said = _session(), self.report.setdefault("budget", {})
        session.change({"budget": 0.01})
        self.hands.type("layerEditInstruction", "make the jacket black")
        self.hands.click("layerEditSubmit")
        yield from self.hands.until(lambda: self.is_seen("layerEditAnyway"), 5, "a question")
        said["one"] = self.hands.text("layerEditError")
        self.hands.widget("layerEditVariants").setValue(3)
        before = len(self.hands.results())
        self.hands.click("layerEditAnyway")
        yield 0.5
        said["begun"] = len(self.hands.results()) - before
        said["three"] = self.hands.text("layerEditError")
        yield from self.hands.screenshot("budget.png")
        self.hands.click("layerEditAnyway")
        yield 0.5
        said["begun then"] = len(self.hands.results()) - before
        yield from self.until_idle()
        self.hands.widget("layerEditVariants").setValue(1)
        session.change({"budget": 0.0})

    def cancel(self):
        """Of several that are cancelled at once, what is said is true of the one that was sent."""
        session = _session()
        session.change({"slots": 1})
        self.hands.widget("layerEditVariants").setValue(3)
        self.hands.click("layerEditSubmit")
        yield from self.hands.until(
            lambda: any(
                update.record.prediction and update.record.state.is_active
                for update in session.updates.values()
            ),
            20,
            "one was sent",
        )
        self.hands.click("layerEditCancelBatch")
        yield 0.5
        self.report["cancelled"] = self.hands.text("layerEditStatus")
        self.hands.widget("layerEditVariants").setValue(1)
        yield from self.hands.until(
            lambda: any("Kept" in one for one in self.hands.results()), 20, "what was sent is kept"
        )

    def window(self):
        """A window that was closed is not spoken to any more."""
        first = self.hands._docker
        self.hands.trigger("view_newwindow")
        yield 2
        window = next(
            one for one in Krita.instance().windows() if one.qwindow() is not first.window()
        )
        second = window.qwindow().findChild(QtWidgets.QDockWidget, self.hands.docker_id)
        window.qwindow().show()
        window.addView(self.document)
        second.setVisible(True)
        yield from self.hands.until(lambda: second.widget() is not None, 10, "a second docker")
        yield 0.5
        self.hands._docker = second
        _session().results.failed.emit(InputError("In both."))
        self.report["second"] = self.hands.text("layerEditError")
        window.qwindow().close()
        self.hands._docker = first
        yield from self.hands.until(lambda: len(Krita.instance().windows()) == 1, 10, "closed")
        yield 0.5
        _session().results.failed.emit(InputError("In the first."))
        self.report["first"] = self.hands.text("layerEditError")
        self.document.setModified(False)
        self.document.close()
        yield from self.hands.until(lambda: not self.is_seen("layerEditError"), 10, "forgotten")

    # -- helpers -------------------------------------------------------------------------------

    def edit(self, instruction, word="Done"):
        self.hands.type("layerEditInstruction", instruction)
        before = len(self.hands.results())
        self.hands.click("layerEditSubmit")
        yield from self.hands.until(lambda: len(self.hands.results()) > before, 10, instruction)
        yield from self.hands.until(lambda: word in self.hands.result(instruction), 30, word)
        yield 0.6

    def until_idle(self):
        cancel = self.hands.widget("layerEditCancel")
        yield from self.hands.until(lambda: not cancel.isEnabled(), 60, "all have ended")
        yield 0.5

    def is_seen(self, name):
        return self.hands.docker_widget(name).isVisible()

    def layers(self):
        return [node.name() for node in self.document.rootNode().childNodes()]


def _choose(menu, name):
    for _ in menu.actions():
        QtTest.keyClick(menu, Qt.Key.Key_Down)
        if menu.activeAction().data() == name:
            QtTest.keyClick(menu, Qt.Key.Key_Return)
            return


def _use_theme(name):
    menus = [one for one in QtWidgets.QApplication.allWidgets() if isinstance(one, QtWidgets.QMenu)]
    actions = (action for menu in menus for action in menu.actions())
    next(action for action in actions if action.text().replace("&", "") == name).trigger()


def _contrast(text):
    """How far the lightness of the first letter is from that of the paper, of 255."""
    cursor = text.textCursor()
    cursor.movePosition(cursor.MoveOperation.Start)
    cursor.movePosition(cursor.MoveOperation.Right)
    ink = cursor.charFormat().foreground().color().lightness()
    return abs(ink - text.palette().color(text.backgroundRole()).lightness())


def _add(document, name, is_filled=True):
    node = document.createNode(name, "paintlayer")
    document.rootNode().addChildNode(node, None)
    if is_filled:
        data = QtCore.QByteArray(bytes((40, 80, 220, 255)) * (SIZE[0] * SIZE[1]))
        node.setPixelData(data, 0, 0, *SIZE)
    document.refreshProjection()
    document.waitForDone()
