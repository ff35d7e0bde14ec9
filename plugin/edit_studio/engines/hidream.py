"""HiDream-O1-Image in this process: the upstream pipeline, out of a checkout and a weights folder.

Nothing of upstream is copied: its `generate_image` is imported from the checkout and called with
the arguments its own `inference.py` uses for the full and the distilled model (github.com/
HiDream-ai/HiDream-O1-Image, May 2026). torch, transformers and upstream's other requirements must
be in the Python that runs the worker.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import inspect
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layer_edit.backends.base import Stage, Watch
from layer_edit.backends.offline.codec import encode
from layer_edit.editing.errors import CancelledError
from layer_edit.editing.geometry import Size
from layer_edit.editing.request import EditRequest, EncodedImage

from ..protocol import INTERNAL
from ..settings import Settings
from .base import Edited, EngineStartError, FailedError

GIGABYTE = 10**9
DEFAULT_SIZE = Size(2048, 2048)
ARGUMENTS = (
    "model", "processor", "prompt", "ref_image_paths", "height", "width", "num_inference_steps",
    "guidance_scale", "shift", "timesteps_list", "scheduler_name", "seed", "callback",
)  # fmt: skip
"""What `generate_image` must take; older checkouts lack the callback."""

SPECIAL_TOKENS = {
    f"{name}_token": f"<|{name}_token|>" for name in ("boi", "bor", "eor", "bot", "tms")
}
"""Upstream's pipeline looks for these attributes of the tokenizer."""


class _Stop(BaseException):
    """Ends the pipeline from within its callback: it swallows every Exception raised there."""


@dataclass(frozen=True)
class _Loaded:
    generate: Callable[..., Any]
    timesteps: Sequence[int]
    model: Any
    processor: Any
    torch: Any


class HiDreamEngine:
    """One model in one GPU's memory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loaded: _Loaded | None = None

    def prepare(self) -> str:
        """Check the folders, the GPU's memory and the pipeline, then load the weights."""
        checkout = _folder("STUDIO_HIDREAM_CHECKOUT", self._settings.hidream_checkout)
        weights = _folder("STUDIO_HIDREAM_WEIGHTS", self._settings.hidream_weights)
        source = checkout / "models" / "pipeline.py"
        if not source.is_file():
            raise EngineStartError(
                f"STUDIO_HIDREAM_CHECKOUT has no models/pipeline.py ({checkout}): "
                "name a checkout of HiDream-O1-Image."
            )
        if str(checkout) not in sys.path:
            sys.path.insert(0, str(checkout))
        try:
            torch = importlib.import_module("torch")
            _check_memory(torch, self._settings.hidream_gigabytes)
            _check_attention(source)
            pipeline = importlib.import_module("models.pipeline")
            _check_arguments(pipeline.generate_image)
            self._loaded = _load(torch, pipeline, weights)
        except ImportError as error:
            raise EngineStartError(
                f"HiDream-O1-Image cannot be loaded ({error}): install its requirements.txt into "
                f"the Python that runs the worker, {sys.executable}."
            ) from error
        return f"HiDream-O1-Image ({self._settings.hidream_type}) is loaded from {weights}."

    def run(self, request: EditRequest, watch: Watch) -> Edited:
        """One edit; progress after each step, and a cancel ends it after the step."""
        if self._loaded is None:
            raise FailedError(INTERNAL, "The model is not loaded.")
        try:
            with tempfile.TemporaryDirectory() as folder:
                paths = [
                    _written(Path(folder), number, image)
                    for number, image in enumerate(request.images)
                ]
                picture = self._generate(self._loaded, request, paths, watch)
            return Edited(encode(picture, request.output_format))
        finally:
            # What a cancelled pipeline held is freed here, not when the next one needs it.
            gc.collect()
            self._loaded.torch.cuda.empty_cache()

    def _generate(
        self, loaded: _Loaded, request: EditRequest, paths: list[str], watch: Watch
    ) -> Any:
        cancelled: list[str] = []

        def callback(step: int, steps: int, _preview: object) -> None:
            watch.report(Stage.RUNNING, (step + 1) / steps)
            try:
                watch.check()
            except CancelledError as error:
                # The text alone: the error's frames hold all of the pipeline's memory.
                cancelled.append(error.message)
                raise _Stop from None

        size = request.size or DEFAULT_SIZE
        watch.check()
        try:
            return loaded.generate(
                model=loaded.model,
                processor=loaded.processor,
                prompt=request.instruction,
                ref_image_paths=paths,
                height=size.height,
                width=size.width,
                seed=request.seed,
                callback=callback,
                **self._schedule(loaded, len(paths)),
            )
        except _Stop:
            end: Exception = CancelledError(cancelled[0])
        except loaded.torch.cuda.OutOfMemoryError:
            end = FailedError(
                INTERNAL,
                "The GPU's memory was not enough for this edit, and nothing was charged: "
                "try fewer reference pictures.",
            )
        # Outside of the handlers, so that nothing holds the pipeline's frames and their memory.
        raise end

    def _schedule(self, loaded: _Loaded, images: int) -> dict[str, Any]:
        """Steps and scheduler as upstream's own command line has them."""
        if self._settings.hidream_type == "full":
            return {
                "num_inference_steps": 50,
                "guidance_scale": 5.0,
                "shift": 3.0,
                "timesteps_list": None,
                "scheduler_name": "default",
            }
        dev = {
            "num_inference_steps": 28,
            "guidance_scale": 0.0,
            "shift": 1.0,
            "timesteps_list": loaded.timesteps,
        }
        if images == 1:
            return {**dev, "scheduler_name": "flow_match"}
        noise = {"noise_scale_start": 7.5, "noise_scale_end": 7.5, "noise_clip_std": 2.5}
        return {**dev, "scheduler_name": "flash", **noise}


