"""The layer that a result has become, as the source of the next step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from PIL import Image

from ..editing.anchor import Anchor
from ..editing.geometry import Rect
from ..editing.selection import Framing
from ..texts import tr
from .active import ActiveSource, NoSourceError, check_source, image_source, whole
from .anchor import anchor_of
from .insert import is_there
from .lookup import documents_of, find_layer
from .mask import selection_of


def placed_layer(layer_id: str, origin: ActiveSource | None) -> ActiveSource:
    """The layer with that unique id: in the document of `origin` if it is there, else in any.

    Raises NoSourceError when no open document has it.
    """
    documents = documents_of(layer_id)
    if not documents:
        raise NoSourceError(
            tr(
                "The layer it works on is in no open document: open its document, or insert that "
                "result again."
            )
        )
    known = [one for one in documents if origin is not None and one == origin.document]
    document = (known or documents)[0]
    node = find_layer(document.rootNode(), layer_id)
    return whole(replace(image_source(document), node=node))


def next_source(
    placed: ActiveSource,
    target: Rect,
    mask: Image.Image | None,
    origin: tuple[ActiveSource | None, Anchor | None],
    framing: Framing,
) -> Generator[Any, None, ActiveSource]:
    """What the next step sends of a placed layer: the same part of the picture as the step before.

    `target` and `mask` (the selection, 'L') are those of the step before, `origin` its source and
    where that lay then. In a document of another size all of the layer is sent; a selection cannot
    be followed there. Raises NoSourceError.
    """
    shift = _shift(placed, *origin)
    if shift is None and mask is not None:
        raise NoSourceError(
            tr(
                "The image was cropped or scaled, and the selection of the step before does not "
                "fit it any more: select again and start a new edit."
            )
        )
    if shift is None:
        whole = check_source(placed)
        bounds = framing.extended(whole.bounds, whole.canvas)
        return replace(whole, bounds=bounds)
    bounds = target.translated(*shift)
    selection = None
    if mask is not None:
        selection = yield from selection_of(mask.tobytes(), bounds)
    return check_source(
        replace(placed, bounds=bounds.intersected(placed.canvas), selection=selection)
    )


def _shift(
    placed: ActiveSource, origin: ActiveSource | None, then: Anchor | None
) -> tuple[int, int] | None:
    """By how much the layers were moved since, (0, 0) where that is not known; None in a document
    of another size."""
    if then is None or then.canvas != image_source(placed.document).bounds.size:
        return None
    if origin is None or origin.document != placed.document or not is_there(origin):
        return (0, 0)
    return then.shift_to(anchor_of(origin))
