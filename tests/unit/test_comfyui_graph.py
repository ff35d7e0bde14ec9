"""Graphs of one's own: placeholders, pictures left out, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from layer_edit.backends.comfyui import Graph
from layer_edit.editing.errors import InputError

GRAPHS = Path(__file__).parents[2] / "resources" / "comfyui"
SHIPPED = sorted(GRAPHS.glob("*.json"))
LOAD = {"class_type": "LoadImage", "inputs": {"image": "{{image_1}}"}}
SAVE = {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}}


@pytest.fixture
def graph(tmp_path):
    """Makes a graph of nodes, or of anything."""

    def make(nodes):
        file = tmp_path / "own.json"
        file.write_text(nodes if isinstance(nodes, str) else json.dumps(nodes), "utf-8")
        return Graph.load(file)

    return make


def values(pictures=1):
    """What an edit with so many pictures fills in."""
    return {
        "prompt": "make it {{seed}}",
        "seed": 7,
        "width": 2048,
        "height": 1024,
        "checkpoint": "a.safetensors",
        **{f"image_{n}": f"layer_edit/{n}.png" for n in range(1, pictures + 1)},
    }


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
@pytest.mark.parametrize("pictures", [1, 3, 10])
def test_shipped_graphs_are_whole(file, pictures):
    """Every link leads to a node, no placeholder is left, and every picture has its input."""
    nodes = Graph.load(file).filled(values(pictures))
    assert "{{" not in json.dumps(nodes).replace("make it {{seed}}", "")
    for node in nodes.values():
        for value in node["inputs"].values():
            if isinstance(value, list):
                assert value[0] in nodes
    inputs = nodes["references"]["inputs"]
    assert sum(name.startswith("images.") for name in inputs) == pictures
    assert sum(node["class_type"] == "LoadImage" for node in nodes.values()) == pictures


def test_there_are_graphs_for_both_models():
    """Full and draft differ in steps, guidance, noise and sampler."""
    assert [file.stem for file in SHIPPED] == ["hidream-o1-draft", "hidream-o1-full"]


def test_placeholders_get_values_of_their_kind(graph):
    """Whole inputs become numbers, parts of a text become text; a prompt is never filled again."""
    nodes = graph(
        {
            "1": {"class_type": "LoadImage", "inputs": {"image": "{{ image }}"}},
            "2": {
                "class_type": "Any",
                "inputs": {
                    "text": "{{prompt}}",
                    "long": "edit: {{prompt}} ({{width}}×{{height}})",
                    "seed": "{{seed}}",
                    "other": ["1", 0],
                    "list": [1, 2, 3],
                    "number": 1.5,
                },
            },
        }
    ).filled(values())
    assert nodes["1"]["inputs"]["image"] == "layer_edit/1.png"
    assert nodes["2"]["inputs"] == {
        "text": "make it {{seed}}",
        "long": "edit: make it {{seed}} (2048×1024)",
        "seed": 7,
        "other": ["1", 0],
        "list": [1, 2, 3],
        "number": 1.5,
    }


def test_pictures_that_are_not_given_are_left_out_with_what_they_alone_feed(graph):
    """A scaling between picture and user goes too; the user stays with what it still gets."""
    made = graph(
        {
            "1": LOAD,
            "2": {"class_type": "LoadImage", "inputs": {"image": "{{image_2}}"}},
            "3": {"class_type": "ImageScale", "inputs": {"image": ["2", 0], "width": 8}},
            "4": {"class_type": "Edit", "inputs": {"image1": ["1", 0], "image2": ["3", 0]}},
            "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0]}},
        }
    )
    assert made.max_images == 2
    one = made.filled(values(1))
    assert sorted(one) == ["1", "4", "5"]
    assert one["4"]["inputs"] == {"image1": ["1", 0]}
    assert sorted(made.filled(values(2))) == ["1", "2", "3", "4", "5"]


def test_an_optional_node_is_bypassed(graph):
    """What it was given goes to those it fed; a needed one cannot be bypassed."""
    made = graph(
        {
            "1": LOAD,
            "2": {"class_type": "Nice", "inputs": {"image": ["1", 0]}, "_meta": {"optional": True}},
            "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}},
        }
    )
    assert made.classes == ("LoadImage", "SaveImage")
    simpler = made.without("Nice")
    assert simpler is not None
    assert simpler.filled(values())["3"]["inputs"] == {"images": ["1", 0]}
    assert made.without("SaveImage") is None
    assert made.without("") is None


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "holds no nodes"),
        ("{}", "holds no nodes"),
        ({"nodes": [], "links": []}, "Export (API)"),
        ({"1": LOAD, "2": 3}, "Node '2'"),
        ({"1": LOAD, "2": {"class_type": 3}}, "Node '2'"),
        ({"1": LOAD, "2": {"class_type": "X", "inputs": []}}, "inputs of node '2'"),
        ({"1": LOAD, "2": {"class_type": "X", "inputs": {"a": ["9", 0]}}}, "node '9'"),
        ({"1": LOAD, "2": {"class_type": "X", "inputs": {"a": "{{prmpt}}"}}}, "'prmpt'"),
        ({"1": LOAD, "2": {"class_type": "X", "inputs": {"a": "{{image_101}}"}}}, "'image_101'"),
        ({"1": LOAD, "2": {"class_type": "X", "inputs": {"a": "{{width}}"}}}, "only one of"),
        ({"1": LOAD, "2": {"class_type": "X", "inputs": {"a": "{{image_3}}"}}}, "{{image_2}}"),
        ({"2": {"class_type": "X", "inputs": {"a": "{{prompt}}"}}}, "takes no picture"),
        ({"2": {"class_type": "X", "inputs": {"a": "{{image_2}}"}}}, "takes no picture"),
    ],
)
def test_what_is_wrong_is_named(graph, nodes, words):
    """One sentence with the file's name, and what to do."""
    with pytest.raises(InputError) as caught:
        graph(nodes)
    assert words in caught.value.message
    assert "own.json" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_that_is_not_there(tmp_path):
    """Or a folder in its place."""
    for path in (tmp_path / "gone.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            Graph.load(path)
