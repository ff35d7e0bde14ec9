"""Whether a ComfyUI has what a graph needs: its nodes, and the weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...texts import N_, tr
from ..base import Health, NotSetUpError
from ..net.own import During, OwnWording
from .client import Client
from .graph import Graph
from .listener import library
from .outcome import NO_NODE, no_file

WEIGHTS = "hidream_o1"
"""In the name of every file of HiDream-O1's weights; those of the draft have 'dev' in it too."""

NO_WEIGHTS = N_(
    "This ComfyUI has no weights of HiDream-O1: put a file such as {file} into its folder "
    "models/checkpoints, or name yours in the settings."
)


class Readiness:
    """Asks, and names what is missing. `checkpoint`: the file of weights that is set, or ''."""

    def __init__(self, client: Client, wording: OwnWording, checkpoint: str) -> None:
        self._client = client
        self._wording = wording
        self._wanted = checkpoint

    def check(self, graph: Graph, address: str) -> Health:
        """Look for the version, every node and the weights. Raises NetworkError, NotSetUpError."""
        system = self._client.system()
        version = str(system["system"].get("comfyui_version") or "?")[:20]
        for class_type in sorted(graph.classes, key=lambda one: not one.startswith("HiDreamO1")):
            if self._client.node(class_type) is None:
                raise NotSetUpError(tr(NO_NODE, node=class_type), f"ComfyUI {version}")
        used = graph.name
        if "checkpoint" in graph.placeholders:
            used = self.checkpoint("", During.ASK)
        device = _device(system)
        sentence = tr(
            "ComfyUI {version} on {device} is ready, with {graph}.",
            version=version,
            device=device,
            graph=used,
        )
        if library() is None:
            sentence += " " + tr(
                "The library websocket-client is missing, so it cannot tell how far an edit is."
            )
        details = {"base URL": address, "version": version, "device": device, "graph": used}
        return Health(sentence, details=details)

    def checkpoint(self, model: str, during: During) -> str:
        """The file of weights: the one that is set, or the first of HiDream-O1 there is.

        Raises NotSetUpError when ComfyUI does not have it.
        """
        there = self._client.choices("CheckpointLoaderSimple", "ckpt_name", during)
        if self._wanted:
            if there and self._wanted not in there:
                raise NotSetUpError(no_file(self._wanted, "checkpoints", there, self._wording))
            return self._wanted
        is_draft = model == "draft"
        for name in there:
            if WEIGHTS in name.lower() and ("dev" in name.lower()) == is_draft:
                return name
        file = f"hidream_o1_image_{'dev_' if is_draft else ''}fp8_scaled.safetensors"
        raise NotSetUpError(tr(NO_WEIGHTS, file=file))


def _device(system: Mapping[str, Any]) -> str:
    devices = system.get("devices")
    first = devices[0] if isinstance(devices, list) and devices else None
    if not isinstance(first, dict):
        return "?"
    name, memory = str(first.get("name") or "?")[:80], first.get("vram_total")
    return f"{name} ({memory / 2**30:.0f} GB)" if isinstance(memory, int | float) else name
