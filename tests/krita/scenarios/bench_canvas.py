"""Times of capture and insert in a real Krita, beside Krita's own work and the plain way.

SIZES is a JSON list of side lengths in pixels, ROUNDS how often each is done. All times are the
longest hold-up of the event loop in milliseconds; `total` is from start to end.
"""

import json
import os
import time

import drive_layer_edit
from drive_layer_edit.hands import Gaps
from krita import Krita

from layer_edit.canvas.active import chosen_sources
from layer_edit.canvas.capture import capture
from layer_edit.canvas.insert import insert
from layer_edit.canvas.pixels import Converter
from layer_edit.canvas.pump import Pump
from layer_edit.editing.compose import ComposedLayer
from layer_edit.editing.selection import Framing
from layer_edit.editing.source import LAYER
from layer_edit.qt import QtCore


def run(hands):
    """All sizes, all rounds; `report['bench']` is a list of rows."""
    hands.report["import_ms"] = drive_layer_edit.IMPORT_SECONDS * 1000
    started = time.perf_counter()
    yield from hands.docker()
    hands.report["first_show_ms"] = (time.perf_counter() - started) * 1000
    hands.report["bench"] = rows = []
    for side in json.loads(os.environ["SIZES"]):
        document = yield from hands.new_document(side, side)
        source = document.activeNode()
        noise = os.urandom(side * 64 * 4)
        for top in range(0, side, 64):
            source.setPixelData(QtCore.QByteArray(noise), 0, top, side, 64)
        document.refreshProjection()
        document.waitForDone()
        yield 2
        for _ in range(int(os.environ["ROUNDS"])):
            row = {"side": side}
            for measure in (_idle, _empty_layer, _plain, _ours, _ours_masked):
                yield from hands.activate(document, source)
                yield 1
                yield from measure(hands, document, source, row)
                yield from _settle(document)
            rows.append(row)
        document.setModified(False)
        document.close()
        yield 2


def _settle(document):
    """Undo the measure's layer and let Krita come to rest."""
    yield 1
    while len(document.rootNode().childNodes()) > 1:
        document.rootNode().childNodes()[-1].remove()
        document.waitForDone()
        yield 0.5
    yield 0.5


def _timed(row, name):
    gaps = Gaps()
    gaps.mark(name)
    return gaps


def _end(gaps, row):
    gaps.stop()
    row.update({key: value for key, value in gaps.longest.items() if key != "start"})


def _idle(hands, document, source, row):
    """Nothing at all: what the machine's noise does to the measure."""
    gaps = _timed(row, "idle")
    yield 2
    _end(gaps, row)


def _empty_layer(hands, document, source, row):
    """Krita's own 'add an empty layer': the floor."""
    node = document.createNode("empty", "paintlayer")
    gaps = _timed(row, "empty layer")
    document.rootNode().addChildNode(node, source)
    yield 2.5
    _end(gaps, row)


def _plain(hands, document, source, row):
    """One pixelData; one setPixelData and add: what most plugins do."""
    width, height = document.width(), document.height()
    gaps = _timed(row, "plain capture")
    data = source.pixelData(0, 0, width, height)
    yield 0.5
    gaps.mark("plain insert")
    node = document.createNode("plain", "paintlayer")
    node.setPixelData(data, 0, 0, width, height)
    document.rootNode().addChildNode(node, source)
    yield 2.5
    _end(gaps, row)


def _ours(hands, document, source, row):
    """The plugin's own capture and insert, through its pump."""
    pump, results, converter = Pump(), [], Converter()
    gaps = _timed(row, "capture")
    start = time.perf_counter()
    (chosen,) = chosen_sources(LAYER, Framing())
    pump.run(capture(chosen, converter), results.append, results.append)
    yield from hands.until(lambda: results, 60, "capture")
    row["capture total"] = (time.perf_counter() - start) * 1000
    yield 0.5
    gaps.mark("between")
    data = b"".join(results.pop().layers[0].strips)
    yield 0.5
    yield from _insert(hands, gaps, row, "insert", chosen, ComposedLayer(data, chosen.bounds))
    assert Krita.instance().activeDocument() == document


def _ours_masked(hands, document, source, row):
    """The same picture under a transparency mask, as a change of a part of it gets one."""
    (chosen,) = chosen_sources(LAYER, Framing())
    bounds = chosen.bounds
    data = os.urandom(bounds.width * 64 * 4) * (bounds.height // 64)
    shade = bytes(range(256)) * (bounds.width // 256)
    layer = ComposedLayer(data, bounds, shade * bounds.height)
    yield 0.5
    yield from _insert(hands, _timed(row, "between"), row, "masked insert", chosen, layer)


def _insert(hands, gaps, row, name, chosen, layer):
    """Through the pump, as a job does; waits until Krita has shown it."""
    pump, results = Pump(), []
    gaps.mark(name)
    start = time.perf_counter()
    pump.run(insert(chosen, layer, "ours", Converter()), results.append, results.append)
    yield from hands.until(lambda: results, 60, name)
    row[f"{name} total"] = (time.perf_counter() - start) * 1000
    yield 2.5
    _end(gaps, row)
    if isinstance(results[0], Exception):
        raise results[0]
