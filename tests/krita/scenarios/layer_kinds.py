"""Every kind of layer is edited ('invert') through the docker, in one document.

For each, Krita's own export of that layer alone is written as `<case>-is.png` before; the result
layers are found in `edited.kra` by their ids in `report['cases']`.
"""

from krita import InfoObject, Krita, Selection
from PIL import Image

from layer_edit import start
from layer_edit.qt import QtCore

SIZE = (200, 150)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="150" '
    'viewBox="0 0 200 150">{}</svg>'
)

OVERLAY = (
    '<asl><node type="Descriptor" name="" classId="null">'
    '<node type="UnitFloat" key="Scl " unit="#Prc" value="100"/>'
    '<node type="Boolean" key="masterFXSwitch" value="1"/>'
    '<node type="Descriptor" name="" key="SoFi" classId="SoFi">'
    '<node type="Boolean" key="enab" value="1"/>'
    '<node type="Enum" typeId="BlnM" key="Md  " value="Nrml"/>'
    '<node type="UnitFloat" key="Opct" unit="#Prc" value="100"/>'
    '<node type="Descriptor" name="" key="Clr " classId="RGBC">'
    '<node type="Double" key="Rd  " value="255"/><node type="Double" key="Grn " value="0"/>'
    '<node type="Double" key="Bl  " value="255"/></node></node></node>'
    '<node type="Descriptor" name="" classId="Styl">'
    '<node type="Descriptor" name="" key="documentMode" classId="documentMode"/></node></asl>'
)
"""A layer style: a colour overlay in magenta."""


def run(hands):
    """Build the layers, export each alone, edit each."""
    document = yield from hands.new_document(*SIZE)
    yield from hands.docker()
    root = document.rootNode()
    cases = {}

    def add(name, node, parent=None):
        (parent or root).addChildNode(node, None)
        document.waitForDone()
        cases[name] = node
        return node

    def paint(name, x, y, width, height, parent=None):
        node = document.createNode(name, "paintlayer")
        node.setPixelData(QtCore.QByteArray(_pattern(width, height)), x, y, width, height)
        return add(name, node, parent)

    paint("paint", 0, 0, *SIZE)
    paint("odd size", 13, 7, 101, 53)
    paint("negative offset", -40, -25, 120, 90)
    paint("beyond the canvas", 150, 100, 333, 222)
    group = add("group", document.createGroupLayer("group"))
    paint("in group", 20, 20, 60, 60, group)
    paint("in group too", 50, 40, 60, 60, group).setOpacity(128)
    passing = add("pass-through group", document.createGroupLayer("pass-through group"))
    paint("in pass", 10, 30, 80, 60, passing)
    paint("in pass too", 60, 50, 90, 70, passing)
    passing.setPassThroughMode(True)
    _pass_in_passing(document, add("pass-through group in another", _group(document)))
    add("clone", document.createCloneLayer("clone", cases["odd size"]))
    vector = add("vector", document.createVectorLayer("vector"))
    vector.addShapesFromSvg(
        SVG.format('<rect x="20" y="30" width="90" height="60" fill="#c83214"/>')
    )
    text = add("text", document.createVectorLayer("text"))
    text.addShapesFromSvg(
        SVG.format('<text x="20" y="90" font-size="48" fill="#1e50c8">Text</text>')
    )
    Image.frombytes("RGBA", (90, 70), _pattern(90, 70)).save(hands.folder / "linked.png")
    add("file", document.createFileLayer("file", str(hands.folder / "linked.png"), "None"))
    info, everything = InfoObject(), Selection()
    info.setProperty("color", "#3c8c64")
    everything.select(0, 0, *SIZE, 255)
    add("fill", document.createFillLayer("fill", "color", info, everything))
    paint("hidden", 5, 5, 70, 40).setVisible(False)
    paint("locked", 30, 10, 70, 40).setLocked(True)
    paint("inherit alpha", 0, 20, 150, 60)
    paint("half-transparent", 40, 40, 100, 80)
    styled_group = add("group with a style in it", document.createGroupLayer("styled group"))
    paint("in a styled group", 40, 30, 90, 70, styled_group).setLayerStyleFromAsl(OVERLAY)
    styled_passing = add("style in a pass-through group", document.createGroupLayer("passing"))
    paint("in a passing group", 30, 20, 90, 70, styled_passing)
    styled_passing.setPassThroughMode(True)
    paint("layer style", 20, 10, 90, 70)
    masked = paint("masked", 10, 10, 150, 100)
    yield from _mask(hands, document, masked)
    _blur(document, paint("blurred by a mask", 60, 40, 70, 60))
    blurred_group = add("group blurred by a mask", _group(document))
    blurred_group.addChildNode(_plain(document, 60, 200), None)
    _blur(document, blurred_group)
    animated = paint("animated", 0, 0, *SIZE)
    yield from _animate(hands, document, animated)
    document.waitForDone()
    yield 1

    hidden = {name: node.visible() for name, node in cases.items()}
    _export_each(hands, document, cases)
    for name, node in cases.items():
        node.setVisible(hidden[name])
    cases["inherit alpha"].setInheritAlpha(True)
    cases["layer style"].setLayerStyleFromAsl(OVERLAY)
    cases["in a passing group"].setLayerStyleFromAsl(OVERLAY)
    cases["half-transparent"].setOpacity(100)
    cases["half-transparent"].setBlendingMode("multiply")
    document.refreshProjection()
    document.waitForDone()

    hands.report["cases"] = found = {}
    for name, node in [*cases.items(), ("mask of a layer", masked.childNodes()[0])]:
        yield from hands.activate(document, node)
        if "style" in name:
            # The docker looks which layer is active every 300 ms.
            yield from hands.until(
                lambda node=node: (
                    start._session().source_watch.info.layer_id == node.uniqueId().toString()
                ),
                5,
                f"the docker is at {name}",
            )
        limits = hands.text("layerEditSourceLimits")
        before = _ids(root)
        steps = yield from hands.history()
        hands.widget("layerEditInstruction").setPlainText("invert")
        hands.click("layerEditSubmit")
        yield from hands.until(
            lambda before=before: _ids(root) - before or hands.text("layerEditError"), 30, name
        )
        yield from hands.until(
            lambda: not hands.text("layerEditStatus").startswith("Plac"), 20, f"{name} placed"
        )
        added = _ids(root) - before
        found[name] = {
            "result": next(iter(added), ""),
            "says": hands.text("layerEditError"),
            "limits": limits,
            "source": node.uniqueId().toString(),
        }
        yield 0.2
        if name == "half-transparent":
            hands.report["steps of a blending mode"] = [steps, (yield from hands.history())]
    yield from hands.screenshot("kinds.png")
    yield from hands.save(document, "edited.kra")


