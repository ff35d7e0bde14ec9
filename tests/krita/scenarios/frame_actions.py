"""The plugin's actions: in Krita's list, without shortcuts, used by a shortcut of one's own."""

from pathlib import Path
from xml.etree import ElementTree

import drive_layer_edit
from drive_layer_edit.hands import QtTest
from krita import Krita, Selection

import layer_edit
from layer_edit import start
from layer_edit.canvas import notify
from layer_edit.canvas.actions import ACTIONS, PREFIX
from layer_edit.qt import Qt, QtCore, QtGui, QtWidgets
from layer_edit.vendored import MissingLibrariesError, _no_folder


def run(hands):
    """Edit, repeat and cancel with the docker never shown; then focus its box by a key."""
    said = hands.report["said"] = {}
    spoken = hands.report["spoken"] = []
    show = notify.show_on_canvas
    notify.show_on_canvas = lambda text, is_good=True: (spoken.append(text), show(text, is_good))
    said["import"] = drive_layer_edit.IMPORT_SECONDS
    said["actions"] = {name: _about(name) for name in ACTIONS}
    said["file"] = _in_file()
    said["menu"] = _in_menu()
    window = Krita.instance().activeWindow().qwindow()
    docker = window.findChild(QtWidgets.QDockWidget, hands.docker_id)
    docker.setVisible(False)
    document = yield from hands.new_document(400, 300)
    root = document.rootNode()

    _trigger("edit_last")
    said["nothing yet"] = list(spoken)
    _without_libraries(said, spoken)
    _trigger("focus")
    yield from hands.until(lambda: docker.isVisible() and docker.widget() is not None, 10, "docker")
    hands._docker = docker
    yield 0.3
    said["focused"] = docker.focusWidget().objectName()
    hands.type("layerEditInstruction", "invert")
    docker.setVisible(False)
    yield 0.2
    selection = Selection()
    selection.select(100, 80, 60, 50, 255)
    document.setSelection(selection)
    _trigger("edit_last")
    layers = lambda: [one for one in root.childNodes() if one.type() == "paintlayer"]  # noqa: E731
    masked = lambda: [len(one.childNodes()) for one in layers()[1:]]  # noqa: E731
    yield from hands.until(lambda: masked() == [1], 30, "a layer by the action")
    yield 0.5
    document.setSelection(None)
    _trigger("repeat")
    yield from hands.until(lambda: masked() == [1, 1], 30, "a layer with another seed")
    yield 0.5
    document.setSelection(None)
    records = sorted(_records(), key=lambda one: one.created)
    said["seeds differ"] = records[0].wish.seed != records[1].wish.seed
    said["same layer"] = records[0].layer_id == records[1].layer_id
    said["same part"] = records[0].target == records[1].target

    said["shown"] = yield from _walk(hands, root)

    action = _action("focus")
    action.setShortcut(QtGui.QKeySequence("Ctrl+Alt+Shift+E"))
    window.activateWindow()
    yield 0.5
    QtTest.keyClick(
        window,
        Qt.Key.Key_E,
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.ShiftModifier,
    )
    yield 0.5
    said["by the key"] = [docker.isVisible(), docker.focusWidget().objectName()]

    yield from hands.choose("layerEditBackend", "wavespeed")
    for name in ("one", "two", "three"):
        hands.type("layerEditInstruction", name)
        hands.click("layerEditSubmit")
        yield 0.2
    _trigger("cancel_all")
    yield from hands.until(lambda: not hands.widget("layerEditCancel").isEnabled(), 10, "all")
    said["cancelled"] = [one.state.value for one in _records() if one.wish.backend == "wavespeed"]
    said["category"] = yield from _category(hands)
    yield from _language(hands, said)


