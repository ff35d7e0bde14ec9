"""A detached paint layer that stands for a source: its opacity, blending mode, inherited alpha."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from .mask import attach
from .pump import WAIT

NORMAL = "normal"


def new_layer(
    document: Any, name: str, like: Any, selection: Any
) -> Generator[Any, None, tuple[Any, Any]]:
    """Make a layer for `document`; returns it and its owner, to be closed when it was added.

    The layer has the opacity, blending mode and inherited alpha of the node `like` (None for none),
    and a transparency mask from a krita Selection, unless that is None (not on Krita 5.1). Giving a
    detached layer a blending mode or a mask is a step in the undo history of the document it was
    made for (measured on 5.1 to 6.0), so such a layer is made for a copy of the document: copying
    shares all pixels and takes 4 ms at 2048 x 2048. The owner is that copy, else None.
    """
    mode = NORMAL if like is None else like.blendingMode()
    owner = None
    if mode != NORMAL or selection is not None:
        owner = yield from _copy(document)
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


def _copy(document: Any) -> Generator[Any, None, Any]:
    """A copy that is in no window, made between two strokes of the artist."""
    while not document.tryBarrierLock():
        yield WAIT
    try:
        return document.clone()
    finally:
        document.unlock()
