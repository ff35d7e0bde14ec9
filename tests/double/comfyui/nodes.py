"""The kinds of nodes the double has, with their inputs as `/object_info` tells them (0.26)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

CHECKPOINT = "hidream_o1_image_fp8_scaled.safetensors"
DRAFT = "hidream_o1_image_dev_fp8_scaled.safetensors"

LINKED = ("MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "SAMPLER", "SIGMAS", "IMAGE")
"""Kinds of values that only another node can give."""

NODES: dict[str, dict[str, Any]] = {
    "CheckpointLoaderSimple": {"ckpt_name": [[CHECKPOINT, DRAFT]]},
    "ModelNoiseScale": {"model": ["MODEL"], "noise_scale": ["FLOAT"]},
    "HiDreamO1PatchSeamSmoothing": {
        "model": ["MODEL", {}],
        "start_percent": ["FLOAT", {}],
        "end_percent": ["FLOAT", {}],
        "pattern": ["COMBO", {"options": ["single_shift", "symmetric"]}],
        "passes": ["COMBO", {"options": ["2", "4", "ramp_2_4", "ramp_2_4_8"]}],
        "blend": ["COMBO", {"options": ["average", "window", "median"]}],
        "strength": ["FLOAT", {}],
    },
    "CLIPTextEncode": {"text": ["STRING"], "clip": ["CLIP"]},
    "LoadImage": {"image": [[]]},
    "ImageInvert": {"image": ["IMAGE"]},
    "ImageScale": {"image": ["IMAGE"]},
    "HiDreamO1ReferenceImages": {
        "positive": ["CONDITIONING", {}],
        "negative": ["CONDITIONING", {}],
        "images": [
            "COMFY_AUTOGROW_V3",
            {"template": {"names": [f"image_{n}" for n in range(1, 11)], "min": 1}},
        ],
    },
    "EmptyHiDreamO1LatentImage": {
        "width": ["INT", {"min": 64, "max": 4096, "step": 32}],
        "height": ["INT", {"min": 64, "max": 4096, "step": 32}],
        "batch_size": ["INT", {}],
    },
    "BasicScheduler": {
        "model": ["MODEL", {}],
        "scheduler": ["COMBO", {"options": ["normal", "simple", "beta"]}],
        "steps": ["INT", {}],
        "denoise": ["FLOAT", {}],
    },
    "KSamplerSelect": {
        "sampler_name": ["COMBO", {"options": ["euler", "lcm", "dpmpp_2m_sde_gpu"]}]
    },
    "SamplerLCM": {
        "s_noise": ["FLOAT", {}],
        "s_noise_end": ["FLOAT", {}],
        "noise_clip_std": ["FLOAT", {}],
    },
    "SamplerCustom": {
        "model": ["MODEL", {}],
        "add_noise": ["BOOLEAN", {}],
        "noise_seed": ["INT", {"min": 0, "max": 2**64 - 1}],
        "cfg": ["FLOAT", {}],
        "positive": ["CONDITIONING", {}],
        "negative": ["CONDITIONING", {}],
        "sampler": ["SAMPLER", {}],
        "sigmas": ["SIGMAS", {}],
        "latent_image": ["LATENT", {}],
    },
    "VAEDecode": {"samples": ["LATENT"], "vae": ["VAE"]},
    "SaveImage": {"images": ["IMAGE"], "filename_prefix": ["STRING"]},
    "PreviewImage": {"images": ["IMAGE"]},
}
OUTPUT_NODES = ("SaveImage", "PreviewImage")


def info(class_type: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `/object_info`."""
    return {
        "input": {"required": dict(inputs)},
        "input_order": {"required": list(inputs)},
        "name": class_type,
        "output_node": class_type in OUTPUT_NODES,
    }


def problem(
    graph: Mapping[str, Any], nodes: Mapping[str, Any], files: Set[str]
) -> dict[str, Any] | None:
    """Why `/prompt` refuses a graph, as the body of its answer 400; None when it does not.

    `nodes` as NODES; `files` are the pictures that were uploaded.
    """
    for node_id, node in graph.items():
        if node["class_type"] not in nodes:
            return _told(
                "missing_node_type",
                f"Node '{node['class_type']}' not found. The custom node may not be installed.",
                f"Node ID '#{node_id}'",
                {"node_id": node_id, "class_type": node["class_type"]},
            )
    if not any(node["class_type"] in OUTPUT_NODES for node in graph.values()):
        return _told("prompt_no_outputs", "Prompt has no outputs", "", {})
    errors = {}
    for node_id, node in graph.items():
        found = list(_errors(node, nodes[node["class_type"]], files))
        if found:
            errors[node_id] = {
                "errors": found,
                "dependent_outputs": ["result"],
                "class_type": node["class_type"],
            }
    if not errors:
        return None
    refused = _told("prompt_outputs_failed_validation", "Prompt outputs failed validation", "", {})
    return {**refused, "node_errors": errors}


def _errors(node: Mapping[str, Any], inputs: Mapping[str, Any], files: Set[str]) -> Any:
    given = node["inputs"]
    for name, config in inputs.items():
        if config[0] == "COMFY_AUTOGROW_V3":
            if not any(one.startswith(f"{name}.") for one in given):
                yield _error("required_input_missing", "Required input is missing", name, None)
        elif name not in given:
            yield _error("required_input_missing", "Required input is missing", name, None)
        elif config[0] in LINKED and not isinstance(given[name], list):
            yield _error("bad_linked_input", "Bad linked input", name, given[name])
        elif config[0] == "INT" and not isinstance(given[name], int):
            yield _error("invalid_input_type", "Failed to convert", name, given[name])
        else:
            yield from _choice_errors(name, config, given[name])
    if node["class_type"] == "LoadImage" and given.get("image") not in files:
        text = f"image - Invalid image file: {given.get('image')}"
        yield {
            "type": "custom_validation_failed",
            "message": "Custom validation failed for node",
            "details": text,
            "extra_info": {"input_name": "image", "received_value": given.get("image")},
        }


def _choice_errors(name: str, config: Any, value: Any) -> Any:
    choices = config[0] if isinstance(config[0], list) else (config[1:] or [{}])[0].get("options")
    if name != "image" and choices is not None and value not in choices:
        yield {
            "type": "value_not_in_list",
            "message": "Value not in list",
            "details": f"{name}: '{value}' not in {choices}",
            "extra_info": {
                "input_name": name,
                "input_config": config,
                "received_value": value,
            },
        }


def _error(kind: str, message: str, name: str, value: Any) -> dict[str, Any]:
    extra = {"input_name": name, "received_value": value}
    return {"type": kind, "message": message, "details": name, "extra_info": extra}


def _told(kind: str, message: str, details: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    error = {"type": kind, "message": message, "details": details, "extra_info": extra}
    return {"error": error, "node_errors": {}}