def _folder(name: str, text: str) -> Path:
    if not text or not Path(text).is_dir():
        raise EngineStartError(f"{name} names no folder ('{text}'): the engine hidream needs it.")
    return Path(text).resolve()


def _check_memory(torch: Any, needed: float) -> None:
    if not torch.cuda.is_available():
        raise EngineStartError("torch finds no CUDA GPU here, and HiDream-O1-Image needs one.")
    free = torch.cuda.mem_get_info()[0] / GIGABYTE
    if free < needed:
        raise EngineStartError(
            f"The GPU has {free:.1f} GB of free memory and HiDream-O1-Image needs {needed:g}: "
            "end what else uses it, or take a larger one (STUDIO_HIDREAM_GIGABYTES sets the "
            "figure)."
        )


def _check_attention(source: Path) -> None:
    wanted = '"use_flash_attn": True' in source.read_text("utf-8")
    if wanted and importlib.util.find_spec("flash_attn") is None:
        raise EngineStartError(
            "flash-attn is not installed, and the checkout's models/pipeline.py asks for it: "
            'install it, or set "use_flash_attn": False there, as upstream\'s README says.'
        )


def _check_arguments(generate: Callable[..., Any]) -> None:
    lacking = [name for name in ARGUMENTS if name not in inspect.signature(generate).parameters]
    if lacking:
        raise EngineStartError(
            f"The checkout's generate_image takes no {', '.join(lacking)}: "
            "update it to a version of May 2026 or later."
        )


def _load(torch: Any, pipeline: Any, weights: Path) -> _Loaded:
    transformers = importlib.import_module("transformers")
    models = importlib.import_module("models.qwen3_vl_transformers")
    processor = transformers.AutoProcessor.from_pretrained(str(weights))
    model = models.Qwen3VLForConditionalGeneration.from_pretrained(
        str(weights), torch_dtype=torch.bfloat16, device_map="cuda"
    ).eval()
    tokenizer = getattr(processor, "tokenizer", processor)
    for name, token in SPECIAL_TOKENS.items():
        setattr(tokenizer, name, token)
    return _Loaded(pipeline.generate_image, pipeline.DEFAULT_TIMESTEPS, model, processor, torch)


def _written(folder: Path, number: int, image: EncodedImage) -> str:
    """The pipeline takes paths."""
    path = folder / f"{number}.{image.mime.removeprefix('image/')}"
    path.write_bytes(image.data)
    return str(path)