def _without_libraries(said, spoken):
    """A shortcut in a Krita for which the package brings no libraries: as `vendored` says it."""
    load, folder = (
        start._load_libraries,
        Path("/home/somebody/.local/share/krita/pykrita/layer_edit"),
    )

    def fail():
        raise MissingLibrariesError(_no_folder(folder))

    start._load_libraries = fail
    before = len(spoken)
    _trigger("repeat")
    start._load_libraries = load
    said["no libraries"] = spoken[before:]
    del spoken[before:]


def _walk(hands, root):
    """Which of the two results, from below, are seen after each action."""
    seen = lambda: [node.visible() for node in root.childNodes()[1:]]  # noqa: E731
    states = [seen()]
    for name in ("toggle", "toggle", "next", "previous"):
        _trigger(name)
        yield from hands.until(lambda: seen() != states[-1], 10, f"{name} shows something else")
        yield 0.3
        states.append(seen())
    for node in root.childNodes():
        node.setVisible(True)
    yield 0.5
    return states


def _category(hands):
    """What Krita's shortcut settings show in the group; the dialog is Krita's own, and modal."""
    QtCore.QTimer.singleShot(0, Krita.instance().action("options_configure").trigger)
    modal = QtWidgets.QApplication.activeModalWidget
    yield from hands.until(lambda: modal() is not None, 20, "Krita's settings")
    dialog = modal()
    pages = dialog.findChild(QtWidgets.QAbstractItemView)
    for row in range(pages.model().rowCount()):
        index = pages.model().index(row, 0)
        if "Keyboard" in str(index.data()):
            pages.setCurrentIndex(index)
    exactly = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    trees = dialog.findChildren(QtWidgets.QTreeWidget)
    groups = lambda: [one for tree in trees for one in tree.findItems("Layer Edit", exactly)]  # noqa: E731
    yield from hands.until(groups, 10, "the group in the shortcut settings")
    names = []
    for group in groups():
        group.setExpanded(True)
        group.treeWidget().scrollToItem(group, QtWidgets.QAbstractItemView.ScrollHint.PositionAtTop)
        names += [group.child(row).text(0) for row in range(group.childCount())]
    yield from hands.screenshot("shortcuts.png")
    dialog.reject()
    yield 0.3
    return names


def _action(name):
    return Krita.instance().action(PREFIX + name)


def _trigger(name):
    _action(name).trigger()


def _about(name):
    action = _action(name)
    return [action.text().replace("&", ""), action.toolTip(), action.shortcut().toString()]


def _records():
    return [update.record for update in start._session().updates.values()]


def _language(hands, said):
    """Krita runs in German, the plugin in English by its setting until now: what is made from
    now on is in Krita's language."""
    start._speak("auto")
    hands.click("layerEditSettings")
    yield 0.3
    window = hands.widget("layerEditSettingsDialog")
    said["language"] = [window.windowTitle(), _action("cancel_all").text().replace("&", "")]
    yield from hands.screenshot("german_settings.png")
    yield from hands.close_settings()


def _in_file():
    """What the resource folder's file has, read apart from Krita."""
    file = Path(Krita.instance().getAppDataLocation()) / "actions" / "layer_edit.action"
    tree = ElementTree.parse(file).getroot()  # noqa: S314 - the project's own file
    module = Path(layer_edit.__file__).parent
    return {
        "category": tree.find("Actions").get("category"),
        "names": [one.get("name") for one in tree.iter("Action")],
        "texts": [one.findtext("text") for one in tree.iter("Action")],
        # Krita reads those too, and would find every action twice.
        "others": [str(one) for one in module.rglob("*.action")],
    }


def _in_menu():
    """Where the actions are found without a shortcut."""
    bar = Krita.instance().activeWindow().qwindow().menuBar()
    found = []

    def walk(menu, path):
        for action in menu.actions():
            title = action.text().replace("&", "")
            if action.menu() is not None:
                walk(action.menu(), [*path, title])
            elif action.objectName().startswith(PREFIX):
                found.append("/".join([*path, action.objectName()]))

    walk(bar, [])
    return found
