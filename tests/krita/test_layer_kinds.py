"""Every kind of layer through the docker, checked by pixels in the saved file."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.krita.harness import play
from tests.krita.kra import KraLayer, read_kra, rgba

SIZE = (200, 150)
KINDS = (
    "paint",
    "odd size",
    "negative offset",
    "beyond the canvas",
    "group",
    "in group",
    "pass-through group",
    "pass-through group in another",
    "clone",
    "vector",
    "text",
    "file",
    "fill",
    "hidden",
    "locked",
    "inherit alpha",
    "half-transparent",
    "layer style",
    "group with a style in it",
    "style in a pass-through group",
    "masked",
    "blurred by a mask",
    "group blurred by a mask",
    "animated",
)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """All edits of one Krita, and all layers of the file by their ids."""
    outcome = play("layer_kinds", tmp_path_factory.mktemp("kinds"), timeout=400)
    layers: dict[str, KraLayer] = {}
    parents: dict[str, list[KraLayer]] = {}

    def walk(siblings):
        for layer in siblings:
            layers["{" + layer.uuid.strip("{}") + "}"] = layer
            parents["{" + layer.uuid.strip("{}") + "}"] = siblings
            walk(layer.children)

    walk(read_kra(outcome.folder / "edited.kra").layers)
    return outcome, layers, parents


def error_of(outcome, layers, name):
    """The largest difference between the result and the inverse of Krita's own export."""
    case = outcome.report["cases"][name]
    assert case["result"], case["says"]
    result = rgba(layers[case["result"]], SIZE)
    with Image.open(outcome.folder / f"{name}-is.png") as exported:
        was = exported.convert("RGBA")
    assert was.getchannel("A").getextrema()[1] > 0, "there is something to edit"
    wanted = ImageChops.invert(was.convert("RGB"))
    wanted.putalpha(was.getchannel("A"))
    black = Image.new("RGBA", SIZE)
    seen, meant = (
        Image.composite(one, black, was.getchannel("A").point(lambda a: 255 * (a > 0)))
        for one in (result, wanted)
    )
    return max(high for _low, high in ImageChops.difference(seen, meant).getextrema())


def test_each_kind_by_its_pixels(kinds, capsys):
    """The result has the inverse of what Krita shows of that layer alone, in the same place."""
    outcome, layers, _parents = kinds
    errors = {name: error_of(outcome, layers, name) for name in KINDS}
    with capsys.disabled():
        print(f"\nKrita {outcome.report['krita']}: largest error of an edit, of 255, by layer kind")
        for name, error in errors.items():
            print(f"  {name:30}{error:>4}")
    # Krita's own export of half-transparent pixels rounds once more.
    assert max(errors.values()) <= 1


def test_a_layer_style_is_not_sent_and_the_docker_says_so(kinds):
    """Its own pixels are edited; a group is sent with the styles in it, and nothing is said.

    Not so a pass-through group, which has no picture of its own: its layers are read one by one.
    """
    outcome, _layers, _parents = kinds
    said = {name: case["limits"] for name, case in outcome.report["cases"].items()}
    for name in (
        "layer style",
        "in a styled group",
        "in a passing group",
        "style in a pass-through group",
    ):
        assert "layer style is not sent" in said.pop(name), name
    assert set(said.values()) == {""}


def test_each_result_is_straight_above_its_source(kinds):
    """In the same group, with nothing but other results of that source between them."""
    outcome, layers, parents = kinds
    cases = outcome.report["cases"]
    for name in KINDS:
        source, result = layers[cases[name]["source"]], layers[cases[name]["result"]]
        siblings = parents[cases[name]["result"]]
        between = siblings[siblings.index(result) + 1 : siblings.index(source)]
        others = [layers[one["result"]] for one in cases.values() if one["result"]]
        assert siblings.index(result) < siblings.index(source), name
        assert [layer.name for layer in between if layer not in others] == [], name


def test_it_stands_for_a_layer_with_a_blending_mode(kinds):
    """It has the mode and opacity of its source, and still is one step to undo."""
    outcome, layers, _parents = kinds
    layer = layers[outcome.report["cases"]["half-transparent"]["result"]]
    assert (layer.blending_mode, layer.opacity) == ("multiply", 100)
    (before, _), (after, _) = outcome.report["steps of a blending mode"]
    assert after == before + 1


def test_it_stands_for_a_group_that_passes_through(kinds):
    """Krita does not use the blending mode of such a group, so the result is without it."""
    outcome, layers, _parents = kinds
    case = outcome.report["cases"]["pass-through group in another"]
    assert layers[case["source"]].blending_mode == "screen"
    assert layers[case["result"]].blending_mode == "normal"


def test_a_mask_means_its_layer(kinds):
    """The mask was active; the edit was of the layer it belongs to."""
    outcome, layers, _parents = kinds
    assert "mask of a layer" in outcome.report["cases"]
    case = outcome.report["cases"]["mask of a layer"]
    first = outcome.report["cases"]["masked"]
    one, other = (rgba(layers[each["result"]], SIZE) for each in (case, first))
    assert ImageChops.difference(one, other).getbbox() is None
