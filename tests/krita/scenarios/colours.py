"""Capture, and capture after insert, in every colour model and depth that this Krita offers.

For each: a document with a test chart is converted to it by Krita; what the plugin captures is
written as a PNG, and so is Krita's own export of the same document; then the capture is inserted as
a layer, and that layer captured again.
"""

import os

from krita import InfoObject, Krita
from PIL import Image

from layer_edit.canvas.active import active_source
from layer_edit.canvas.capture import capture
from layer_edit.canvas.insert import insert

MODELS = ("RGBA", "GRAYA", "CMYKA", "LABA", "XYZA", "YCbCrA")
DEPTHS = ("U8", "U16", "F16", "F32")


def run(hands):
    """Fill `report['spaces']` with a row per model and depth."""
    hands.report["spaces"] = rows = []
    instance = Krita.instance()
    for model in MODELS:
        for depth in DEPTHS:
            if model not in instance.colorModels() or depth not in instance.colorDepths(model):
                continue
            name = f"{model}-{depth}"
            document = yield from hands.open(os.environ["PICTURE"])
            profile = _profile(instance, model, depth)
            document.setColorSpace(model, depth, profile)
            document.waitForDone()
            yield 0.3
            row = {"model": model, "depth": depth, "profile": document.colorProfile()}
            row["is"] = [document.colorModel(), document.colorDepth()]
            source = active_source()
            first = _all(capture(source))
            _write(hands, first, source, f"{name}-captured.png")
            _all(insert(source, b"".join(first), source.bounds, "again"))
            document.waitForDone()
            yield from hands.until(
                lambda document=document: document.activeNode().name() == "again", 10, "inserted"
            )
            yield 0.2
            again = active_source()
            row["layer"] = [again.node.colorModel(), again.node.colorDepth()]
            _write(hands, _all(capture(again)), again, f"{name}-again.png")
            again.node.setVisible(False)
            document.refreshProjection()
            document.waitForDone()
            document.setColorSpace("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc")
            document.waitForDone()
            document.exportImage(str(hands.folder / f"{name}-exported.png"), InfoObject())
            rows.append(row)
            document.setModified(False)
            document.close()
            yield 0.3


def _profile(instance, model, depth):
    if model == "RGBA":
        return "sRGB-elle-V2-srgbtrc.icc" if depth.startswith("U") else "sRGB-elle-V2-g10.icc"
    profiles = instance.profiles(model, depth)
    return profiles[0] if profiles else ""


def _all(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def _write(hands, parts, source, name):
    size = source.bounds.size.as_tuple
    image = Image.frombytes("RGBA", size, b"".join(parts), "raw", "BGRA")
    image.save(hands.folder / name)
