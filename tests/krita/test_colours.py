"""Every colour model and depth: what is captured, and what comes back after an insert."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from tests.krita import colour_exact as exact
from tests.krita.colour_lcms import COLOURS
from tests.krita.harness import play
from tests.krita.kra import pixels, read_kra

SIZE = (64, 48)
LAYERS = ("drawn", "whole")
ROUNDING = 0.55
"""Rounding to 8 bits is half a step; the rest is for 16-bit numbers on the way."""

SRGB = "sRGB-elle-V2-srgbtrc.icc"

HEAD = """\
capture   the plugin's capture against lcms alone; 0.5 is rounding to 8 bits
export    Krita's own export to sRGB against lcms alone
between   the capture against that export
again     capture, insert, capture against the first capture
inherent  the same by lcms alone
added     the plugin's way and back against lcms's
             capture  export  between  again  inherent  added"""


def chart(is_grey: bool = False) -> bytes:
    """Corners, edges, ramps and scattered colours of sRGB, B, G, R, A; some half-transparent."""
    rng = random.Random(10)  # noqa: S311 - the same picture each time
    colours = list(product((0, 64, 128, 192, 255), repeat=3))
    for value in range(256):
        colours += [(value, 0, 0), (0, value, 0), (0, 0, value), (value, value, value)]
    if is_grey:
        colours = [(value, value, value) for value in range(256)] * 4
    count = SIZE[0] * SIZE[1]
    colours += [tuple(rng.choices(range(256), k=1 if is_grey else 3)) for _ in range(count)]
    spread = [one * 3 if len(one) == 1 else one for one in colours[:count]]
    return b"".join(bytes((*one[::-1], rng.choice((255, 255, 0, 1, 128, 254)))) for one in spread)


@dataclass(frozen=True)
class Layer:
    """A layer of one document, with all files that the scenario wrote about it."""

    folder: Path
    number: int
    name: str
    row: dict[str, Any]

    def data(self, kind: str) -> bytes:
        """The file of that kind: 'raw', 'captured', …"""
        return (self.folder / f"{self.number}-{self.name}.{kind}").read_bytes()

    @property
    def channels(self) -> int:
        return COLOURS[self.row["model"]] + 1

    @cached_property
    def linear(self) -> list[tuple[float, ...]]:
        """The layer's pixels in linear sRGB, computed without Krita."""
        return exact.channels(self.data("exact"), "F32", 4)

    @cached_property
    def inherent(self) -> list[tuple[int, ...]]:
        """What lcms alone gets back of what was captured; R, G, B in 8 bits."""
        return exact.rounded(exact.channels(self.data("inherent"), "F32", 4))


@dataclass(frozen=True)
class Errors:
    """Of one document, in steps of 8 bits.

    `capture` and `export`: the plugin's capture, and Krita's own export, against lcms. `between`:
    capture against export. `again`: capture, insert, capture, against the first capture;
    `inherent`: the same by lcms alone. `added`: the second capture against lcms's way.
    """

    capture: float
    export: float
    between: int
    again: int
    inherent: int
    added: int


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    """The report, and for each document its row and its two layers."""
    folder = tmp_path_factory.mktemp("colours")
    (folder / "chart.raw").write_bytes(chart())
    (folder / "grey.raw").write_bytes(chart(is_grey=True))
    for module in ("colour_exact.py", "colour_lcms.py"):
        shutil.copy2(Path(__file__).with_name(module), folder)
    report = play("colours", folder, timeout=400).report
    documents = [
        (row, [Layer(folder, number, name, row) for name in LAYERS])
        for number, row in enumerate(report["spaces"])
    ]
    return report, documents


@pytest.fixture(scope="module")
def errors(colours):
    """A list of (row, Errors)."""
    _report, documents = colours
    return [(row, errors_of(layers)) for row, layers in documents]


def errors_of(layers: list[Layer]) -> Errors:
    """Measure one document."""
    drawn = layers[0]
    first = [exact.colours(layer.data("captured")) for layer in layers]
    again = [exact.colours(layer.data("again")) for layer in layers]
    inherent = [layer.inherent for layer in layers]
    opaque = [index for index, alpha in enumerate(drawn.data("captured")[3::4]) if alpha == 255]
    exported, light = exported_bgra(drawn), drawn.linear
    exported_colours = exact.colours(exported)
    return Errors(
        capture=max(exact.largest_error(layer.data("captured"), layer.linear) for layer in layers),
        export=exact.largest_error(
            b"".join(exported[4 * index : 4 * index + 4] for index in opaque),
            [light[index] for index in opaque],
        ),
        between=exact.largest_difference(
            [exported_colours[index] for index in opaque],
            [first[0][index] for index in opaque],
        ),
        again=max(map(exact.largest_difference, again, first)),
        inherent=max(map(exact.largest_difference, inherent, first)),
        added=max(map(exact.largest_difference, again, inherent)),
    )


def exported_bgra(layer: Layer) -> bytes:
    """Krita's own export to 8-bit sRGB."""
    with Image.open(layer.folder / f"{layer.number}.png") as image:
        return image.convert("RGBA").tobytes("raw", "BGRA")


