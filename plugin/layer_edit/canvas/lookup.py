"""Finding documents and layers again: krita's wrapper objects are not identities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from krita import Krita


def is_open(document: Any) -> bool:
    """True while that krita Document is open in this Krita."""
    return any(document == other for other in Krita.instance().documents())


def document_at(path: str) -> Any:
    """The open document with that file name, or None."""
    documents = Krita.instance().documents()
    return next((one for one in documents if path and one.fileName() == path), None)


def active_node(document: Any) -> Any:
    """The active layer or mask of a document, None without one: that of the view in front.

    Where a document has several views, `Document.activeNode` is that of its first, which need not
    be the one that the user looks at and that `Document.setActiveNode` changes.
    """
    found = document.activeNode()
    views = [one for one in Krita.instance().views() if one.document() == document]
    window = Krita.instance().activeWindow()
    front = window.activeView() if window is not None and len(views) > 1 else None
    if front is None or front.document() != document:
        return found
    selected = front.selectedNodes()
    if not selected or (found and any(one.uniqueId() == found.uniqueId() for one in selected)):
        return found
    return selected[0]


def documents_of(layer_id: str) -> list[Any]:
    """The open documents that have that layer: more than one where a file was opened twice."""
    documents = Krita.instance().documents()
    return [one for one in documents if find_layer(one.rootNode(), layer_id) is not None]


def find_layer(node: Any, layer_id: str) -> Any:
    """The node with that unique id below `node`, or None. (nodeByUniqueID needs Krita 5.2.)"""
    return next((one for one in _nodes(node) if one.uniqueId().toString() == layer_id), None)


def layers_of(node: Any) -> Iterator[Any]:
    """The layers below `node` at any depth, from the bottom; no masks."""
    return (one for one in _nodes(node) if is_layer(one))


def layers_in(node: Any) -> list[Any]:
    """The layers straight in a group (or the root), from the bottom; no masks."""
    return [one for one in node.childNodes() if is_layer(one)]


def is_layer(node: Any) -> bool:
    """False for masks, and for the nodes without a type that Krita keeps for itself."""
    kind = node.type()
    return bool(kind) and not kind.endswith("mask")


def passes_through(node: Any) -> bool:
    """True for a group whose layers Krita composes straight into what is below it.

    It has no picture of its own, and its blending mode is not used; its opacity is.
    """
    return bool(node.type() == "grouplayer" and node.passThroughMode())


def is_below_root(document: Any, node: Any) -> bool:
    """False for the root, which is the parent of the global selection mask."""
    return bool(node.uniqueId() != document.rootNode().uniqueId())


def _nodes(node: Any) -> Iterator[Any]:
    for child in node.childNodes():
        yield child
        yield from _nodes(child)
