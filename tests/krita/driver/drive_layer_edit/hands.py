"""What a scenario can do in Krita: look at widgets, click, type, wait, take screenshots."""

import importlib
import os
import time

from krita import InfoObject, Krita

from layer_edit.qt import Qt, QtCore, QtWidgets, qt_major

QtTest = importlib.import_module(f"PyQt{qt_major()}.QtTest").QTest

PATIENCE = 3
"""Times what is asked for: a machine that others work on may be that much slower."""


class Hands:
    """The user's hands and eyes. `report` is written to report.json at the end."""

    def __init__(self, folder):
        self.folder = folder
        self.report = {"krita": Krita.instance().version(), "qt": QtCore.QT_VERSION_STR}
        self.docker_id = "layer_edit_docker"

    # -- Krita ---------------------------------------------------------------------------------

    def open(self, path):
        """Open a document in a view; returns the krita Document."""
        document = Krita.instance().openDocument(str(path))
        document.setBatchmode(True)
        Krita.instance().activeWindow().addView(document)
        yield from self.until(lambda: Krita.instance().activeDocument() == document, 20)
        yield 0.5
        return document

    def new_document(self, width, height, model="RGBA", depth="U8", profile=None):
        """Make a document with one white background layer, shown in a view."""
        profile = "sRGB-elle-V2-srgbtrc.icc" if profile is None else profile
        document = Krita.instance().createDocument(
            width, height, "test", model, depth, profile, 300.0
        )
        document.setBatchmode(True)
        Krita.instance().activeWindow().addView(document)
        yield from self.until(lambda: Krita.instance().activeDocument() == document, 20)
        yield 0.5
        return document

    def activate(self, document, node):
        """Make a node active and wait until Krita has done so."""
        document.setActiveNode(node)
        yield from self.until(
            lambda: document.activeNode().uniqueId() == node.uniqueId(), 10, "active node"
        )
        yield 0.4

    def save(self, document, name):
        """Save a document as a file in the output folder, without dialogs."""
        path = self.folder / name
        document.waitForDone()
        if not document.saveAs(str(path)):
            raise AssertionError(f"Krita did not save {name}")
        yield from self.until(path.exists, 30, name)

    def export_projection(self, document, name):
        """Write what the canvas shows as a PNG."""
        document.refreshProjection()
        document.waitForDone()
        if not document.exportImage(str(self.folder / name), InfoObject()):
            raise AssertionError(f"Krita did not export {name}")

    def history(self):
        """Krita's undo history: the number of its steps, and how many of them are done."""
        docker = next(d for d in Krita.instance().dockers() if d.objectName() == "History")
        if not docker.isVisible():
            docker.setVisible(True)
            yield 0.5
        view = docker.findChild(QtWidgets.QListView)
        # The first row is the state before the first step.
        return view.model().rowCount() - 1, view.currentIndex().row()

    def trigger(self, action):
        """Trigger one of Krita's own actions."""
        Krita.instance().action(action).trigger()

    # -- widgets -------------------------------------------------------------------------------

    def docker(self):
        """The Layer Edit docker, shown and raised; of Krita's own only the layer list stays."""
        for other in Krita.instance().dockers():
            if other.objectName() not in (self.docker_id, "KisLayerBox", "ToolBox"):
                other.setVisible(False)
        docker = next(d for d in Krita.instance().dockers() if d.objectName() == self.docker_id)
        docker.setVisible(True)
        docker.raise_()
        yield from self.until(lambda: docker.widget() is not None, 10, "docker")
        yield 0.3
        self._docker = docker
        width = int(os.environ.get("LAYER_EDIT_WIDTH", "0"))
        if width:
            window = Krita.instance().activeWindow().qwindow()
            window.resizeDocks([docker], [width], Qt.Orientation.Horizontal)
            yield 0.3
        return docker

    def widget(self, name):
        """The widget of that object name in the docker, or in one of the plugin's windows.

        One that is seen comes first: some settings are in the docker and in their window.
        """
        windows = [one for one in QtWidgets.QApplication.topLevelWidgets() if _is_ours(one)]
        places = [self._docker, *windows]
        found = [one for one in windows if one.objectName() == name]
        found += [one for place in places for one in place.findChildren(QtWidgets.QWidget, name)]
        if not found:
            raise AssertionError(f"no widget {name}")
        return next((one for one in found if one.isVisible()), found[0])

    def docker_widget(self, name):
        """The docker's own widget of that object name."""
        return self._docker.findChild(QtWidgets.QWidget, name)

    def open_page(self, page):
        """Open the settings window by the docker's gear and turn to a page by its short name."""
        self.click("layerEditSettings")
        yield 0.3
        names = self.widget("layerEditPages")
        rows = [names.item(row).data(Qt.ItemDataRole.UserRole) for row in range(names.count())]
        names.setFocus()
        while names.currentRow() != rows.index(page):
            down = names.currentRow() < rows.index(page)
            QtTest.keyClick(names, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
            yield 0.05
        yield 0.3

    def close_settings(self):
        """Close the settings window with the Escape key."""
        QtTest.keyClick(self.widget("layerEditPages"), Qt.Key.Key_Escape)
        yield 0.2
        yield from self.activate_window()

    def activate_window(self):
        """Give Krita's window the focus, as a window manager would: else it shows no messages."""
        window = Krita.instance().activeWindow().qwindow()

        def is_active():
            if not window.isActiveWindow():
                window.activateWindow()
            return window.isActiveWindow()

        yield from self.until(is_active, 5, "Krita's window has the focus")

    def click(self, name):
        """Click a widget with the left button."""
        QtTest.mouseClick(self.widget(name), Qt.MouseButton.LeftButton)

    def click_widget(self, widget):
        """Click a widget that has no name of its own."""
        QtTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, name, text):
        """Focus a text field, empty it and type key by key."""
        field = self.widget(name)
        field.setFocus()
        field.clear()
        QtTest.keyClicks(field, text)

    def keys(self, name, text):
        """Type key by key into what a widget has selected."""
        QtTest.keyClicks(self.widget(name), text)

    def press(self, name, key, modifier=Qt.KeyboardModifier.NoModifier):
        """Press one key in a widget."""
        QtTest.keyClick(self.widget(name), key, modifier)

    def choose(self, name, data):
        """Choose the entry of a combo box by its data, with the keyboard."""
        box = self.widget(name)
        target = box.findData(data)
        if target < 0:
            raise AssertionError(f"{name} has no entry {data}")
        box.setFocus()
        while box.currentIndex() != target:
            QtTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < target else Qt.Key.Key_Up)
            yield 0.05

    def text(self, name):
        """What a label, button or field shows."""
        widget = self.widget(name)
        return widget.toPlainText() if hasattr(widget, "toPlainText") else widget.text()

    def focus(self):
        """The name of the docker's widget that has the focus, or would in an active window."""
        widget = self._docker.window().focusWidget()
        return "" if widget is None else widget.objectName()

    # -- results -------------------------------------------------------------------------------

    def results(self):
        """The texts of all listed results, from the top; headings are left out."""
        return [index.data() for index in self._result_indexes()]

    def result(self, start):
        """The text of the first listed result whose instruction begins so."""
        return self.find_result(start).data()

    def find_result(self, start, number=0):
        """The model index of a listed result, of several the one with that number."""
        found = [index for index in self._result_indexes() if index.data().startswith(start)]
        return found[number]

    def choose_result(self, start, number=0):
        """Make a listed result the chosen one, as a right click does."""
        self._click_result(start, number, Qt.MouseButton.RightButton)

    def click_result(self, start, number=0):
        """Click a listed result: before/after."""
        self._click_result(start, number, Qt.MouseButton.LeftButton)

    def _click_result(self, start, number, button):
        view, index = self.widget("layerEditResults"), self.find_result(start, number)
        view.scrollTo(index)
        place = view.visualRect(index).center()
        QtTest.mouseClick(view.viewport(), button, Qt.KeyboardModifier.NoModifier, place)

    def _result_indexes(self):
        model = self.widget("layerEditResults").model()
        rows = (model.index(row, 0) for row in range(model.rowCount()))
        return [index for index in rows if index.data(Qt.ItemDataRole.UserRole)]

    # -- time ----------------------------------------------------------------------------------

    def until(self, condition, seconds, what="condition"):
        """Wait until the condition holds, on a quiet machine at most that many seconds."""
        end = time.monotonic() + seconds * PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {what}")
            yield 0.05

    def screenshot(self, name):
        """Ask the process outside for a picture of the whole display and wait for it."""
        yield 0.3
        (self.folder / f"{name}.want").write_text("")
        yield from self.until((self.folder / name).exists, 30, name)
        yield from self.until(lambda: not (self.folder / f"{name}.want").exists(), 30, name)


