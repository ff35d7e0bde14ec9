"""What a job started from, in its folder: the picture, what lies below, selection, references."""

from __future__ import annotations

from PIL import Image

from ..editing.codec import MIME, decode, encode
from ..editing.geometry import Rect, Size
from ..editing.request import EncodedImage
from ..editing.source import Source
from ..texts import tr
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
    backdrop = None
    if folder.has(BACKDROP):
        backdrop = decode(folder.read(BACKDROP), tr("The kept backdrop")).convert("RGB")
    image = decode(folder.read(SOURCE), tr("The kept source"))
    return Source(image, bounds, backdrop, read_selection(folder))


def read_selection(folder: JobFolder) -> Image.Image | None:
    """The selection ('L') as it was written. Raises JournalError, PictureError."""
    if not folder.has(SELECTION):
        return None
    return decode(folder.read(SELECTION), tr("The kept selection")).convert("L")


def write_references(folder: JobFolder, references: tuple[EncodedImage, ...]) -> None:
    """Write the further pictures, in their order. Raises JournalError."""
    for number, image in enumerate(references):
        folder.write(_reference_name(number, image.mime), image.data)


def read_references(folder: JobFolder) -> tuple[EncodedImage, ...]:
    """The further pictures as they were written. Raises JournalError, PictureError."""
    found: list[EncodedImage] = []
    while True:
        names = {mime: _reference_name(len(found), mime) for mime in MIME.values()}
        mime = next((mime for mime, name in names.items() if folder.has(name)), None)
        if mime is None:
            return tuple(found)
        data = folder.read(names[mime])
        size = Size(*decode(data, tr("The kept reference")).size)
        found.append(EncodedImage(data, mime, size))


def _reference_name(number: int, mime: str) -> str:
    return f"reference-{number}.{mime.rpartition('/')[2]}"
