"""A detached paint layer that stands for a source: its opacity, blending mode, inherited alpha."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

from ..editing.errors import LayerEditError
from ..texts import tr
from .lookup import passes_through
from .mask import attach
from .pump import WAIT

NORMAL = "normal"

PATIENCE = 60.0
"""Seconds for a stroke of the artist to end: one of the transform tool lasts until it is applied.

Meanwhile nothing else is read or placed.
"""


class PlacingError(LayerEditError):
    """The result cannot become a layer now; it is kept."""


def new_layer(
    document: Any, name: str, like: Any, selection: Any, check_open: Callable[[], None]
) -> Generator[Any, None, tuple[Any, Any]]:
    """Make a layer for `document`; returns it and its owner, to be closed when it was added.

    The layer has the opacity, blending mode and inherited alpha of the node `like` (None for none),
    and a transparency mask from a krita Selection, unless that is None (not on Krita 5.1). Giving a
    detached layer a blending mode or a mask is a step in the undo history of the document it was
    made for (measured on 5.1 to 6.0), so such a layer is made for a copy of the document: copying
    shares all pixels and takes 4 ms at 2048 x 2048. The owner is that copy, else None.
    `check_open` raises when the document was closed, for which Krita would be waited for ever.
    Raises PlacingError when Krita is busy with the document for PATIENCE.
    """
    mode = NORMAL if like is None or passes_through(like) else like.blendingMode()
    owner = None
    if mode != NORMAL or selection is not None:
        owner = yield from _copy(document, check_open)
    node = (owner or document).createNode(name, "paintlayer")
    if mode != NORMAL:
        node.setBlendingMode(mode)
    if like is not None:
        node.setOpacity(like.opacity())
        node.setInheritAlpha(like.inheritAlpha())
    if selection is not None:
        attach(owner, node, selection)
    return node, owner


def close(owner: Any) -> None:
    """Close the copy that a layer was made for."""
    if owner is not None:
        owner.setModified(False)
        owner.close()


def _copy(document: Any, check_open: Callable[[], None]) -> Generator[Any, None, Any]:
    """A copy that is in no window, made between two strokes of the artist."""
    end = time.monotonic() + PATIENCE
    while not document.tryBarrierLock():
        check_open()
        if time.monotonic() > end:
            raise PlacingError(
                tr(
                    "Krita was busy with the document for a minute, perhaps with a transform that "
                    "is not applied yet; the result is kept and can be inserted after that, free "
                    "of charge."
                )
            )
        yield WAIT
    try:
        return document.clone()
    finally:
        document.unlock()
