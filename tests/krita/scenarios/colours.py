"""Pixels out of and into documents of every colour model, depth and kind of profile.

In each document there are two layers: 'drawn' is a chart in 8-bit sRGB that the plugin converted
into the document's space, 'whole' is all over the range of that space, in its own numbers. Files
written for each, N being the row's number in `report['spaces']`:

N.kra               the document
N-LAYER.raw         the layer's pixels as they are
N-LAYER.captured    what the plugin reads, 8-bit sRGB
N-LAYER.again       what it reads after that was put back into the document's space
N-LAYER.exact       lcms alone: the layer's pixels in linear sRGB, 32-bit float
N-LAYER.inherent    lcms alone: what was captured, in the document's space, in linear sRGB again
N.png               Krita's own export of 'drawn' to 8-bit sRGB
"""

import random
import struct
import sys
import time
import zipfile

from krita import InfoObject, Krita

from layer_edit.canvas.pixels import LINEAR, SRGB8, ColourSpace, Converter, strips
from layer_edit.editing.geometry import Rect

BOUNDS = Rect(0, 0, 64, 48)
PQ = "High Dynamic Range UHDTV Wide Color Gamut Display (Rec. 2020) - SMPTE ST 2084 PQ EOTF"
LIGHT_OF_PQ = ColourSpace("RGBA", "F32", "Rec2020-elle-V4-g10.icc")
GREYS = tuple(f"Gray-D50-elle-V2-{curve}.icc" for curve in ("srgbtrc", "g22", "labl"))
PROFILES = {
    "RGBA": (
        *(SRGB8.profile, LINEAR.profile, "ClayRGB-elle-V2-g22.icc", "WideRGB-elle-V2-g22.icc"),
        *("Rec2020-elle-V4-g10.icc", PQ),
    ),
    "GRAYA": GREYS,
    "YCbCrA": (
        "ITU-R BT.601-7 + BT.1886 YCbCr ICC V2 profile",
        "ITU-R BT.709-6 YCbCr ICC V4 profile",
    ),
}
"""Of the other models all profiles that this Krita has."""

FOREIGN = ColourSpace("LABA", "U16", "Lab identity built-in")
"""The space of a layer in a document of another one."""


def run(hands):
    """Fill `report['spaces']` with a row for each."""
    sys.path.insert(0, str(hands.folder))
    from colour_lcms import Lcms

    lcms, converter = Lcms(), Converter()
    hands.report["lcms"] = lcms.version
    hands.report["spaces"] = rows = []
    bench = Bench(hands.folder, lcms, converter)
    yield from bench.learn_profiles()
    for space, document_space in _spaces(Krita.instance()):
        start = time.perf_counter()
        row = {"model": space.model, "depth": space.depth, "profile": space.profile}
        rows.append(row)
        row.update((yield from bench.row(len(rows) - 1, space, document_space)))
        row["seconds"] = time.perf_counter() - start
    yield from _beside_an_open_document(hands, converter)
    converter.close()
    hands.report["open"] = len(Krita.instance().documents())


def _beside_an_open_document(hands, converter):
    """Convert while a document is shown; report its undo steps and whether it is modified."""
    space = ColourSpace("CMYKA", "U8", "Chemical proof")
    document = yield from hands.new_document(64, 64, space.model, space.depth, space.profile)
    document.setModified(False)
    for _ in range(3):
        converter.to_srgb8(bytes(64 * 64 * space.pixel_bytes), 64 * 64, space)
        yield 0.1
    steps, _done = yield from hands.history()
    hands.report["undo steps"], hands.report["modified"] = steps, document.modified()
    document.setModified(False)
    document.close()
    yield 0.3


def _spaces(instance):
    """Pairs of a layer's space and its document's."""
    for model in ("RGBA", "GRAYA", "CMYKA", "LABA", "XYZA", "YCbCrA"):
        for depth in ("U8", "U16", "F16", "F32"):
            if model not in instance.colorModels() or depth not in instance.colorDepths(model):
                continue
            known = list(instance.profiles(model, depth))
            for profile in PROFILES.get(model, known):
                # PQ is defined for 0–1 only, and 16 bits are its usual depth.
                if profile in known and (profile != PQ or depth == "U16"):
                    space = ColourSpace(model, depth, profile)
                    yield space, space
    yield FOREIGN, SRGB8


