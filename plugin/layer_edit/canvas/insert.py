"""Putting a result into the document: one new layer above the source, one undo step."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from ..editing.errors import LayerEditError
from ..editing.geometry import Rect
from ..qt import QtCore
from .active import ActiveSource
from .lookup import find_layer, is_open
from .pixels import SRGB8, ColourSpace, convert, strips

MAX_NAME = 48
"""Characters of a new layer's name: long ones make Krita's layer list unusable."""


class PlacingError(LayerEditError):
    """The result cannot become a layer now; it is kept."""


def insert(
    source: ActiveSource, data: bytes, bounds: Rect, name: str
) -> Generator[None, None, str]:
    """Add a layer above the source, one strip a step; returns the new layer's unique id.

    `data` is rows of B, G, R, A, sRGB 8 bits, for `bounds` in document pixels. The layer is
    built detached, so that `addChildNode`, the last step, is the only entry in the undo history.
    Raises PlacingError when the document was closed or the source layer deleted meanwhile.
    """
    document = source.document
    _check_open(source)
    node = document.createNode(layer_name(name), "paintlayer")
    space = ColourSpace.of(node)
    row = bounds.width * 4
    yield
    for strip in strips(bounds, space):
        start = (strip.y - bounds.y) * row
        part: Any = QtCore.QByteArray(data[start : start + strip.height * row])
        if not space.is_srgb8:
            _check_open(source)
            part = convert(document, part, strip, SRGB8, space)
        node.setPixelData(part, strip.x, strip.y, strip.width, strip.height)
        yield
    _check_open(source)
    above = find_layer(document.rootNode(), source.layer_id)
    if above is None:
        raise PlacingError(
            f"The layer '{source.layer_name}' was deleted while the edit ran; "
            "the result is kept in the list."
        )
    _add_above(document, node, above)
    return str(node.uniqueId().toString())


def layer_name(instruction: str) -> str:
    """A layer name from an instruction: one line, at most MAX_NAME characters."""
    text = " ".join(instruction.split())
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1].rstrip() + "…"


def _check_open(source: ActiveSource) -> None:
    if not is_open(source.document):
        raise PlacingError(
            f"The document '{source.document_name}' was closed while the edit ran; "
            "the result is kept in the list."
        )


def _add_above(document: Any, node: Any, above: Any) -> None:
    """Krita makes an added node active a moment later; give it back if the user was elsewhere."""
    active = document.activeNode()
    above.parentNode().addChildNode(node, above)
    if active is not None and active.uniqueId() != above.uniqueId():
        QtCore.QTimer.singleShot(0, lambda: _reactivate(document, active))


def _reactivate(document: Any, node: Any) -> None:
    document.waitForDone()
    if is_open(document):
        document.setActiveNode(node)