def _is_ours(window):
    return window.objectName().startswith("layerEdit")


class Gaps(QtCore.QObject):
    """Measures how long the event loop was busy in one go, by a timer that always wants to run.

    `longest` maps the current label to milliseconds; `long` lists those over 25 ms as (seconds
    since the start, label, milliseconds). `table` says more: see `Stretch`.
    """

    def __init__(self):
        super().__init__()
        self.label = "start"
        self.table = {}
        self.long = []
        self._start = time.perf_counter()
        # Nanoseconds this thread ran, and nanoseconds it could have run but had no core.
        self._schedule = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        self._last = self._clocks()
        self._timer = QtCore.QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    @property
    def longest(self):
        """The longest wall time between two ticks for each label, in milliseconds."""
        return {label: stretch.wall for label, stretch in self.table.items()}

    def mark(self, label):
        """Account from here on to another label; what ran until now counts to the old one."""
        self._tick()
        self.label = label

    def stop(self):
        """End measuring."""
        self._tick()
        self._timer.stop()
        os.close(self._schedule)

    def _clocks(self):
        """Wall time, this thread's CPU time and its time waiting for a core, in milliseconds."""
        waited = int(os.pread(self._schedule, 100, 0).split()[1])
        return time.perf_counter() * 1e3, time.thread_time() * 1e3, waited / 1e6

    def _tick(self):
        now = self._clocks()
        wall, cpu, waited = (now[at] - self._last[at] for at in range(3))
        self._last = now
        self.table.setdefault(self.label, Stretch()).add(wall, cpu, wall - waited)
        if wall > 25:
            since = round(now[0] / 1e3 - self._start, 2)
            self.long.append((since, self.label, round(wall, 1)))


class Stretch:
    """What passed between ticks under one label; all times in milliseconds.

    `wall` is the longest time between two ticks, `cpu` the longest that the main thread itself
    computed in one, `held` the longest without the waiting for a core that other work had.
    """

    LONG = 60

    def __init__(self):
        self.wall = self.cpu = self.held = 0.0
        self._whole = self._in_long = 0.0

    def add(self, wall, cpu, held):
        """One gap more."""
        self.wall, self.cpu = max(self.wall, wall), max(self.cpu, cpu)
        self.held = max(self.held, held)
        self._whole += wall
        if held > self.LONG:
            self._in_long += held

    def row(self):
        """The longest ones, and the share of the time spent in hold-ups over 60 ms, in percent."""
        share = 100 * self._in_long / self._whole if self._whole else 0.0
        return {"wall": self.wall, "cpu": self.cpu, "held": self.held, "share": share}
