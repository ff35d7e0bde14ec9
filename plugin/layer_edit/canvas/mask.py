"""Transparency masks from 8-bit coverage, given to a layer that is not in a document yet."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from krita import Selection

from ..editing.geometry import Rect
from ..qt import QtCore

MASK_NAME = "Layer Edit mask"
"""Tells masks of results from those of the artist, in every document and after any time."""

STRIP_ROWS = 64


def can_attach(document: Any) -> bool:
    """True from Krita 5.2: a mask can be filled before its layer is added, in one undo step."""
    return hasattr(document, "createTransparencyMask")


def hides_only_result(node: Any) -> bool:
    """True for a result whose own masks are all it has: below them it is the whole picture."""
    children = node.childNodes()
    return bool(children) and all(child.name() == MASK_NAME for child in children)


def selection_of(data: bytes, bounds: Rect) -> Generator[Any, None, Any]:
    """A krita Selection from one byte a pixel (0–255) for `bounds`, one strip a step."""
    selection = Selection()
    for top in range(0, bounds.height, STRIP_ROWS):
        rows = min(STRIP_ROWS, bounds.height - top)
        part = QtCore.QByteArray(data[top * bounds.width : (top + rows) * bounds.width])
        selection.setPixelData(part, bounds.x, bounds.y + top, bounds.width, rows)
        yield
    return selection


def attach(document: Any, node: Any, selection: Any) -> None:
    """Give a detached layer a transparency mask; Krita 5.2 and later."""
    mask = document.createTransparencyMask(MASK_NAME)
    mask.setSelection(selection)
    node.addChildNode(mask, None)
