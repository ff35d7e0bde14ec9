"""A ComfyUI graph in API format with named placeholders, and how it is filled in.

Placeholders stand in the inputs of nodes: {{prompt}}, {{image_1}} ({{image}} for short) to
{{image_100}}, {{seed}}, {{width}}, {{height}}, {{checkpoint}}. One that is the whole text of an
input becomes a value of its kind (a number for seed and size), one within a text becomes text.

A node that holds the placeholder of a picture that is not given is left out, with every input it
feeds; a node that loses all its links by that is left out as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ...editing.errors import InputError
from ...texts import tr

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
NAMES = ("prompt", "seed", "width", "height", "checkpoint")
IMAGE = re.compile(r"image_([1-9][0-9]?|100)")
MAX_BYTES = 4 * 2**20
"""Of a graph's file."""

Value = str | int
Node = dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """Nodes by id, each with `class_type` and `inputs`; `name` is its file's, for messages."""

    name: str
    nodes: Mapping[str, Node]

    @classmethod
    def load(cls, path: Path) -> Graph:
        """Read and check a graph. Raises InputError that names what is wrong with it."""
        try:
            if path.stat().st_size > MAX_BYTES:
                raise InputError(
                    tr("The graph {name} is far too large: choose another file.", name=path.name)
                )
            data = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise InputError(
                tr(
                    "The graph {path} cannot be read as JSON: export it again from ComfyUI with "
                    "'Export (API)', or leave the setting empty.",
                    path=path,
                ),
                f"{type(error).__name__}: {error}",
            ) from error
        graph = cls(path.name, _checked(path.name, data))
        graph._check_placeholders()
        return graph

    def _check_placeholders(self) -> None:
        """Those that only make sense together are all there."""
        names = self.placeholders
        if "image_1" not in names:
            raise InputError(
                tr(
                    "The graph {name} takes no picture: put {placeholder} into the 'image' input "
                    "of its LoadImage node.",
                    name=self.name,
                    placeholder="{{image_1}}",
                )
            )
        for number in range(1, self.max_images + 1):
            if f"image_{number}" not in names:
                raise InputError(
                    tr(
                        "The graph {name} has pictures without {placeholder}: number them without "
                        "a gap.",
                        name=self.name,
                        placeholder=f"{{{{image_{number}}}}}",
                    )
                )
        if len({"width", "height"} & names) == 1:
            raise InputError(
                tr(
                    "The graph {name} has only one of {width} and {height}: use both or none.",
                    name=self.name,
                    width="{{width}}",
                    height="{{height}}",
                )
            )

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names of all placeholders in it."""
        return frozenset(
            name
            for node in self.nodes.values()
            for value in node["inputs"].values()
            for name in _names(value)
        )

    @cached_property
    def max_images(self) -> int:
        """How many pictures it takes."""
        return sum(bool(IMAGE.fullmatch(name)) for name in self.placeholders)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The kinds of nodes it needs, each once; optional ones are not among them."""
        needed = (node["class_type"] for node in self.nodes.values() if not _is_optional(node))
        return tuple(dict.fromkeys(needed))

    @property
    def asks_size(self) -> bool:
        """Whether it is told the output's size; else it keeps that of what it gets, or its own."""
        return {"width", "height"} <= self.placeholders

    def without(self, class_type: str) -> Graph | None:
        """The graph with its optional nodes of that kind bypassed; None when it has none.

        What a bypassed node was given goes to those that it fed.
        """
        gone = {
            node_id: next(filter(_is_link, node["inputs"].values()), None)
            for node_id, node in self.nodes.items()
            if node["class_type"] == class_type and _is_optional(node)
        }
        if not gone:
            return None
        kept = {
            node_id: _with_inputs(
                node,
                {
                    name: gone[value[0]] if _is_link(value) and value[0] in gone else value
                    for name, value in node["inputs"].items()
                },
            )
            for node_id, node in self.nodes.items()
            if node_id not in gone
        }
        return Graph(self.name, kept)

    def filled(self, values: Mapping[str, Value]) -> dict[str, Node]:
        """The prompt to send. `values` by placeholder; pictures not given are left out."""
        nodes = self._without_pictures(
            {name for name in self.placeholders if IMAGE.fullmatch(name)} - set(values)
        )
        return {
            node_id: {
                "class_type": node["class_type"],
                "inputs": {name: _filled(value, values) for name, value in node["inputs"].items()},
            }
            for node_id, node in nodes.items()
        }

    def _without_pictures(self, missing: set[str]) -> dict[str, Node]:
        nodes = dict(self.nodes)
        gone = {
            node_id
            for node_id, node in nodes.items()
            if any(missing & set(_names(value)) for value in node["inputs"].values())
        }
        while gone:
            nodes = {node_id: node for node_id, node in nodes.items() if node_id not in gone}
            starved = set()
            for node_id, node in nodes.items():
                inputs = node["inputs"]
                fed = {n: v for n, v in inputs.items() if not (_is_link(v) and v[0] in gone)}
                if len(fed) < len(inputs):
                    nodes[node_id] = _with_inputs(node, fed)
                    if not any(_is_link(value) for value in fed.values()):
                        starved.add(node_id)
            gone = starved
        return nodes