class Bench:
    """Makes the documents and writes the files."""

    def __init__(self, folder, lcms, converter):
        self._folder, self._lcms, self._converter = folder, lcms, converter
        self._icc = {}
        self._chart = (folder / "chart.raw").read_bytes()
        self._grey = (folder / "grey.raw").read_bytes()

    def learn_profiles(self):
        """The bytes of the profiles of sRGB and linear sRGB, out of saved documents."""
        for space in (SRGB8, LINEAR, LIGHT_OF_PQ):
            document = _document(space)
            yield 0
            self._icc[space] = _saved_icc(document, self._folder / "profile.kra")
            document.close()
            yield 0

    def row(self, number, space, document_space):
        """One document with its layers and files."""
        document = _document(document_space)
        yield 0
        chart = self._grey if space.model == "GRAYA" else self._chart
        data = {"drawn": self._inserted(chart, space), "whole": _whole(space)}
        nodes = {name: _add(document, name, space, data[name]) for name in data}
        document.waitForDone()
        document.setModified(False)
        row = {"is": str(ColourSpace.of(nodes["drawn"])), "clipped": {}}
        row["document"] = str(ColourSpace.of(document))
        path = self._folder / f"{number}.kra"
        self._icc[space] = _saved_icc(document, path)
        for name, node in nodes.items():
            row["clipped"][name] = self._files(f"{number}-{name}", node, space)
        row["modified"] = document.modified()
        nodes["whole"].setVisible(False)
        row["exported"] = _export(document, self._folder / f"{number}.png")
        document.setModified(False)
        document.close()
        yield 0
        return row

    def _files(self, name, node, space):
        """Write a layer's files; True when capturing it cut colours off."""
        raw = _read(node)
        captured, is_clipped = self._captured(raw, space)
        back = self._inserted(captured, space)
        again, _ = self._captured(back, space)
        files = {"raw": raw, "captured": captured, "again": again}
        files["exact"] = self._exact(raw, space, LINEAR)
        files["inherent"] = self._exact(self._exact(captured, SRGB8, space), space, LINEAR)
        for kind, data in files.items():
            (self._folder / f"{name}.{kind}").write_bytes(data)
        return is_clipped

    def _exact(self, data, now, then):
        """The conversion by lcms alone; PQ by its formula, because Krita makes it so too."""
        from colour_exact import light_of_pq16, pq16_of_light
        from colour_lcms import Space

        if now.profile == PQ:
            return self._exact(light_of_pq16(data), LIGHT_OF_PQ, then)
        if then.profile == PQ:
            return pq16_of_light(self._exact(data, now, LIGHT_OF_PQ))
        spaces = [Space(one.model, one.depth, self._icc[one]) for one in (now, then)]
        return self._lcms.convert(data, *spaces)

    def _captured(self, raw, space):
        """As the plugin captures: strip by strip."""
        parts = [
            self._converter.to_srgb8(part, strip.size.pixels, space)
            for strip, part in _cut(raw, space)
        ]
        return b"".join(part for part, _ in parts), any(is_clipped for _, is_clipped in parts)

    def _inserted(self, data, space):
        """As the plugin inserts: strip by strip."""
        if space.is_srgb8:
            return data
        return b"".join(
            bytes(self._converter.convert(part, strip.size.pixels, SRGB8, space))
            for strip, part in _cut(data, SRGB8, space)
        )


def _cut(data, space, cut_for=None):
    for strip in strips(BOUNDS, cut_for or space):
        start, end = (row * BOUNDS.width * space.pixel_bytes for row in (strip.y, strip.bottom))
        yield strip, data[start:end]


def _document(space):
    document = Krita.instance().createDocument(
        BOUNDS.width, BOUNDS.height, "t", space.model, space.depth, space.profile, 72.0
    )
    document.setBatchmode(True)
    for node in document.rootNode().childNodes():
        node.remove()
    return document


def _add(document, name, space, data):
    node = document.createNode(name, "paintlayer")
    if ColourSpace.of(node) != space:
        node.setColorSpace(space.model, space.depth, space.profile)
    node.setPixelData(data, 0, 0, BOUNDS.width, BOUNDS.height)
    document.rootNode().addChildNode(node, None)
    return node


def _read(node):
    return bytes(node.pixelData(0, 0, BOUNDS.width, BOUNDS.height))


def _saved_icc(document, path):
    """Save, and return the bytes of the profile of the layer, or else of the document."""
    document.waitForDone()
    if not document.saveAs(str(path)):
        raise AssertionError(f"Krita did not save {path}")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".icc", "annotations/icc"))]
        return archive.read(min(names, key=lambda name: "annotations" in name))


def _export(document, path):
    options = InfoObject()
    for name in ("alpha", "forceSRGB", "saveSRGBProfile"):
        options.setProperty(name, True)
    document.refreshProjection()
    document.waitForDone()
    return document.exportImage(str(path), options)


def _whole(space):
    """Pixels all over a space's range; in float RGB, grey and XYZ one in four lies beyond 0–1."""
    rng = random.Random(20)  # noqa: S311 - the same picture each time
    count = space.pixel_bytes // {"U8": 1, "U16": 2, "F16": 2, "F32": 4}[space.depth]
    pixels = range(BOUNDS.size.pixels)
    if space.depth.startswith("U"):
        return rng.randbytes(BOUNDS.size.pixels * space.pixel_bytes)
    ranges = {"CMYKA": [(0, 100)] * 4, "LABA": [(0, 100), (-128, 127), (-128, 127)]}
    usual = ranges.get(space.model, [(0, 1)] * (count - 1))
    is_unbounded = space.model in ("RGBA", "GRAYA", "XYZA")
    letter = "e" if space.depth == "F16" else "f"
    data = bytearray()
    for index in pixels:
        limits = [(-0.5, 4)] * (count - 1) if is_unbounded and index % 4 == 0 else usual
        values = (*(rng.uniform(*one) for one in limits), rng.random())
        data += struct.pack(f"<{count}{letter}", *values)
    return bytes(data)
