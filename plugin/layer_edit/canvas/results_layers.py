"""The layers that results became: found again, shown, hidden, made active, removed."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from krita import Krita

from ..qt import QtCore, QtWidgets
from .lookup import active_node, find_layer, is_open, layers_of
from .pump import patiently

PATIENCE = 3.0
"""Seconds for Krita to take over a selection of layers, or to remove them; it takes some 0.3 s."""

LAYER_DOCKER = "KisLayerBox"
LAYER_TREE = "listLayers"
REMOVE = "remove_layer"


def shown_layers() -> dict[str, bool]:
    """Of the document in front: whether each layer's own visibility is on, by unique id."""
    document = Krita.instance().activeDocument()
    return {} if document is None else shown_layers_of(document)


def shown_layers_of(document: Any) -> dict[str, bool]:
    """Of an open document: whether each layer's own visibility is on, by unique id."""
    root = document.rootNode()
    return {_id(node): bool(node.visible()) for node in layers_of(root)} if root else {}


def front_document() -> Any:
    """The document in front, or None."""
    return Krita.instance().activeDocument()


def is_of_front(document_path: str, document_id: str) -> bool:
    """True when the document in front has that file name, or that id where it is named."""
    document = front_document()
    if document is None:
        return False
    is_same = bool(document_id) and document_id == _id(document.rootNode())
    return is_same or bool(document_path and document_path == document.fileName())


def is_in_front(document: Any) -> bool:
    """True for the document that the user looks at."""
    return bool(document is not None and front_document() == document)


def document_with(layer_id: str) -> Any:
    """The open document that has that layer, the one in front before others; None without."""
    front = Krita.instance().activeDocument()
    documents = [front] if front is not None else []
    documents += Krita.instance().documents()
    for document in documents:
        if find_layer(document.rootNode(), layer_id) is not None:
            return document
    return None


def bring_to_front(document: Any) -> None:
    """Show a view of an open document, if it has one."""
    if is_in_front(document):
        return
    active = Krita.instance().activeWindow()
    for window in Krita.instance().windows():
        for view in window.views():
            if view.document() == document:
                window.showView(view)
                # Which does nothing on Krita 5.1; this one is for the active window only.
                is_active = active is not None and window.qwindow() == active.qwindow()
                if is_active and not is_in_front(document):
                    view.setVisible()
                return


def set_shown(document: Any, wanted: dict[str, bool]) -> bool:
    """Show or hide layers by unique id; True when any changed. Not a step in the undo history.

    The canvas shows it after `Refresher.soon`.
    """
    changed = False
    for node in list(layers_of(document.rootNode())):
        is_wanted = wanted.get(_id(node))
        if is_wanted is not None and bool(node.visible()) != is_wanted:
            node.setVisible(is_wanted)
            changed = True
    return changed


def make_active(document: Any, layer_id: str) -> None:
    """Make a layer the active one."""
    node = find_layer(document.rootNode(), layer_id)
    if node is not None:
        document.setActiveNode(node)


def active_layer_id() -> str:
    """The unique id of the active layer, or of the one whose mask is active; '' without one."""
    document = Krita.instance().activeDocument()
    node = active_node(document) if document is not None else None
    if node is not None and node.type().endswith("mask"):
        node = node.parentNode()
    return "" if node is None else _id(node)


class Refresher(QtCore.QObject):
    """Composes documents anew after layers were shown or hidden by `set_shown`.

    Krita does so in one go (20 to 350 ms by size), so a run of changes, such as a held arrow key,
    is followed by one refresh, when it pauses.
    """

    PAUSE = 40
    """Milliseconds."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._stale: list[Any] = []
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(self.PAUSE)
        self._timer.timeout.connect(self._refresh)

    def soon(self, document: Any) -> None:
        """Refresh that document when the changes pause."""
        if not any(document == other for other in self._stale):
            self._stale.append(document)
        self._timer.start()

    def _refresh(self) -> None:
        stale, self._stale = self._stale, []
        for document in stale:
            if is_open(document):
                document.refreshProjection()


def remove_layers(document: Any, layer_ids: Iterable[str]) -> Generator[Any, None, None]:
    """Remove layers of a document, as one step in its undo history where Krita lets it.

    Krita's Python can remove one layer at a time, a step each. Its own 'Remove Layer' takes all
    that are selected in its layer docker at once: that is done where it can be seen to be right,
    and the active layer is given back. Run by `Pump`.
    """
    wanted = set(layer_ids)
    nodes = _there(document, wanted)
    if len(nodes) > 1 and is_in_front(document):
        active = active_node(document)
        if (yield from _selected_in_docker(document, nodes)):
            Krita.instance().action(REMOVE).trigger()
            yield from patiently(lambda: not _there(document, wanted), PATIENCE)
        if active is not None and is_open(document):
            make_active(document, _id(active))
    for node in _there(document, wanted):
        node.remove()
        yield


def _there(document: Any, layer_ids: set[str]) -> list[Any]:
    if not is_open(document):
        return []
    return [node for node in layers_of(document.rootNode()) if _id(node) in layer_ids]


def _selected_in_docker(document: Any, nodes: list[Any]) -> Generator[Any, None, bool]:
    """Select those layers, and no others, in Krita's layer docker; False when that failed."""
    tree = _layer_tree()
    window = Krita.instance().activeWindow()
    if tree is None or window is None:
        return False
    indexes = _indexes(tree.model(), QtCore.QModelIndex(), document.rootNode())
    wanted = {_id(node) for node in nodes}
    if not indexes or not wanted <= set(indexes):
        return False
    flag = QtCore.QItemSelectionModel.SelectionFlag
    chosen = [index for layer_id, index in indexes.items() if layer_id in wanted]
    model = tree.selectionModel()
    model.setCurrentIndex(chosen[0], flag.ClearAndSelect | flag.Rows)
    for index in chosen[1:]:
        model.select(index, flag.Select | flag.Rows)

    def is_selected() -> bool:
        return is_in_front(document) and wanted == {
            _id(node) for node in window.activeView().selectedNodes()
        }

    return (yield from patiently(is_selected, PATIENCE))


def _layer_tree() -> Any:
    """Of the window in front: Krita lists that one's dockers."""
    dockers = Krita.instance().dockers()
    docker = next((one for one in dockers if one.objectName() == LAYER_DOCKER), None)
    return None if docker is None else docker.findChild(QtWidgets.QTreeView, LAYER_TREE)


def _indexes(model: Any, parent: Any, node: Any) -> dict[str, Any]:
    """The docker's model indexes by layer id; {} when it does not look like the document."""
    children = [child for child in reversed(node.childNodes()) if child.type()]
    rows = [model.index(row, 0, parent) for row in range(model.rowCount(parent))]
    if [row.data() for row in rows] != [child.name() for child in children]:
        return {}
    found = {}
    for row, child in zip(rows, children, strict=True):
        found[_id(child)] = row
        found.update(_indexes(model, row, child))
    return found


def _id(node: Any) -> str:
    return str(node.uniqueId().toString())
