"""Strips and conversions against a stand-in for Krita; the real one is in tests/krita."""

from __future__ import annotations

import importlib
import struct
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.editing.geometry import Rect

FORMATS = {"U8": "B", "U16": "H", "F16": "e", "F32": "f"}
FULL = {"U8": 255, "U16": 65535, "F16": 1.0, "F32": 1.0}
KNOWN_PROFILES = ("sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc", "wide", "ink")


class Bytes(bytearray):
    """Of a QByteArray what is used of it."""

    def truncate(self, length):
        del self[length:]


class Node:
    """Pixels that hold one number each, the same in every channel, whatever the colour space."""

    def __init__(self, space, log):
        self.space, self.log, self.values = space, log, []

    def colorModel(self):  # noqa: N802 - Krita's name
        return self.space.model

    def colorDepth(self):  # noqa: N802
        return self.space.depth

    def colorProfile(self):  # noqa: N802
        return self.space.profile

    def setColorSpace(self, model, depth, profile):  # noqa: N802
        # As Krita does: without the profile it takes another one and says nothing.
        known = profile if profile in KNOWN_PROFILES else "default"
        self.space = type(self.space)(model, depth, known)
        self.log.append(str(self.space))

    def duplicate(self):
        return Node(self.space, self.log)

    def setPixelData(self, data, _x, _y, width, height):  # noqa: N802
        assert width % 64 == 0, "whole tiles"
        letter, channels = FORMATS[self.space.depth], self._channels
        numbers = struct.unpack(f"<{width * height * channels}{letter}", data)
        self.values = [number / FULL[self.space.depth] for number in numbers[::channels]]

    def pixelData(self, _x, _y, _width, _height):  # noqa: N802
        full = FULL[self.space.depth]
        numbers = [value * full for value in self.values for _ in range(self._channels)]
        if self.space.depth.startswith("U"):
            numbers = [round(min(max(number, 0), full)) for number in numbers]
        return Bytes(struct.pack(f"<{len(numbers)}{FORMATS[self.space.depth]}", *numbers))

    @property
    def _channels(self):
        return {"RGBA": 4, "GRAYA": 2, "CMYKA": 5}[self.space.model]


class Signal:
    """Of a Qt signal what is used of it."""

    def __init__(self):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)

    def disconnect(self, receiver):
        self.receivers.remove(receiver)

    def emit(self):
        for receiver in list(self.receivers):
            receiver()


class Timer:
    """A timer that runs out when a test says so."""

    def __init__(self):
        self.timeout, self.is_running = Signal(), False

    def setSingleShot(self, _flag):  # noqa: N802
        pass

    def setInterval(self, _milliseconds):  # noqa: N802
        pass

    def start(self):
        self.is_running = True

    def stop(self):
        self.is_running = False


class World:
    """Krita and Qt: the documents that were made, the spaces that were passed, the signals."""

    def __init__(self):
        self.documents, self.log, self.timers, self.about_to_quit = [], [], [], Signal()

    def create_document(self, width, _height, _name, *space_and_resolution):
        from layer_edit.canvas.pixels import ColourSpace

        space = ColourSpace(*space_and_resolution[:3])
        document = SimpleNamespace(is_open=True, is_modified=True)
        document.width = lambda: width if document.is_open else 0
        document.close = lambda: setattr(document, "is_open", False)
        document.setModified = lambda flag: setattr(document, "is_modified", flag)
        document.setBatchmode = lambda _flag: None
        document.createNode = lambda _name, _kind: Node(space, self.log)
        self.documents.append(document)
        return document

    def timer(self):
        self.timers.append(Timer())
        return self.timers[-1]

    @property
    def open_documents(self):
        return [one for one in self.documents if one.is_open]


@pytest.fixture
def world(monkeypatch):
    """Stands in for the modules krita and layer_edit.qt."""
    world = World()
    krita = SimpleNamespace(createDocument=world.create_document)
    application = SimpleNamespace(aboutToQuit=world.about_to_quit)
    qtcore = SimpleNamespace(
        QTimer=world.timer, QCoreApplication=SimpleNamespace(instance=lambda: application)
    )
    monkeypatch.setitem(
        sys.modules, "krita", SimpleNamespace(Krita=SimpleNamespace(instance=lambda: krita))
    )
    monkeypatch.setitem(sys.modules, "layer_edit.qt", SimpleNamespace(QtCore=qtcore))
    monkeypatch.delitem(sys.modules, "layer_edit.canvas.pixels", raising=False)
    yield world
    sys.modules.pop("layer_edit.canvas.pixels", None)


@pytest.fixture
def px(world):
    """The module under test."""
    return importlib.import_module("layer_edit.canvas.pixels")


@pytest.fixture
def ink(px):
    return px.ColourSpace("CMYKA", "U8", "ink")


@pytest.fixture
def wide(px):
    return px.ColourSpace("RGBA", "F32", "wide")


def floats(*values):
    return struct.pack(f"<{4 * len(values)}f", *(value for value in values for _ in range(4)))


def test_strips_cover_the_bounds_in_order(px, ink):
    """Each row once, from the top, in full width; no more pixels than converting allows."""

    @given(
        st.integers(-500, 500), st.integers(1, 9000), st.integers(1, 400), st.sampled_from([0, 1])
    )
    def check(y, width, height, which):
        space = (px.SRGB8, ink)[which]
        bounds = Rect(-7, y, width, height)
        parts = list(px.strips(bounds, space))
        rows = [row for part in parts for row in range(part.y, part.bottom)]
        assert rows == list(range(bounds.y, bounds.bottom))
        assert all((part.x, part.width) == (bounds.x, bounds.width) for part in parts)
        if space is ink:
            assert all(
                part.size.pixels <= px.CONVERTED_PIXELS or part.height == 1 for part in parts
            )

    check()


