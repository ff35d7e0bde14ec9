"""Finding documents and layers again: krita's wrapper objects are not identities."""

from __future__ import annotations

from typing import Any

from krita import Krita


def is_open(document: Any) -> bool:
    """True while that krita Document is open in this Krita."""
    return any(document == other for other in Krita.instance().documents())


def document_at(path: str) -> Any:
    """The open document with that file name, or None."""
    documents = Krita.instance().documents()
    return next((one for one in documents if path and one.fileName() == path), None)


def find_layer(node: Any, layer_id: str) -> Any:
    """The node with that unique id below `node`, or None. (nodeByUniqueID needs Krita 5.2.)"""
    for child in node.childNodes():
        if child.uniqueId().toString() == layer_id:
            return child
        found = find_layer(child, layer_id)
        if found is not None:
            return found
    return None
