"""A whole round of work on the keyboard alone; every key goes to what has the focus.

Type, submit, walk through the variants, keep one, edit it further, undo. Only the document and
the visible docker are there before; the layers are saved as kept.kra, further.kra, undone.kra.
"""

from drive_layer_edit.hands import QtTest
from krita import Krita

from layer_edit.canvas.actions import PREFIX
from layer_edit.qt import Qt, QtCore, QtGui, QtWidgets

WISH, FURTHER = "invert, then strong grain", "invert"
COLOUR = (40, 80, 220)
SIZE = (320, 240)
MOST_TABS = 80
_KEY, _HELD = Qt.Key, Qt.KeyboardModifier


def run(hands):
    """One part after the other, as an artist would."""
    document = yield from hands.new_document(*SIZE)
    _fill(document)
    yield from hands.docker()
    yield from _Keyboard(hands, document).work()


class _Keyboard:
    def __init__(self, hands, document):
        self.hands, self.document = hands, document
        self.window = Krita.instance().activeWindow().qwindow()
        self.report = hands.report
        self.report["tabs"] = {}

    def work(self):
        """The parts in their order; the report says how far it came."""
        parts = (self.arrive, self.submit, self.walk, self.keep, self.go_further, self.undo)
        for part in parts:
            self.report["at"] = part.__name__
            yield from part()

    def arrive(self):
        """By a shortcut of one's own, as Krita's settings give one to the action."""
        Krita.instance().action(PREFIX + "focus").setShortcut(
            QtGui.QKeySequence("Ctrl+Alt+Shift+E")
        )
        self.window.activateWindow()
        yield 0.5
        self.shortcut()
        yield from self.until_focus("layerEditInstruction")

    def submit(self):
        """Three variants, by the spin box and the button."""
        self.type(WISH)
        yield from self.tab_to("layerEditVariants")
        self.press(_KEY.Key_Up)
        self.press(_KEY.Key_Up)
        yield from self.tab_to("layerEditSubmit")
        self.report["button"] = self.hands.text("layerEditSubmit")
        yield from self.hands.screenshot("submit.png")
        self.press(_KEY.Key_Space)
        yield from self.hands.until(lambda: len(self.layers()) == 3, 60, "three variants")
        yield from self.until_done()

    def walk(self):
        """Into the list, from variant to variant, before and after."""
        yield from self.tab_to("layerEditResults")
        self.press(_KEY.Key_Home)
        self.press(_KEY.Key_Right)
        yield from self.until_shown([False, True, False])
        self.press(_KEY.Key_Right)
        yield from self.until_shown([False, False, True])
        self.press(_KEY.Key_Left)
        yield from self.until_shown([False, True, False])
        self.report["after"] = self.canvas()
        self.press(_KEY.Key_Return)
        yield from self.until_shown([False, False, False])
        self.report["before"] = self.canvas()
        yield from self.hands.screenshot("walk.png")
        self.press(_KEY.Key_Space)
        yield from self.until_shown([False, True, False])

    def keep(self):
        """From the menu that the Menu key opens."""
        yield from self.pick("keep_only")
        yield from self.until_shown([True])
        yield from self.hands.screenshot("kept.png")
        yield from self.hands.save(self.document, "kept.kra")

    def go_further(self):
        """The menu leads back into the box, on the layer that was kept."""
        yield from self.pick("edit_further")
        yield from self.until_focus("layerEditInstruction")
        yield from self.hands.until(
            lambda: self.document.activeNode().name().endswith(WISH), 10, "its layer is active"
        )
        yield 0.6
        self.press(_KEY.Key_A, _HELD.ControlModifier)
        self.type(FURTHER)
        yield from self.tab_to("layerEditVariants")
        self.press(_KEY.Key_Down)
        self.press(_KEY.Key_Down)
        # Shift+Tab leads from any of Krita's dockers to the canvas, so the shortcut leads back.
        self.shortcut()
        yield from self.until_focus("layerEditInstruction")
        self.press(_KEY.Key_Return, _HELD.ShiftModifier)
        yield from self.hands.until(lambda: len(self.layers()) == 2, 60, "edited further")
        yield from self.until_done()
        yield from self.hands.screenshot("further.png")
        yield from self.hands.save(self.document, "further.kra")

    def undo(self):
        """Ctrl+Z is the canvas's again outside of the text; one step for one edit."""
        yield from self.tab_to("layerEditResults")
        self.press(_KEY.Key_Z, _HELD.ControlModifier)
        yield from self.hands.until(lambda: len(self.layers()) == 1, 10, "undone")
        yield 0.5
        yield from self.hands.screenshot("undone.png")
        yield from self.hands.save(self.document, "undone.kra")

    # -- keys ----------------------------------------------------------------------------------

    def focus(self):
        """The widget that has the focus, whether or not a window manager made it active."""
        return QtWidgets.QApplication.focusWidget() or self.window.focusWidget() or self.window

    def press(self, key, *held):
        """One key with others held."""
        modifiers = _HELD.NoModifier
        for one in held:
            modifiers |= one
        QtTest.keyClick(self.focus(), key, modifiers)

    def shortcut(self):
        """The one that was given to 'write an instruction'."""
        self.press(_KEY.Key_E, _HELD.ControlModifier, _HELD.AltModifier, _HELD.ShiftModifier)

    def type(self, text):
        QtTest.keyClicks(self.focus(), text)

    def tab_to(self, name):
        """Tab until that widget has the focus; the report has the way there."""
        way = self.report["tabs"].setdefault(name, [])
        for _ in range(MOST_TABS):
            self.press(_KEY.Key_Tab)
            yield 0.02
            way.append(self.focus().objectName())
            if way[-1] == name:
                return
        raise AssertionError(f"no Tab leads to {name}: {way}")

    def until_focus(self, name):
        yield from self.hands.until(
            lambda: self.focus().objectName() == name, 10, f"the focus is in {name}"
        )

    def pick(self, name):
        """The Menu key, Down as far as needed, Enter."""
        self.report["focus before menu"] = self.focus().objectName()
        self.press(_KEY.Key_Menu)
        popup = QtWidgets.QApplication.activePopupWidget
        yield from self.hands.until(popup, 5, "menu")
        menu = popup()
        for _ in menu.actions():
            QtTest.keyClick(menu, _KEY.Key_Down)
            yield 0.02
            if menu.activeAction() is not None and menu.activeAction().data() == name:
                QtTest.keyClick(menu, _KEY.Key_Return)
                # A deleted one raises here: some of Krita's calls run an event loop of their own.
                assert not menu.isVisible()
                yield 0.3
                return
        raise AssertionError(f"the menu has no {name}")

    # -- eyes ----------------------------------------------------------------------------------

    def layers(self):
        """Whether each result layer is visible, the one on top first."""
        return [node.visible() for node in reversed(self.document.rootNode().childNodes()[1:])]

    def canvas(self):
        """The canvas's red, green and blue at (10, 10)."""
        self.document.waitForDone()
        blue, green, red = bytes(self.document.pixelData(10, 10, 1, 1))[:3]
        return [red, green, blue]

    def until_shown(self, wanted):
        yield from self.hands.until(lambda: self.layers() == wanted, 10, f"layers {wanted}")
        yield 0.4

    def until_done(self):
        yield from self.hands.until(
            lambda: not self.hands.widget("layerEditCancel").isEnabled(), 30, "all have ended"
        )
        yield 0.5


def _fill(document):
    width, height = SIZE
    red, green, blue = COLOUR
    data = QtCore.QByteArray(bytes((blue, green, red, 255)) * (width * height))
    document.activeNode().setPixelData(data, 0, 0, width, height)
    document.refreshProjection()
    document.waitForDone()