def _checked(name: str, data: Any) -> dict[str, Node]:
    if isinstance(data, dict) and isinstance(data.get("nodes"), list):
        raise InputError(
            tr(
                "The graph {name} is saved for ComfyUI's editor: export it with 'Export (API)'.",
                name=name,
            )
        )
    if not isinstance(data, dict) or not data:
        raise InputError(tr("The graph {name} holds no nodes: choose another file.", name=name))
    for node_id, node in data.items():
        _check_node(name, node_id, node, data)
    for node in data.values():
        node["inputs"] = {key: _one_name(value) for key, value in node["inputs"].items()}
    return data


def _check_node(name: str, node_id: str, node: Any, data: Mapping[str, Any]) -> None:
    if not isinstance(node, dict) or not isinstance(node.get("class_type"), str):
        raise InputError(
            tr(
                "Node '{node}' of the graph {name} has no class_type: export it again with "
                "'Export (API)'.",
                node=node_id,
                name=name,
            )
        )
    inputs = node.setdefault("inputs", {})
    if not isinstance(inputs, dict):
        raise InputError(
            tr(
                "The inputs of node '{node}' of the graph {name} are not named: export it again "
                "with 'Export (API)'.",
                node=node_id,
                name=name,
            )
        )
    for key, value in inputs.items():
        if _is_link(value) and value[0] not in data:
            raise InputError(
                tr(
                    "Input '{key}' of node '{node}' of the graph {name} comes from node "
                    "'{source}', which is not there: export it again.",
                    key=key,
                    node=node_id,
                    name=name,
                    source=value[0],
                )
            )
        for word in _names(_one_name(value)):
            if word not in NAMES and not IMAGE.fullmatch(word):
                raise InputError(
                    tr(
                        "Node '{node}' of the graph {name} has the placeholder '{word}', which is "
                        "none: those there are, are {known}.",
                        node=node_id,
                        name=name,
                        word=word,
                        known=", ".join((*NAMES, "image_1 … image_100")),
                    )
                )


def _one_name(value: Any) -> Any:
    """{{image}} is {{image_1}}."""
    if not isinstance(value, str):
        return value
    return re.sub(r"\{\{\s*image\s*\}\}", "{{image_1}}", value)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        for match in PLACEHOLDER.finditer(value):
            yield match[1]


def _filled(value: Any, values: Mapping[str, Value]) -> Any:
    if not isinstance(value, str):
        return value
    whole = PLACEHOLDER.fullmatch(value)
    if whole:
        return values[whole[1]]
    # In one go: a prompt that holds a placeholder's name stays as it is.
    return PLACEHOLDER.sub(lambda match: str(values[match[1]]), value)


def _is_link(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _is_optional(node: Node) -> bool:
    meta = node.get("_meta")
    return isinstance(meta, dict) and meta.get("optional") is True


def _with_inputs(node: Node, inputs: dict[str, Any]) -> Node:
    return {**node, "inputs": inputs}
