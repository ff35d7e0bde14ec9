"""A small Krita and a small Qt: documents with layers and a selection, timers run by the test."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import ClassVar


class Signal:
    """Of a Qt signal what is used of it."""

    def __init__(self):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)


class Timer:
    """Runs out when a test lets the event loop turn."""

    made: ClassVar[list[Timer]] = []

    def __init__(self, _parent=None):
        self.timeout, self._interval, self.is_running = Signal(), 0, False
        Timer.made.append(self)

    def setInterval(self, milliseconds):  # noqa: N802 - Qt's names
        self._interval = milliseconds

    def interval(self):
        return self._interval

    def start(self):
        self.is_running = True

    def stop(self):
        self.is_running = False

    @staticmethod
    def singleShot(_milliseconds, call):  # noqa: N802
        timer = Timer()
        timer.start()

        def once():
            timer.stop()
            call()

        timer.timeout.connect(once)


def turn(times=1):
    """Let the event loop turn: what a slot raises comes out here, where Krita shows a dialog."""
    for _ in range(times):
        for timer in list(Timer.made):
            if timer.is_running:
                for receiver in timer.timeout.receivers:
                    receiver()


class QObject:
    """A parent is all that is used of it."""

    def __init__(self, _parent=None):
        pass


class Selection:
    """Of Krita's selection the bounds."""

    def __init__(self, x=0, y=0, width=0, height=0):
        self.bounds = (x, y, width, height)

    def duplicate(self):
        return Selection(*self.bounds)

    def setPixelData(self, _data, x, y, width, height):  # noqa: N802 - Krita's name
        # Strip by strip, from the top.
        self.bounds = (x, self.bounds[1] or y, width, self.bounds[3] + height)

    def x(self):
        return self.bounds[0]

    def y(self):
        return self.bounds[1]

    def width(self):
        return self.bounds[2]

    def height(self):
        return self.bounds[3]


class Id(str):
    """Of a QUuid what is used of it."""

    def toString(self):  # noqa: N802 - Qt's name
        return str(self)


class Node:
    """A layer or a mask."""

    def __init__(self, name, kind="paintlayer"):
        self.name_, self.kind, self.children, self.parent = name, kind, [], None

    def uniqueId(self):  # noqa: N802 - Krita's names
        return Id(f"{{{id(self)}}}")

    def name(self):
        return self.name_

    def setName(self, name):  # noqa: N802
        self.name_ = name

    def type(self):
        return self.kind

    def childNodes(self):  # noqa: N802
        return list(self.children)

    def parentNode(self):  # noqa: N802
        return self.parent

    def addChildNode(self, node, above):  # noqa: N802
        at = len(self.children) if above is None else self.children.index(above) + 1
        self.children.insert(at, node)
        node.parent = self

    def remove(self):
        self.parent.children.remove(self)

    def setPixelData(self, *_pixels):  # noqa: N802
        pass

    def blendingMode(self):  # noqa: N802
        return "normal"

    def setBlendingMode(self, _mode):  # noqa: N802
        pass

    def opacity(self):
        return 255

    def setOpacity(self, _opacity):  # noqa: N802
        pass

    def inheritAlpha(self):  # noqa: N802
        return False

    def setInheritAlpha(self, _flag):  # noqa: N802
        pass


class Document:
    """Has one layer, which is active. `is_free`: no stroke of the artist is under way."""

    def __init__(self, krita):
        self.root, self.background = Node("root", "grouplayer"), Node("Background")
        self.root.addChildNode(self.background, None)
        self.active, self.live, self.is_free = self.background, None, True
        self.is_locked, self.copies = False, []
        self._krita = krita

    def rootNode(self):  # noqa: N802 - Krita's names
        return self.root if self in self._krita.opened else None

    def activeNode(self):  # noqa: N802
        return self.active

    def setActiveNode(self, node):  # noqa: N802
        self.active = node

    def createNode(self, name, kind):  # noqa: N802
        return Node(name, kind)

    def selection(self):
        return self.live

    def setSelection(self, selection):  # noqa: N802
        self.live = selection

    def waitForDone(self):  # noqa: N802
        pass

    def tryBarrierLock(self):  # noqa: N802
        # As in Krita: of a closed document it is false.
        self.is_locked = self.is_free and self in self._krita.opened
        return self.is_locked

    def unlock(self):
        self.is_locked = False

    def clone(self):
        self.copies.append("open")
        copy = SimpleNamespace(createNode=self.createNode, setModified=lambda _flag: None)
        copy.close = lambda: self.copies.__setitem__(-1, "closed")
        return copy

    def close(self):
        self._krita.opened.remove(self)
        self.live = None


class MaskAction:
    """Makes a mask of the active layer of the document in front, and uses its selection up.

    As in Krita 5.1 the mask is active, and the selection taken away, on a later turn.
    """

    def __init__(self, krita):
        self._krita, self.is_dead = krita, False
        self.triggered, self.made = 0, []

    def trigger(self):
        self.triggered += 1
        document = self._krita.front
        if self.is_dead:
            return
        self.made.append(document.live.bounds)
        mask = Node("Transparency Mask 1", "transparencymask")
        document.active.addChildNode(mask, None)

        def later():
            document.active = mask
            document.live = None

        Timer.singleShot(0, lambda: Timer.singleShot(0, later))


class Krita:
    """Documents, the one in front, and the action; `shown` are the messages on the canvas."""

    def __init__(self):
        self.opened, self.shown = [], []
        self.front = None
        self.mask_action = MaskAction(self)

    def open(self):
        self.front = Document(self)
        self.opened.append(self.front)
        return self.front

    def documents(self):
        return list(self.opened)

    def activeDocument(self):  # noqa: N802 - Krita's name
        return self.front

    def views(self):
        return []

    def action(self, _name):
        return self.mask_action

    def icon(self, name):
        return name

    def activeWindow(self):  # noqa: N802 - Krita's name
        view = SimpleNamespace(
            document=lambda: self.front,
            showFloatingMessage=lambda *shown: self.shown.append(shown),
        )
        return SimpleNamespace(activeView=lambda: view)


def modules(krita):
    """What `import krita` and `layer_edit.qt` are meanwhile."""
    stood = ModuleType("krita")
    stood.Krita = SimpleNamespace(instance=lambda: krita)
    stood.Selection = Selection
    for name in ("Extension", "DockWidget", "DockWidgetFactory", "DockWidgetFactoryBase"):
        setattr(stood, name, QObject)
    qtcore = SimpleNamespace(QObject=QObject, QTimer=Timer, QByteArray=bytes)
    qt = SimpleNamespace(
        Qt=None, QtCore=qtcore, QtGui=None, QtWidgets=None, Signal=lambda *_types: Signal()
    )
    return {"krita": stood, "layer_edit.qt": qt}


PARTS = ("layer_edit.canvas", "layer_edit.session")


def taken_out():
    """The modules that import Krita, taken out of sys.modules: they are imported anew."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(PARTS)}