@pytest.mark.parametrize("count", [1, 63, 64, 65, 4096, 5000])
def test_any_number_of_pixels_comes_back_in_order(px, ink, count):
    """What does not fill a tile is filled up, and cut off again."""
    data = b"".join(bytes([index % 256]) * 5 for index in range(count))
    there = px.Converter().convert(data, count, ink, px.SRGB8)
    assert bytes(there) == b"".join(bytes([index % 256]) * 4 for index in range(count))


def test_conversions_pass_through_linear_rgb(px, world, ink):
    """There and back; only a change of depth goes straight."""
    converter = px.Converter()
    converter.convert(bytes(5), 1, ink, px.SRGB8)
    assert world.log[-2:] == [str(px.LINEAR), str(px.SRGB8)]
    converter.convert(bytes(4), 1, px.SRGB8, ink)
    assert world.log[-2:] == [str(px.LINEAR), str(ink)]
    deep = px.ColourSpace("RGBA", "U16", px.SRGB)
    assert px.route(deep, px.SRGB8) == (px.SRGB8,)
    assert px.route(px.LINEAR, px.SRGB8) == (px.SRGB8,)


def test_srgb_is_passed_on_as_it_is(px, world):
    """No document is opened for it."""
    assert px.Converter().to_srgb8(bytes(range(8)), 2, px.SRGB8) == (bytes(range(8)), False)
    assert world.documents == []


@pytest.mark.parametrize(
    ("values", "is_clipped"),
    [((0.0, 0.5, 1.0), False), ((0.5, 1.2), True), ((-0.1, 0.5), True), ((1.001, -0.0005), False)],
)
def test_colours_outside_srgb_are_noticed(px, wide, values, is_clipped):
    """By more than rounding; the padding of a strip does not count."""
    data, clipped = px.Converter().to_srgb8(floats(*values), len(values), wide)
    assert clipped is is_clipped
    assert data[::4] == bytes(round(255 * min(max(value, 0), 1)) for value in values)


@pytest.mark.parametrize(("value", "is_clipped"), [(1.0, False), (3.0, True), (-0.5, True)])
def test_half_floats_beyond_one_are_noticed(px, value, is_clipped):
    """Also where the conversion goes straight, and cuts off by itself."""
    space = px.ColourSpace("RGBA", "F16", px.SRGB)
    data = struct.pack("<4e", *[value] * 4)
    assert px.Converter().to_srgb8(data, 1, space)[1] is is_clipped


def test_data_of_the_wrong_length_never_reaches_krita(px, world, ink):
    """Krita would read beyond its end."""
    for data, space in ((bytes(9), ink), (b"", ink), (bytes(2), px.ColourSpace("A", "U8", "ink"))):
        with pytest.raises(px.ColourError, match="nothing was changed"):
            px.Converter().convert(data, 2, space, px.SRGB8)
    assert world.documents == []


def test_an_unknown_profile_is_an_error(px):
    """Krita would take another profile without a word."""
    strange = px.ColourSpace("RGBA", "U8", "strange")
    with pytest.raises(px.ColourError, match="'RGBA U8 strange'"):
        px.Converter().convert(bytes(4), 1, strange, px.SRGB8)


def test_one_document_serves_until_nothing_came_for_a_while(px, world, ink):
    """Then it is closed, unmodified, and the next conversion opens another one."""
    converter = px.Converter()
    for _ in range(3):
        converter.convert(bytes(5), 1, ink, px.SRGB8)
    assert len(world.open_documents) == 1
    assert not world.documents[0].is_modified
    assert world.timers[0].is_running
    world.timers[0].timeout.emit()
    assert world.open_documents == []
    converter.convert(bytes(5), 1, ink, px.SRGB8)
    assert len(world.open_documents) == 1


def test_the_document_is_closed_when_krita_quits(px, world, ink):
    """And the converter no longer listens for it afterwards."""
    converter = px.Converter()
    converter.convert(bytes(5), 1, ink, px.SRGB8)
    world.about_to_quit.emit()
    assert world.open_documents == []
    assert world.about_to_quit.receivers == []


def test_a_document_closed_by_others_is_replaced(px, world, ink):
    """Another plugin may close all documents; closing it twice would crash Krita."""
    converter = px.Converter()
    converter.convert(bytes(5), 1, ink, px.SRGB8)
    world.documents[0].is_open = False
    converter.convert(bytes(5), 1, ink, px.SRGB8)
    assert len(world.open_documents) == 1
    world.documents[1].close = lambda: pytest.fail("closed twice")
    world.documents[1].is_open = False
    converter.close()
    assert world.about_to_quit.receivers == []


@pytest.mark.parametrize("space", ["SRGB8", "wide", "ink"])
@pytest.mark.parametrize("missing", [1, 4, 0])
def test_pixels_that_are_missing_get_a_sentence_in_every_colour_space(px, request, space, missing):
    """A layer that is deleted or converted while it is read gives fewer, or none."""
    space = px.SRGB8 if space == "SRGB8" else request.getfixturevalue(space)
    data = bytes(12 * space.pixel_bytes)[: -missing or 0]
    with pytest.raises(px.ColourError, match="nothing was changed"):
        px.Converter().to_srgb8(data, 12, space)