def test_errors_by_colour_space(colours, errors, capsys):
    """The table; RGBA U8 exact, everything else what lcms calculates, but for rounding."""
    report, _documents = colours
    with capsys.disabled():
        print(
            f"\nKrita {report['krita']}, lcms {report['lcms'] / 1000:.2f}: largest errors, of 255"
        )
        print(HEAD)
        for row, one in errors:
            note = "" if row["document"] == row["is"] else ", in a document of sRGB"
            print(
                f"{row['model']:7}{row['depth']:5}{one.capture:8.2f}{one.export:8.1f}{one.between:9}"
                f"{one.again:7}{one.inherent:10}{one.added:7}  {row['profile'][:40]}{note}"
            )
    spaces = {(row["model"], row["depth"]) for row, _ in errors}
    assert len(spaces) >= 20
    for row, one in errors:
        where = (row["model"], row["depth"], row["profile"])
        assert one.capture <= ROUNDING, where
        assert one.added <= 1, where
        if where == ("RGBA", "U8", SRGB):
            assert (one.again, one.between) == (0, 0)


def test_srgb_passes_through_unchanged(colours):
    """What is in 8-bit sRGB is captured byte by byte."""
    _report, documents = colours
    layers = next(
        layers
        for row, layers in documents
        if (row["model"], row["depth"], row["profile"]) == ("RGBA", "U8", SRGB)
    )
    for layer in layers:
        assert layer.data("captured") == layer.data("raw")


def test_nothing_was_computed_from_other_pixels(colours):
    """The pixels that were compared are those in the saved documents."""
    _report, documents = colours
    for row, layers in documents:
        assert row["is"] == f"{row['model']} {row['depth']} {row['profile']}"
        file = read_kra(layers[0].folder / f"{layers[0].number}.kra")
        saved = {one.name: one for one in file.layers}
        for layer in layers:
            assert pixels(saved[layer.name], SIZE) == layer.data("raw"), (row, layer.name)


def test_alpha_survives(colours):
    """Transparency is the same after every conversion, in every depth."""
    _report, documents = colours
    for row, layers in documents:
        for layer in layers:
            was = exact.opacities(layer.data("raw"), row["depth"], layer.channels)
            assert layer.data("captured")[3::4] == was, row
            assert layer.data("again")[3::4] == was, row
        assert layers[0].data("captured")[3::4] == chart(row["model"] == "GRAYA")[3::4], row


def test_cutting_off_is_noticed(colours):
    """Capture says whether colours lay outside sRGB, and does not say so of those within."""
    _report, documents = colours
    for row, layers in documents:
        for layer in layers:
            values = [value for light in layer.linear for value in light[:3]]
            if min(values) < -0.01 or max(values) > 1.05:
                assert row["clipped"][layer.name], (row, layer.name)
            if min(values) > -0.001 and max(values) < 1.005 and not is_beyond_one(layer):
                assert not row["clipped"][layer.name], (row, layer.name)


def is_beyond_one(layer: Layer) -> bool:
    """True for numbers beyond 0–1 that lcms cuts off because the profile's curve is a table."""
    if not layer.row["depth"].startswith("F") or layer.row["model"] not in ("RGBA", "GRAYA"):
        return False
    numbers = exact.channels(layer.data("raw"), layer.row["depth"], layer.channels)
    return any(not 0 <= value <= 1 for pixel in numbers for value in pixel)


def test_the_documents_are_left_alone(colours):
    """No undo step and no mark of change in them, and the converter's own one is closed."""
    report, documents = colours
    assert not any(row["modified"] for row, _layers in documents)
    assert (report["undo steps"], report["modified"]) == (0, False)
    assert report["open"] == 0


@pytest.mark.parametrize("model", ["RGBA", "GRAYA"])
def test_pillow_agrees_with_the_computed_values(colours, model):
    """The 8-bit documents by Pillow's ImageCms, from the saved file: another lcms, the same."""
    _report, documents = colours
    of_model = [
        layers for row, layers in documents if (row["model"], row["depth"]) == (model, "U8")
    ]
    assert len(of_model) >= 3
    srgb = profile_of(next(layers[0] for row, layers in documents if row["profile"] == SRGB))
    for layers in of_model:
        for layer in layers:
            by_pillow = converted_by_pillow(layer, srgb)
            assert exact.largest_error(by_pillow, layer.linear) <= ROUNDING, layer.row


def profile_of(layer: Layer) -> ImageCms.ImageCmsProfile:
    """The profile in the saved document."""
    with zipfile.ZipFile(layer.folder / f"{layer.number}.kra") as archive:
        name = next(name for name in archive.namelist() if name.endswith("annotations/icc"))
        return ImageCms.ImageCmsProfile(io.BytesIO(archive.read(name)))


def converted_by_pillow(layer: Layer, srgb: ImageCms.ImageCmsProfile) -> bytes:
    """8-bit pixels in sRGB as B, G, R, A."""
    mode, order = ("RGB", "BGRX") if layer.row["model"] == "RGBA" else ("L", "L")
    data = layer.data("raw") if mode == "RGB" else layer.data("raw")[::2]
    image = Image.frombytes(mode, SIZE, data, "raw", order)
    flags = ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(
        profile_of(layer), srgb, mode, "RGB", ImageCms.Intent.PERCEPTUAL, flags
    )
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return converted.convert("RGBA").tobytes("raw", "BGRA")
