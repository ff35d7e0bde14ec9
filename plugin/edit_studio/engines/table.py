"""Engines by name, and the models a studio with that engine serves."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial

from layer_edit.backends.wavespeed import ModelTable
from layer_edit.paths import resources_folder

from ..settings import Settings, SettingsError
from .backend import BackendEngine
from .base import Engine

BACKENDS: dict[str, Mapping[str, str]] = {
    "offline": {},
    "comfyui": {
        "comfyui_url": "engine_url",
        "comfyui_checkpoint": "engine_model",
        "comfyui_graph": "engine_graph",
    },
    "openai-images": {
        "images_url": "engine_url",
        "images_model": "engine_model",
        "images_left_out": "engine_left_out",
    },
}
"""The plugin's backends that are engines too: field of its settings -> field of the studio's."""


def _backend(key: str, settings: Settings) -> Engine:
    from layer_edit import assembly, keys, paths  # noqa: PLC0415
    from layer_edit import settings as plugin  # noqa: PLC0415

    told = {name: getattr(settings, ours) for name, ours in BACKENDS[key].items()}
    chosen = plugin.Settings(**{name: value for name, value in told.items() if value})
    store = keys.KeyStore(paths.data_folder())
    return BackendEngine(assembly.make_backend(key, chosen, store.get))


def _hidream(settings: Settings) -> Engine:
    from .hidream import HiDreamEngine  # noqa: PLC0415

    return HiDreamEngine(settings)


ENGINES: dict[str, Callable[[Settings], Engine]] = {
    "hidream": _hidream,
    **{key: partial(_backend, key) for key in BACKENDS},
}
"""Each imports its own only when it is chosen."""

HIDREAM_MODELS = {"full": "full", "dev": "draft"}
"""STUDIO_HIDREAM_TYPE -> key of the model it is."""


def make_engine(settings: Settings) -> Engine:
    """The engine that is set. Raises SettingsError for a name that is not known."""
    if settings.engine in ENGINES:
        return ENGINES[settings.engine](settings)
    module, colon, name = settings.engine.partition(":")
    if not colon:
        raise SettingsError(
            f"STUDIO_ENGINE is '{settings.engine}' and must be one of {', '.join(ENGINES)}, "
            "or module:Class."
        )
    try:
        engine: Engine = getattr(importlib.import_module(module), name)(settings)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"STUDIO_ENGINE cannot be loaded: {error}.") from error
    return engine


def model_table() -> ModelTable:
    """The plugin's models. Raises NotSetUpError when the file is missing."""
    return ModelTable.load(resources_folder() / "models.json")


def served_models(settings: Settings) -> dict[str, str]:
    """Ids and titles. HiDream's weights are those of one model; other engines serve all."""
    table = model_table()
    keys = table.keys
    if settings.engine == "hidream":
        keys = (HIDREAM_MODELS[settings.hidream_type],)
    return {model.id: model.title for model in map(table.get, keys)}
