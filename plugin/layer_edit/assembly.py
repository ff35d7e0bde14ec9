"""The table of backends: adding one is a module and a line here."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from .backends.base import Backend
from .editing.errors import InputError
from .editing.geometry import Size
from .editing.limits import ImageLimits
from .jobs.journal import Journal
from .paths import data_folder, resources_folder
from .settings import Settings
from .texts import N_, tr

Keys = Callable[[str], str]
"""Gives the API key of a backend, '' for none."""


def no_keys(_backend: str) -> str:
    """For a backend that is asked what it takes, and for nothing of the service."""
    return ""


def _offline(_settings: Settings, _keys: Keys) -> Backend:
    from .backends.offline import OfflineBackend  # noqa: PLC0415 - Krita's start must not pay for it

    return OfflineBackend()


def _wavespeed(settings: Settings, keys: Keys) -> Backend:
    from .backends.wavespeed import (  # noqa: PLC0415
        FileUploads,
        ModelTable,
        WaveSpeedBackend,
        WaveSpeedOptions,
    )

    return WaveSpeedBackend(
        keys("wavespeed"),
        ModelTable.load(resources_folder() / "models.json"),
        WaveSpeedOptions(
            base_url=settings.wavespeed_url,
            ca_bundle=settings.ca_bundle,
            proxy=settings.proxy,
            sync_mode=settings.sync_mode,
            base64_output=settings.base64_output,
        ),
        uploads=FileUploads(data_folder() / "uploads.json"),
        known_ids=_known_ids,
        concurrency=settings.slots,
    )


def _comfyui(settings: Settings, _keys: Keys) -> Backend:
    from .backends.comfyui import ComfyUIBackend, ComfyUIOptions  # noqa: PLC0415

    return ComfyUIBackend(
        ComfyUIOptions(
            graphs=resources_folder() / "comfyui",
            base_url=settings.comfyui_url,
            graph=Path(settings.comfyui_graph).expanduser() if settings.comfyui_graph else None,
            checkpoint=settings.comfyui_checkpoint,
            ca_bundle=settings.ca_bundle,
            proxy=settings.proxy,
        ),
        _limits(),
        settings.own_slots,
    )


def _openai_images(settings: Settings, keys: Keys) -> Backend:
    from .backends.openai_images import (  # noqa: PLC0415
        OpenAIImagesBackend,
        OpenAIImagesOptions,
        left_out,
    )

    return OpenAIImagesBackend(
        keys("openai-images"),
        OpenAIImagesOptions(
            base_url=settings.images_url,
            model=settings.images_model,
            left_out=left_out(settings.images_left_out),
            plain_key=settings.images_plain_key,
            ca_bundle=settings.ca_bundle,
            proxy=settings.proxy,
        ),
        _limits(),
        settings.own_slots,
    )


def _limits() -> ImageLimits:
    """What HiDream-O1 takes, wherever it runs."""
    from .backends.wavespeed import ModelTable  # noqa: PLC0415

    return ModelTable.load(resources_folder() / "models.json").get("").limits


def _known_ids() -> set[str]:
    """Predictions that other jobs have already: a lost request is none of them."""
    records = Journal(data_folder() / "jobs").records()
    return {record.prediction.id for record in records if record.prediction}


TITLES = {
    "offline": N_("Offline adjustments"),
    "wavespeed": N_("WaveSpeed (HiDream-O1)"),
    "comfyui": N_("ComfyUI (own GPU)"),
    "openai-images": N_("OpenAI-style server (own GPU)"),
}
"""What users choose from, in this order."""

_QUALITY = {"full": N_("Full"), "draft": N_("Draft")}
MODELS: dict[str, dict[str, str]] = {"wavespeed": _QUALITY, "comfyui": _QUALITY}
"""Of backends with a choice of quality: its models by key, with their titles in English."""

_MAKERS: dict[str, Callable[[Settings, Keys], Backend]] = {
    "offline": _offline,
    "wavespeed": _wavespeed,
    "comfyui": _comfyui,
    "openai-images": _openai_images,
}


def make_backend(key: str, settings: Settings, keys: Keys) -> Backend:
    """Make the backend of that key. Raises InputError for an unknown one."""
    if key not in _MAKERS:
        raise InputError(
            tr(
                "There is no backend '{key}': choose one of {backends}.",
                key=key,
                backends=", ".join(_MAKERS),
            )
        )
    return _MAKERS[key](settings, keys)


def service_sizes() -> tuple[Size, ...]:
    """The output sizes WaveSpeed's default model makes, in pixels."""
    return _limits().sizes


def service_prices() -> dict[str, float]:
    """What an edit costs by WaveSpeed's model, in US dollars, as the plugin's own table has it."""
    from .backends.wavespeed import ModelTable  # noqa: PLC0415

    table = ModelTable.load(resources_folder() / "models.json")
    return {key: table.get(key).price for key in table.keys}


def list_price(backend: str, model: str) -> float | None:
    """What an edit costs in US dollars as far as it is known without asking.

    None where nothing costs, and for a model that is not in WaveSpeed's table. Reads a small file.
    """
    if backend != "wavespeed":
        return None
    from .backends.wavespeed import ModelTable  # noqa: PLC0415

    table = ModelTable.load(resources_folder() / "models.json")
    return None if model and model not in table.keys else table.get(model).price


def import_backends() -> None:
    """Import what the makers import on first use. For a worker thread."""
    for module in ("offline", "wavespeed", "comfyui", "openai_images"):
        importlib.import_module(f".backends.{module}", __package__)
