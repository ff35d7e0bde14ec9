"""From a composed result to a layer in a document that may have changed since it was sent."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from ..canvas.active import ActiveSource, whole
from ..canvas.anchor import anchor_of
from ..canvas.capture import capture
from ..canvas.insert import Inserted, find_again, insert
from ..canvas.new_layer import PlacingError
from ..canvas.pixels import Converter
from ..editing.compose import ComposedLayer
from ..editing.relocation import relocated
from ..editing.runs import layer_name
from ..jobs.job import JobRecord
from ..jobs.journal import JobFolder
from ..jobs.kept import read_source
from ..texts import tr
from .waiting import Aside, on_worker


def place(
    record: JobRecord,
    source: ActiveSource,
    layer: ComposedLayer,
    folder: JobFolder,
    converter: Converter,
    aside: Aside,
) -> Generator[Any, None, Inserted]:
    """Make a result a layer above its source, where that is now.

    Moved layers and cropped or scaled images are followed. `aside` runs a call on a worker. Raises
    PlacingError with the reason when the result has no place: it is kept then. Run by `Pump`.
    """
    find_again(source)
    then, now = record.anchor, anchor_of(source)
    if then is not None and then.canvas == now.canvas:
        layer = replace(layer, bounds=layer.bounds.translated(*then.shift_to(now)))
    elif then is not None:
        # Cropped or scaled? Only the pixels can tell.
        there = whole(source)
        raw = yield from capture(there, converter)
        found = yield from on_worker(
            aside, lambda: relocated(layer, read_source(folder, record.target), raw, then, now)
        )
        if found is None:
            raise PlacingError(
                tr(
                    "The image was changed so much while the edit ran that its place is not "
                    "certain; the result is kept in the list."
                )
            )
        layer = found
    name = layer_name(record.wish.instruction, record.label)
    return (yield from insert(source, layer, name, converter))
