"""Which pixels a coarse capture reads: the same ones of every layer, whatever its bounds."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.editing.geometry import Rect

PLACES = st.builds(
    Rect, st.integers(-40, 40), st.integers(-40, 40), st.integers(1, 90), st.integers(1, 90)
)
STEPS = st.integers(1, 9)


@pytest.fixture(scope="module")
def canvas():
    """The module, and a colour space of one byte a pixel, with stand-ins for krita and Qt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "krita", SimpleNamespace(Krita=None))
        patch.setitem(sys.modules, "layer_edit.qt", SimpleNamespace(QtCore=None))
        before = set(sys.modules)
        from layer_edit.canvas.grid import Grid
        from layer_edit.canvas.pixels import SRGB8

        yield Grid, SRGB8
        for name in set(sys.modules) - before:
            if name.startswith("layer_edit.canvas"):
                del sys.modules[name]


def read(grid, bounds, space):
    """The coordinates of the pixels that are left, row by row, of pixels of two bytes each."""
    found = []
    for area in grid.reads(bounds, space):
        assert bounds.contains(area)
        for y in range(area.y, area.bottom):
            row = [(x, y) for x in range(area.x, area.right)]
            data = b"".join(bytes((x + 100, y + 100)) for x, y in row)
            left = grid.thinned(data, 2)
            found += [(left[at] - 100, left[at + 1] - 100) for at in range(0, len(left), 2)]
    return found


@given(bounds=PLACES, step=STEPS)
def test_every_nth_pixel_of_every_nth_row_is_read(canvas, bounds, step):
    """Those whose coordinates are multiples, and as many as the smaller area has."""
    make, space = canvas
    grid = make(step)
    expected = [
        (x, y)
        for y in range(bounds.y, bounds.bottom)
        for x in range(bounds.x, bounds.right)
        if x % step == 0 and y % step == 0
    ]
    assert read(grid, bounds, space) == expected
    area = grid.area(bounds)
    assert [
        (x * step, y * step) for y in range(area.y, area.bottom) for x in range(area.x, area.right)
    ] == expected


@pytest.mark.parametrize(
    ("size", "longest", "step"), [((6000, 4000), 640, 4), ((700, 430), 640, 1), ((8, 8), 640, 1)]
)
def test_the_grid_leaves_twice_of_what_is_shown(canvas, size, longest, step):
    """So that scaling down has something to smooth."""
    make, _space = canvas
    assert make.for_room(Rect(0, 0, *size), longest).every == step
