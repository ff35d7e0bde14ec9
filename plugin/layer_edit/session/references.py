"""The further pictures of an edit: layers and files, in the user's order, with thumbnails."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from ..canvas.active import ActiveSource, chosen_sources, sorted_out, whole
from ..canvas.capture import capture
from ..canvas.insert import is_there
from ..canvas.pixels import Converter
from ..canvas.pump import Pump
from ..editing.codec import encode, read_picture
from ..editing.errors import InputError, LayerEditError
from ..editing.geometry import Size
from ..editing.limits import ImageLimits
from ..editing.reference import check_references, encoded_reference
from ..editing.request import EncodedImage
from ..editing.selection import Framing
from ..editing.source import LAYERS
from ..qt import QtCore, Signal
from ..texts import tr
from .waiting import Aside, Later

THUMBNAIL = 96
"""Pixels on the longer side: sharp at 48 on a 200 % screen."""

Picture = Callable[[], Image.Image]
"""Makes the whole picture; for a worker."""


@dataclass(frozen=True)
class Reference:
    """One further picture: a layer (`source`) or a file (`path`).

    `thumbnail` is a PNG and `size` in pixels, both as they were when it was added; b'' and None
    until they are known.
    """

    key: int
    title: str
    path: Path | None = None
    source: ActiveSource | None = None
    thumbnail: bytes = b""
    size: Size | None = None


@dataclass(frozen=True)
class _Unusable:
    """One that turned out to have no picture."""

    key: int
    reason: str


class References(QtCore.QObject):
    """Signals, on the main thread: `changed()`, and `failed(str)` for one that cannot be used."""

    changed = Signal()
    failed = Signal(str)
    _looked = Signal(object)

    def __init__(
        self, pump: Pump, converter: Converter, aside: Aside, parent: QtCore.QObject
    ) -> None:
        super().__init__(parent)
        self.items: tuple[Reference, ...] = ()
        self._pump = pump
        self._converter = converter
        self._aside = aside
        self._last_key = 0
        # Emitted from workers; queued to the main thread because this object lives there.
        self._looked.connect(self._show)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add picture files; those that cannot be read go away again, with a sentence."""
        for path in paths:
            self._add(Reference(self._next_key(), path.name, path=path))

    def add_layers(self) -> None:
        """Add the layers that are selected in Krita, each as a whole; `failed` names the others.

        Raises NoSourceError when there is none with a picture.
        """
        chosen = chosen_sources(LAYERS, Framing())
        sources, refusals = sorted_out([whole(one) for one in chosen])
        for source in sources:
            self._add(Reference(self._next_key(), source.layer_name, source=source))
        if refusals:
            self.failed.emit(" ".join(refusals))

    def move(self, key: int, index: int) -> None:
        """Put one at another place among the others."""
        moved = [one for one in self.items if one.key == key]
        others = [one for one in self.items if one.key != key]
        index = min(max(index, 0), len(others))
        self._set((*others[:index], *moved, *others[index:]))

    def remove(self, key: int) -> None:
        """Take one away."""
        self._set(tuple(one for one in self.items if one.key != key))

    def chosen(self, limits: ImageLimits) -> tuple[Reference, ...]:
        """Those that an edit would send: none to a backend that takes one picture.

        Raises InputError when they are more than it takes, or a layer among them is gone.
        """
        if limits.max_images <= 1:
            return ()
        check_references(len(self.items), limits)
        for one in self.items:
            if one.source is not None and not is_there(one.source):
                raise InputError(
                    tr(
                        "The reference layer '{name}' is not there any more and nothing was sent: "
                        "remove it from the references.",
                        name=one.title,
                    )
                )
        return self.items

    def take(
        self, chosen: Sequence[Reference], limits: ImageLimits
    ) -> Generator[Any, None, Later[tuple[EncodedImage, ...]]]:
        """Read the layers as they are now; the pictures are made on a worker. Run by `Pump`."""
        pictures = []
        for one in chosen:
            pictures.append((one, (yield from self._picture(one))))
        return Later(
            self._aside,
            lambda: tuple(_encoded(one.title, picture, limits) for one, picture in pictures),
        )

    def _picture(self, one: Reference) -> Generator[Any, None, Picture]:
        if one.source is None:
            path = one.path
            assert path is not None  # noqa: S101 - it is a file when it is no layer
            return lambda: read_picture(path, ImageLimits())
        raw = yield from capture(whole(one.source), self._converter)
        return lambda: raw.developed().image

    def _add(self, one: Reference) -> None:
        self._set((*self.items, one))
        self._pump.run(
            self._picture(one),
            lambda picture: self._look(one, picture),
            lambda error: self._show(_Unusable(one.key, error.message)),
        )

    def _look(self, one: Reference, picture: Picture) -> None:
        self._aside(lambda: self._looked.emit(_looked_at(one, picture)))

    def _show(self, seen: Reference | _Unusable) -> None:
        if isinstance(seen, _Unusable):
            self.remove(seen.key)
            self.failed.emit(seen.reason)
            return
        self._set(tuple(seen if one.key == seen.key else one for one in self.items))

    def _next_key(self) -> int:
        self._last_key += 1
        return self._last_key

    def _set(self, items: tuple[Reference, ...]) -> None:
        if items != self.items:
            self.items = items
            self.changed.emit()


def _encoded(title: str, picture: Picture, limits: ImageLimits) -> EncodedImage:
    try:
        return encoded_reference(picture(), limits)
    except LayerEditError as error:
        raise InputError(
            tr(
                "The reference '{name}' cannot be used, so nothing was sent. {reason}",
                name=title,
                reason=error.message,
            ),
            error.detail,
        ) from error


def _looked_at(one: Reference, picture: Picture) -> Reference | _Unusable:
    try:
        image = picture()
    except LayerEditError as error:
        return _Unusable(one.key, error.message)
    size = Size(*image.size)
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return replace(one, size=size, thumbnail=encode(small).data)
