"""In the place of upstream's pipeline: its signature, and that it swallows what a callback raises.

It takes memory for the latent picture and for each step, and gives a picture of one colour.
"""

from contextlib import suppress
from typing import Any

import torch
from PIL import Image

DEFAULT_TIMESTEPS = list(range(999, 0, -36))
NOISE_SCALE = 8.0
STEP_BYTES = 10**9
calls: list[dict[str, Any]] = []


def generate_image(
    model: Any,
    processor: Any,
    prompt: str,
    ref_image_paths: list[str] | None = None,
    height: int = 1440,
    width: int = 2560,
    num_inference_steps: int = 50,
    guidance_scale: float = 5.0,
    shift: float = 3.0,
    timesteps_list: list[int] | None = None,
    scheduler_name: str = "default",
    seed: int = 42,
    noise_scale_start: float = NOISE_SCALE,
    noise_scale_end: float = NOISE_SCALE,
    noise_clip_std: float = 0.0,
    keep_original_aspect: bool = False,
    layout_bboxes: str | None = None,
    callback: Any = None,
) -> Image.Image:
    """One picture; `calls` keeps what it was asked for."""
    told = {name: value for name, value in locals().items() if name != "callback"}
    told["references"] = []
    for path in ref_image_paths or []:
        with Image.open(path) as opened:
            told["references"].append(opened.size)
    calls.append(told)
    latent = torch.Tensor(STEP_BYTES)
    for step in range(num_inference_steps):
        prediction = torch.Tensor(STEP_BYTES)
        if callback is not None:
            with suppress(Exception):
                callback(step, num_inference_steps, lambda kept=(latent, prediction): kept)
    return Image.new("RGB", (width, height), (seed % 256, 0, 0))
