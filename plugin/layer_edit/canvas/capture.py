"""Reading a source's pixels in strips, as 8-bit sRGB, with what lies below and the selection."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from ..editing.geometry import Rect
from ..editing.source import OPAQUE, RawLayer, RawSource
from .active import READABLE, ActiveSource, picture_bounds
from .grid import Grid
from .lookup import layers_in, passes_through
from .mask import hides_only_result
from .pixels import SRGB8, ColourSpace, Converter, check_length

MAX_BELOW = 64_000_000
"""Pixels of all layers below, 256 MB; beyond it the visible image stands for them."""


@dataclass(frozen=True)
class _Reader:
    """How to read one picture: `read(x, y, width, height)` gives bytes of `space`."""

    read: Callable[[int, int, int, int], Any]
    space: ColourSpace
    bounds: Rect
    opacity: int = OPAQUE
    blending_mode: str = "normal"


ALL = Grid()


def capture(
    source: ActiveSource, converter: Converter, with_below: bool = False, grid: Grid = ALL
) -> Generator[None, None, RawSource]:
    """Read the source within its bounds, one strip a step.

    Strips stay apart and are joined on a worker: one buffer for all would cost the main thread
    20 ms at 4096 x 4096. A paint layer is read from a duplicate made in the first step (1–3 ms), so
    that painting on it meanwhile cannot tear the picture. `with_below`: where the source is not
    opaque, what lies below is read too. The document is not changed. Run by `Pump`. With a coarser
    `grid` the picture is smaller, and so are its bounds: see Grid.area.
    """
    area = grid.area(source.bounds)
    readers = _readers(source)
    yield
    layers, is_clipped = yield from _read_all(converter, readers, source.bounds, grid)
    below: tuple[RawLayer, ...] = ()
    may_shine_through = with_below and source.node is not None
    if may_shine_through and not (yield from _is_opaque(layers, area)):
        below, _ = yield from _read_all(converter, _below(source), source.bounds, grid)
    selection = None
    if source.selection is not None:
        selection = yield from _read_selection(source.selection, source.bounds, grid)
    return RawSource(layers, area, below, selection, is_clipped)


def _readers(source: ActiveSource) -> list[_Reader]:
    if source.node is None:
        return [_visible_image(source.document)]
    return _pictures(source.node, source.document)


def _visible_image(document: Any) -> _Reader:
    bounds = Rect(0, 0, document.width(), document.height())
    return _Reader(document.pixelData, ColourSpace.of(document), bounds)


def _pictures(node: Any, document: Any) -> list[_Reader]:
    """One reader, or several where the node has no picture as a whole."""
    bounds = picture_bounds(document, node)
    if passes_through(node):
        # Krita composes such a group's layers straight into what is below it.
        children = [child for child in layers_in(node) if _shows(child)]
        return [
            _layered(reader, child) for child in children for reader in _pictures(child, document)
        ]
    space = ColourSpace.of(node)
    if node.type() != "paintlayer":
        return [_Reader(node.projectionPixelData, space, bounds)]
    copy = node.duplicate()
    # With masks on it, what shows is the projection; without, both are the same, read faster.
    # A result goes on as the whole picture that it is below its mask, not as a cut-out.
    is_whole = not node.childNodes() or hides_only_result(node)
    read = copy.pixelData if is_whole else copy.projectionPixelData
    return [_Reader(read, space, bounds)]


def _layered(reader: _Reader, node: Any) -> _Reader:
    """The reader with the node's own opacity and blending mode on top.

    A group that passes through has the first only: its layers keep their own modes.
    """
    opacity = reader.opacity * node.opacity() // OPAQUE
    mode = reader.blending_mode if passes_through(node) else node.blendingMode()
    return _Reader(reader.read, reader.space, reader.bounds, opacity, mode)


def _shows(node: Any) -> bool:
    return bool(node.visible()) and node.type() in READABLE and node.opacity() > 0


def _below(source: ActiveSource) -> list[_Reader]:
    """What lies under the source, from the bottom: in its group, then under that group, and so on.

    Filter layers are left out: this is context for the model, not part of the result.
    """
    nodes: list[Any] = []
    node = source.node
    while (parent := node.parentNode()) is not None:
        lower = []
        for sibling in layers_in(parent):
            if sibling.uniqueId() == node.uniqueId():
                break
            lower.append(sibling)
        nodes = [one for one in lower if _shows(one) and not one.inheritAlpha()] + nodes
        node = parent
    document = source.document
    touching = [picture_bounds(document, one).intersected(source.bounds) for one in nodes]
    if sum(bounds.size.pixels for bounds in touching) > MAX_BELOW:
        return [_visible_image(document)]
    return [_layered(reader, one) for one in nodes for reader in _pictures(one, document)]


def _read_all(
    converter: Converter, readers: list[_Reader], within: Rect, grid: Grid
) -> Generator[None, None, tuple[tuple[RawLayer, ...], bool]]:
    """The layers, and whether any of their colours was outside sRGB."""
    layers, is_clipped = [], False
    for reader in readers:
        bounds = within if len(readers) == 1 else reader.bounds.intersected(within)
        if not grid.area(bounds).is_empty:
            layer, clipped = yield from _read(converter, reader, bounds, grid)
            layers.append(layer)
            is_clipped |= clipped
    return tuple(layers), is_clipped


def _read(
    converter: Converter, reader: _Reader, bounds: Rect, grid: Grid
) -> Generator[None, None, tuple[RawLayer, bool]]:
    parts, is_clipped = [], False
    for strip in grid.reads(bounds, reader.space):
        data = reader.read(strip.x, strip.y, strip.width, strip.height)
        pixels = strip.size.pixels
        if grid.every > 1:
            check_length(data, pixels, reader.space)
            data = grid.thinned(bytes(data), reader.space.pixel_bytes)
            pixels = len(data) // reader.space.pixel_bytes
        part, clipped = converter.to_srgb8(data, pixels, reader.space)
        parts.append(part)
        is_clipped |= clipped
        yield
    return RawLayer(
        tuple(parts), grid.area(bounds), reader.opacity, reader.blending_mode
    ), is_clipped


def _is_opaque(layers: tuple[RawLayer, ...], bounds: Rect) -> Generator[None, None, bool]:
    """True when one layer fills the bounds with full alpha; some 0.3 ms a strip."""
    if len(layers) != 1 or layers[0].bounds != bounds:
        return False
    for strip in layers[0].strips:
        if strip[3::4].count(OPAQUE) * 4 != len(strip):
            return False
        yield
    return True


def _read_selection(
    selection: Any, bounds: Rect, grid: Grid
) -> Generator[None, None, tuple[bytes, ...]]:
    parts = []
    for strip in grid.reads(bounds, SRGB8):
        data = selection.pixelData(strip.x, strip.y, strip.width, strip.height).data()
        parts.append(grid.thinned(bytes(data), 1))
        yield
    return tuple(parts)
