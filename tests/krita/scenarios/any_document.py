"""One edit ('invert') through the docker in documents of several colour spaces."""

import struct

from layer_edit.qt import QtCore

SIZE = (160, 120)
WIDE = "Rec2020-elle-V4-g10.icc"


def run(hands):
    """`report['documents']`: a row for each."""
    yield from hands.docker()
    hands.report["documents"] = rows = {}
    for name, (model, depth, profile) in DOCUMENTS.items():
        document = yield from hands.new_document(*SIZE, model, depth, profile)
        source = document.activeNode()
        if name == "wide gamut":
            _paint_outside_srgb(source)
        document.refreshProjection()
        document.waitForDone()
        document.setModified(False)
        yield from hands.until(lambda: hands.widget("layerEditSubmit").isEnabled(), 10, name)
        before = yield from hands.history()
        hands.widget("layerEditInstruction").setPlainText("invert")
        hands.click("layerEditSubmit")
        yield from hands.until(lambda d=document: len(_layers(d)) == 2, 60, name)
        yield from hands.until(
            lambda: hands.text("layerEditStatus").startswith("Done"), 30, f"{name} done"
        )
        yield 0.5
        result = _layers(document)[1]
        rows[name] = {
            "space": [document.colorModel(), document.colorDepth(), document.colorProfile()],
            "layer": [result.colorModel(), result.colorDepth(), result.colorProfile()],
            "steps": (yield from hands.history())[0] - before[0],
            "notice": hands.text("layerEditNotice"),
            "error": hands.text("layerEditError"),
            "was": bytes(source.pixelData(5, 5, 1, 1)).hex(),
            "is": bytes(result.pixelData(5, 5, 1, 1)).hex(),
        }
        if name == "wide gamut":
            yield from hands.screenshot("notice.png")
            hands.click("layerEditSubmit")
            yield from hands.until(lambda d=document: len(_layers(d)) == 3, 60, "once more")
            hands.report["noticed again"] = hands.text("layerEditNotice")
        document.setModified(False)


DOCUMENTS = {
    "16-bit CMYK": ("CMYKA", "U16", ""),
    "8-bit CMYK": ("CMYKA", "U8", ""),
    "8-bit grey": ("GRAYA", "U8", ""),
    "16-bit Lab": ("LABA", "U16", ""),
    "16-bit RGB": ("RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc"),
    "wide gamut": ("RGBA", "F32", WIDE),
}


def _layers(document):
    return [node for node in document.rootNode().childNodes() if node.type() == "paintlayer"]


def _paint_outside_srgb(node):
    """The greenest green of Rec. 2020, and a light beyond white."""
    green, light = (0.0, 1.0, 0.0, 1.0), (4.0, 4.0, 4.0, 1.0)
    data = struct.pack("4f", *green) * 400 + struct.pack("4f", *light) * 400
    node.setPixelData(QtCore.QByteArray(data), 40, 40, 40, 20)