def _blur(document, node):
    """Give the node a filter mask, which spreads its picture beyond its pixels."""
    blur, everything = Krita.instance().filter("gaussian blur"), Selection()
    settings = blur.configuration()
    for name in ("horizRadius", "vertRadius"):
        settings.setProperty(name, 12)
    blur.setConfiguration(settings)
    everything.select(-300, -300, 900, 900, 255)
    node.addChildNode(document.createFilterMask("blur", blur, everything), None)
    document.waitForDone()


def _group(document):
    return document.createGroupLayer("group")


def _pass_in_passing(document, outer):
    """A layer, and above it a group with one that darkens it; both groups pass through.

    They have blending modes, which Krita does not use then.
    """
    below, inner, darkens = _plain(document, 10, 90), _group(document), _plain(document, 60, 200)
    darkens.setBlendingMode("multiply")
    for parent, child in ((outer, below), (outer, inner), (inner, darkens)):
        parent.addChildNode(child, None)
        document.waitForDone()
    for group in (inner, outer):
        group.setBlendingMode("screen")
        group.setPassThroughMode(True)


def _plain(document, at, level):
    """A layer with a square in one colour."""
    node = document.createNode("plain", "paintlayer")
    pixels = bytes((level, 160, 255 - level, 255)) * 80**2
    node.setPixelData(QtCore.QByteArray(pixels), at, at // 2, 80, 80)
    return node


def _pattern(width, height):
    """Two gradients and a part that is half transparent; B, G, R, A."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    alpha = Image.new("L", (width, height), 255)
    alpha.paste(140, (0, 0, width // 3, height // 2))
    flat = Image.new("L", (width, height), 90)
    return Image.merge("RGBA", (across, down, flat, alpha)).tobytes()


def _mask(hands, document, node):
    """Give the node a transparency mask by Krita's own action."""
    selection = Selection()
    selection.select(30, 20, 60, 50, 255)
    document.setSelection(selection)
    yield from hands.activate(document, node)
    hands.trigger("add_new_transparency_mask")
    yield from hands.until(node.childNodes, 10, "mask")
    document.waitForDone()
    hands.trigger("deselect")
    yield 0.5


def _animate(hands, document, node):
    """Another picture at frame 5, which is the current one."""
    node.enableAnimation()
    document.setCurrentTime(5)
    document.waitForDone()
    yield from hands.activate(document, node)
    hands.trigger("add_duplicate_frame")
    yield 0.7
    hands.report["animated"] = [node.animated(), node.hasKeyframeAtTime(5)]
    flat = Image.new("RGBA", SIZE, (40, 200, 120, 255)).tobytes()
    node.setPixelData(QtCore.QByteArray(flat), 0, 0, *SIZE)


def _export_each(hands, document, cases):
    for name, node in cases.items():
        for other in document.rootNode().childNodes():
            other.setVisible(False)
        shown = node
        while shown.parentNode() is not None:
            shown.setVisible(True)
            shown = shown.parentNode()
        if node.parentNode() != document.rootNode():
            for sibling in node.parentNode().childNodes():
                sibling.setVisible(sibling.uniqueId() == node.uniqueId())
        was_passing = node.type() == "grouplayer" and node.passThroughMode()
        if node.type() == "grouplayer":
            for child in node.childNodes():
                child.setVisible(True)
        document.refreshProjection()
        document.waitForDone()
        assert document.exportImage(str(hands.folder / f"{name}-is.png"), InfoObject())
        assert not was_passing or node.passThroughMode()


def _ids(node):
    found = set()
    for child in node.childNodes():
        found.add(child.uniqueId().toString())
        found |= _ids(child)
    return found
