"""Where a source lies, in a form that shows later whether and how it has moved."""

from __future__ import annotations

from typing import Any

from ..editing.anchor import Anchor
from .active import ActiveSource, rect_of
from .lookup import layers_of

POSITIONED = ("paintlayer", "vectorlayer", "filllayer")
"""Kinds whose position follows moving, cropping and resizing the canvas, measured on 5.1 to 6.0.

A group's and a clone's does not; a group is followed by the layers in it.
"""

MAX_LAYERS = 64
"""Layers looked at: some 10 µs each."""


def anchor_of(source: ActiveSource) -> Anchor:
    """Canvas, bounds and positions as they are now. Scaling the image changes no position."""
    node, document = source.node, source.document
    return Anchor(
        canvas=source.canvas.size,
        bounds=source.canvas if node is None else rect_of(node.bounds()),
        positions=_positions(document.rootNode() if node is None else node),
    )


def _positions(node: Any) -> tuple[tuple[str, int, int], ...]:
    found = [node] if node.type() in POSITIONED else []
    for layer in layers_of(node):
        if len(found) == MAX_LAYERS:
            break
        if layer.type() in POSITIONED:
            found.append(layer)
    return tuple(
        (one.uniqueId().toString(), one.position().x(), one.position().y()) for one in found
    )
