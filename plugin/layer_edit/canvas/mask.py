"""Transparency masks from 8-bit coverage: attached while detached, or by Krita's own action."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from krita import Krita, Selection

from ..editing.geometry import Rect
from ..qt import QtCore
from ..texts import tr
from .pump import WAIT

MASK_NAME = "Layer Edit mask"
"""Tells masks of results from those of the artist, in every document and after any time."""

STRIP_ROWS = 64
ACTION = "add_new_transparency_mask"
PATIENCE = 10.0
"""Seconds for Krita to make a node active or a mask; it takes some 0.1 s."""


class MaskError(RuntimeError):
    """Krita did not make the mask."""


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


def add_by_action(document: Any, node: Any, selection: Any) -> Generator[Any, None, None]:
    """Give an added layer a transparency mask on Krita 5.1, where masks cannot be written.

    Krita's action makes it from the selection, for the active layer of the document in front: the
    user's selection is put back afterwards. A second undo step. Raises MaskError.
    """
    live = document.selection()
    kept = None if live is None else live.duplicate()
    # Krita makes what was added active by itself, as soon as its window knows of it.
    yield from _until(lambda: _is_active(document, node))
    document.waitForDone()
    document.setSelection(selection)
    yield WAIT
    Krita.instance().action(ACTION).trigger()
    yield from _until(lambda: any(_is_active(document, mask) for mask in node.childNodes()))
    document.waitForDone()
    for mask in node.childNodes():
        mask.setName(MASK_NAME)
    # Krita takes the selection away, which it has used up, on a later turn.
    yield from _until(lambda: document.selection() is None)
    if kept is not None:
        document.setSelection(kept)
    yield WAIT
    document.setActiveNode(node)


def _is_active(document: Any, node: Any) -> bool:
    active = document.activeNode()
    return active is not None and bool(active.uniqueId() == node.uniqueId())


def _until(condition: Any) -> Generator[Any, None, None]:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise MaskError(tr("Krita did not make the transparency mask"))
        yield WAIT
