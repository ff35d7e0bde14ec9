"""How far a prompt is, from what ComfyUI tells of its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..net.reading import as_number


class Progress:
    """Adds up the messages about one prompt.

    The work is in the samplers' steps: they are counted where the graph says how many there are
    (inputs named `steps`), and nodes are counted where it does not.
    """

    def __init__(self, prompt_id: str, graph: Mapping[str, Any]) -> None:
        self.fraction: float | None = None
        self.has_ended = False
        self._prompt_id = prompt_id
        self._steps = sum(_steps(node) for node in graph.values())
        self._nodes = len(graph)
        self._done: dict[str, float] = {}

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take note of a message; those of other prompts are ignored."""
        kind, data = message.get("type"), message.get("data")
        if not isinstance(data, dict) or data.get("prompt_id") != self._prompt_id:
            return
        if kind == "executing" and data.get("node") is None:
            # The last one, however it ended (main.py). 'execution_success' and its like come
            # before the history has the outcome.
            self.has_ended = True
        elif kind == "progress_state" and isinstance(data.get("nodes"), dict):
            for node_id, state in data["nodes"].items():
                if isinstance(state, dict):
                    self._count(node_id, state, state.get("state") == "finished")
        elif kind == "progress":
            self._count(str(data.get("node")), data, is_finished=False)

    def _count(self, node_id: str, state: Mapping[str, Any], is_finished: bool) -> None:
        value, most = as_number(state.get("value")), as_number(state.get("max"))
        if value is None or most is None or most <= 0:
            return
        if self._steps:
            # Loaders and decoders tell of their own steps in the same way: those of 1 are not it.
            self._done[node_id] = min(value, most) if most > 1 else 0.0
            reached = sum(self._done.values()) / self._steps
        elif self._nodes:
            self._done[node_id] = 1.0 if is_finished else min(1.0, value / most)
            reached = sum(self._done.values()) / self._nodes
        else:
            reached = value / most
        # Never back, and not done before the history says so.
        self.fraction = max(self.fraction or 0.0, min(0.99, reached))


def _steps(node: Any) -> float:
    inputs = node.get("inputs") if isinstance(node, dict) else None
    steps = as_number(inputs.get("steps")) if isinstance(inputs, dict) else None
    return max(0.0, steps or 0.0)
