"""A job's source in its folder: the picture, what lies below it, the selection."""

from __future__ import annotations

from ..editing.codec import decode, encode
from ..editing.geometry import Rect
from ..editing.request import EncodedImage
from ..editing.source import Source
from .journal import BACKDROP, SELECTION, SOURCE, JobFolder


def write_source(folder: JobFolder, source: Source, encoded: EncodedImage | None) -> None:
    """Write all of a source. `encoded` is its picture where it was encoded already.

    Raises JournalError.
    """
    folder.write(SOURCE, (encoded or encode(source.image)).data)
    if source.backdrop is not None:
        folder.write(BACKDROP, encode(source.backdrop).data)
    if source.selection is not None:
        folder.write(SELECTION, encode(source.selection).data)


def read_source(folder: JobFolder, bounds: Rect) -> Source:
    """The source as it was written; `bounds` is where it lay. Raises JournalError, PictureError."""
    backdrop = selection = None
    if folder.has(BACKDROP):
        backdrop = decode(folder.read(BACKDROP), "The kept backdrop").convert("RGB")
    if folder.has(SELECTION):
        selection = decode(folder.read(SELECTION), "The kept selection").convert("L")
    image = decode(folder.read(SOURCE), "The kept source")
    return Source(image, bounds, backdrop, selection)
