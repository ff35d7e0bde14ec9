"""What the user has chosen: the active document and layer, as the source of an edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from krita import Krita

from ..editing.errors import InputError
from ..editing.geometry import Rect
from .lookup import document_at, find_layer

EXACT_MODELS = ("RGBA", "GRAYA")
"""Colour models, in every depth, in which a captured and inserted pixel is within 1/255 of itself.

Krita's own conversions of the others were measured up to 62/255 apart (tests/krita/test_colours).
"""

READABLE = ("paintlayer", "grouplayer", "clonelayer", "vectorlayer", "filelayer", "filllayer")


class NoSourceError(InputError):
    """There is nothing to edit; the message says why and what to choose."""


@dataclass(frozen=True)
class ActiveSource:
    """The layer an edit would start from.

    `document` and `node` are krita wrappers; `layer_id` is the node's unique id and lasts longer
    than the wrapper. `bounds` is the layer's content within the canvas, in document pixels.
    """

    document: Any
    node: Any
    layer_id: str
    layer_name: str
    bounds: Rect
    document_name: str
    document_path: str

    @property
    def reads_projection(self) -> bool:
        """True for layers without pixels of their own (groups, vectors …)."""
        return str(self.node.type()) != "paintlayer"


def active_layer_id() -> str:
    """A cheap identity of document and layer for noticing a change; '' when there is none."""
    document = Krita.instance().activeDocument()
    node = document.activeNode() if document is not None else None
    if document is None or node is None:
        return ""
    return f"{document.rootNode().uniqueId().toString()}{node.uniqueId().toString()}{node.name()}"


def active_source() -> ActiveSource:
    """The active layer of the active document; a mask means the layer it belongs to.

    Raises NoSourceError with a sentence for the user.
    """
    document = Krita.instance().activeDocument()
    if document is None:
        raise NoSourceError("No document is open: open or create one.")
    node = document.activeNode()
    if node is not None and node.type().endswith("mask"):
        node = node.parentNode()
    if node is None or node.type() not in READABLE:
        kind = "nothing" if node is None else f"the {_kind_name(node.type())} '{node.name()}'"
        raise NoSourceError(f"The active layer is {kind}, which has no picture: choose a layer.")
    return _source(document, node)


def find_source(document_path: str, layer_id: str) -> ActiveSource | None:
    """That layer of the document with that file name, None when it is not open."""
    document = document_at(document_path)
    node = find_layer(document.rootNode(), layer_id) if document is not None else None
    return None if node is None else _source(document, node)


def _source(document: Any, node: Any) -> ActiveSource:
    canvas = Rect(0, 0, document.width(), document.height())
    return ActiveSource(
        document=document,
        node=node,
        layer_id=node.uniqueId().toString(),
        layer_name=node.name(),
        bounds=_rect(node.bounds()).intersected(canvas),
        document_name=document.name() or "Unnamed",
        document_path=document.fileName(),
    )


def check_source(source: ActiveSource) -> ActiveSource:
    """Return the source. Raises NoSourceError when it cannot be edited, saying what to do."""
    models = {source.document.colorModel(), source.node.colorModel()}
    foreign = sorted(models - set(EXACT_MODELS))
    if foreign:
        model = foreign[0].removesuffix("A")
        raise NoSourceError(
            f"'{source.layer_name}' is {model}, whose colours would not come back exactly: "
            "edit a copy converted to RGB (Image > Convert Image Color Space)."
        )
    if source.bounds.is_empty:
        raise NoSourceError(
            f"The layer '{source.layer_name}' is empty within the canvas: "
            "paint on it or choose another layer."
        )
    return source


def _rect(qrect: Any) -> Rect:
    return Rect(qrect.x(), qrect.y(), qrect.width(), qrect.height())


def _kind_name(kind: str) -> str:
    return {"filterlayer": "filter layer", "colorizemask": "colorize mask"}.get(kind, kind)
