"""Putting a result into the document: one new layer above the source, one undo step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from ..editing.compose import ComposedLayer
from ..qt import QtCore
from ..texts import tr
from .active import ActiveSource
from .lookup import active_node, find_layer, is_open, layers_in
from .mask import can_attach, selection_of
from .mask_action import MaskError, NotInFrontError, add_by_action, is_in_front
from .new_layer import PlacingError, close, new_layer
from .pixels import SRGB8, ColourSpace, Converter, strips


@dataclass(frozen=True)
class Inserted:
    """A layer that was added: its unique id, and a sentence where it lacks something, else ''."""

    layer_id: str
    note: str = ""


def insert(
    source: ActiveSource, layer: ComposedLayer, name: str, converter: Converter
) -> Generator[Any, None, Inserted]:
    """Add a layer above the source, one strip a step.

    The layer is built detached, its transparency mask included, so that `addChildNode`, the last
    step, is the only entry in the undo history (Krita 5.1 needs a second one for a mask). It takes
    over the source's opacity, blending mode and inherited alpha, so that it stands for it. Raises
    PlacingError when the document was closed or the source layer deleted meanwhile. Closed before
    its end, it leaves no layer.
    """
    document = source.document
    like = find_again(source)
    yield
    selection = None
    if layer.mask is not None:
        selection = yield from selection_of(layer.mask, layer.bounds)
    by_action = selection is not None and not can_attach(document)
    check_open(source)
    attached = None if by_action else selection
    node, owner = yield from new_layer(document, name, like, attached, lambda: check_open(source))
    try:
        yield from _fill(converter, node, layer)
        if by_action:
            _check_in_front(source)
        active = active_node(document)
        _add(source, node)
    finally:
        close(owner)
    note = ""
    try:
        # One that is dropped within a call of Krita ends here.
        yield
        if by_action:
            note = yield from _masked(source, node, selection)
    except GeneratorExit:
        if is_open(document):
            node.remove()
        raise
    if source.layer_id and active is not None and _id(active) != source.layer_id:
        QtCore.QTimer.singleShot(0, lambda: _reactivate(document, active))
    return Inserted(_id(node), note)


def _masked(source: ActiveSource, node: Any, selection: Any) -> Generator[Any, None, str]:
    """Give the new layer its mask on Krita 5.1; returns a sentence when that failed, else ''.

    Raises PlacingError when the document was closed.
    """
    try:
        yield from add_by_action(source.document, node, selection)
    except NotInFrontError:
        check_open(source)
        return tr(
            "Another document came to the front before Krita 5.1 had made the mask, so the new "
            "layer shows more than was selected: remove it, bring '{document}' to the front and "
            "insert the result again, which is free.",
            document=source.document_name,
        )
    except MaskError:
        return tr(
            "Krita did not make the mask, so the new layer shows more than was selected: remove "
            "it and insert the result again, which is free, with '{document}' in front.",
            document=source.document_name,
        )
    return ""


def _id(node: Any) -> str:
    return str(node.uniqueId().toString())


def check_open(source: ActiveSource) -> None:
    """Raise PlacingError when the source's document was closed."""
    if not is_open(source.document):
        raise PlacingError(
            tr(
                "The document '{document}' was closed while the edit ran; the result is "
                "kept in the list.",
                document=source.document_name,
            )
        )


def is_there(source: ActiveSource) -> bool:
    """True while the source's document is open and has its layer."""
    try:
        find_again(source)
    except PlacingError:
        return False
    return True


def find_again(source: ActiveSource) -> Any:
    """The source's layer as it is now (None for the visible image).

    Raises PlacingError when the document was closed or the layer deleted.
    """
    check_open(source)
    if not source.layer_id:
        return None
    node = find_layer(source.document.rootNode(), source.layer_id)
    if node is None:
        raise PlacingError(
            tr(
                "The layer '{layer}' was deleted while the edit ran; the result is kept in "
                "the list.",
                layer=source.layer_name,
            )
        )
    return node


def _fill(converter: Converter, node: Any, layer: ComposedLayer) -> Generator[None, None, None]:
    """Write the pixels, converted to the layer's own colour space by Krita."""
    space = ColourSpace.of(node)
    bounds = layer.bounds
    row = bounds.width * 4
    for strip in strips(bounds, space):
        start = (strip.y - bounds.y) * row
        part: Any = QtCore.QByteArray(layer.data[start : start + strip.height * row])
        if not space.is_srgb8:
            part = converter.convert(part, strip.size.pixels, SRGB8, space)
        node.setPixelData(part, strip.x, strip.y, strip.width, strip.height)
        yield


def _add(source: ActiveSource, node: Any) -> None:
    """Above the source where it is now; the visible image's result on top of everything."""
    above = find_again(source)
    if above is None:
        root = source.document.rootNode()
        layers = layers_in(root)
        root.addChildNode(node, layers[-1] if layers else None)
        return
    above.parentNode().addChildNode(node, above)


def _check_in_front(source: ActiveSource) -> None:
    """Krita 5.1 adds a mask by an action, and actions belong to the document in front."""
    if not is_in_front(source.document):
        raise PlacingError(
            tr(
                "Krita 5.1 can add a mask only to the document in front: bring "
                "'{document}' to the front, then insert the result from the list, where it "
                "is kept.",
                document=source.document_name,
            )
        )


def _reactivate(document: Any, node: Any) -> None:
    """Krita makes an added node active a moment later; give it back if the user was elsewhere."""
    document.waitForDone()
    if is_open(document):
        document.setActiveNode(node)
