"""What became of a prompt: its history entry as a prediction, or why it was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from ...editing.errors import LayerEditError
from ...texts import N_, tr
from ..base import DeclinedError, Prediction, PredictionState
from ..net.own import OwnWording
from ..net.reading import error_text, read_json

NO_MEMORY = ("outofmemory", "out of memory", "allocation on device")
MODEL_FOLDERS = {"ckpt_name": "checkpoints", "unet_name": "diffusion_models", "vae_name": "vae",
                 "clip_name": "text_encoders", "lora_name": "loras"}  # fmt: skip
SHOWN = 3
"""Of the files there are, in a message about one that is not."""

LOST = N_(
    "ComfyUI does not know this edit any more, as after a restart; it cost nothing: edit again."
)
INTERRUPTED = N_("The edit was interrupted in ComfyUI; it cost nothing: edit again.")
NO_PICTURE = N_(
    "ComfyUI ended the edit without a picture; it cost nothing: the graph needs a SaveImage node."
)
OUT_OF_MEMORY = N_(
    "The GPU's memory was not enough for this edit (node {node}): close other programs that use "
    "it, take a smaller file of weights such as fp8, or choose a smaller size, then edit again."
)
BROKE = N_("ComfyUI failed at the node {node} ({said}); it cost nothing: edit again.")
NO_NODE = N_(
    "This ComfyUI has no node {node}, and nothing was started: update ComfyUI, or install what "
    "brings the node, then edit again."
)
NO_FILE = N_(
    "ComfyUI has no file '{file}' in models/{folder}, and nothing was started: put it there or "
    "choose one that it has ({there})."
)
BAD_INPUT = N_(
    "ComfyUI does not take the graph (node {node}: {said}), and nothing was started: correct the "
    "graph, then edit again."
)


def outcome(prompt_id: str, entry: Mapping[str, Any], wording: OwnWording) -> Prediction:
    """The prediction that a history entry tells of. Its outputs are queries for `/view`."""
    messages = dict(_messages(entry))
    for kind, words in (("execution_interrupted", INTERRUPTED), ("execution_error", "")):
        if kind in messages:
            sentence = tr(words) if words else _failure(messages[kind], wording)
            return Prediction(prompt_id, PredictionState.FAILED, error=sentence, cost=0.0)
    outputs = tuple(_pictures(entry.get("outputs")))
    if not outputs:
        return Prediction(prompt_id, PredictionState.FAILED, error=tr(NO_PICTURE), cost=0.0)
    return Prediction(
        prompt_id,
        PredictionState.COMPLETED,
        outputs=outputs,
        cost=0.0,
        inference_seconds=_seconds(messages),
    )


def refusal(body: bytes, wording: OwnWording) -> LayerEditError | None:
    """Why `/prompt` answered 400; None when it does not say so in its own form."""
    told = read_json(body)
    if not isinstance(told, dict):
        return None
    detail = wording.detail(body.decode("utf-8", "replace"))
    errors = told.get("node_errors")
    for node in errors.values() if isinstance(errors, dict) else ():
        if isinstance(node, dict):
            for one in node.get("errors") or ():
                if isinstance(one, dict):
                    return DeclinedError(_bad_input(node, one, wording), detail)
    missing = missing_node(body)
    if missing:
        return DeclinedError(tr(NO_NODE, node=wording.said(missing)), detail)
    said = wording.said(error_text(body))
    return DeclinedError(tr(BAD_INPUT, node="-", said=said), detail) if said else None


def missing_node(body: bytes) -> str:
    """The kind of node that `/prompt` says it has not, '' when it says something else."""
    told = read_json(body)
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict) or error.get("type") != "missing_node_type":
        return ""
    extra = error.get("extra_info")
    name = extra.get("class_type") if isinstance(extra, dict) else None
    return name if isinstance(name, str) else ""


def _bad_input(node: Mapping[str, Any], error: Mapping[str, Any], wording: OwnWording) -> str:
    extra = error.get("extra_info")
    extra = extra if isinstance(extra, dict) else {}
    name, value = extra.get("input_name"), extra.get("received_value")
    if error.get("type") == "value_not_in_list" and name in MODEL_FOLDERS:
        return no_file(str(value), MODEL_FOLDERS[name], _listed(extra.get("input_config")), wording)
    said = wording.said(f"{error.get('message') or ''}: {error.get('details') or ''}".strip(": "))
    return tr(BAD_INPUT, node=wording.said(str(node.get("class_type"))), said=said)


def no_file(file: str, folder: str, there: list[str], wording: OwnWording) -> str:
    """The sentence for a file of weights that ComfyUI does not have."""
    shown = ", ".join([*there[:SHOWN], "…"] if len(there) > SHOWN else there)
    return tr(
        NO_FILE,
        file=wording.said(file),
        folder=folder,
        there=wording.said(shown) or tr("it has none"),
    )


def _listed(config: Any) -> list[str]:
    """The choices in an input's configuration: [[…], {…}] or ["COMBO", {"options": […]}]."""
    parts = config if isinstance(config, list) else []
    for part in parts:
        choices = part.get("options") if isinstance(part, dict) else part
        if isinstance(choices, list):
            return [one for one in choices if isinstance(one, str)]
    return []


def _failure(error: Mapping[str, Any], wording: OwnWording) -> str:
    said = f"{error.get('exception_message') or error.get('exception_type') or ''}"
    node = wording.said(str(error.get("node_type") or error.get("node_id") or "?"))
    kinds = f"{error.get('exception_type')} {said}".lower()
    if any(words in kinds for words in NO_MEMORY):
        return tr(OUT_OF_MEMORY, node=node)
    return tr(BROKE, node=node, said=wording.said(said) or "-")


def _messages(entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    status = entry.get("status")
    messages = status.get("messages") if isinstance(status, dict) else None
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, list) and len(message) == 2 and isinstance(message[1], dict):
            yield str(message[0]), message[1]


def _seconds(messages: Mapping[str, Mapping[str, Any]]) -> float | None:
    """Between the messages of start and success, whose timestamps are in milliseconds."""
    start = messages.get("execution_start", {}).get("timestamp")
    end = messages.get("execution_success", {}).get("timestamp")
    if not isinstance(start, int | float) or not isinstance(end, int | float) or end <= start:
        return None
    return (end - start) / 1000


def _pictures(outputs: Any) -> Iterator[str]:
    """Saved pictures before those of previews, each as the query that `/view` takes."""
    found = [
        image
        for output in (outputs.values() if isinstance(outputs, dict) else ())
        for image in (output.get("images") if isinstance(output, dict) else None) or ()
        if isinstance(image, dict) and isinstance(image.get("filename"), str)
    ]
    for image in sorted(found, key=lambda one: one.get("type") != "output"):
        names = ("filename", "subfolder", "type")
        yield urlencode({name: str(image.get(name) or "") for name in names})
