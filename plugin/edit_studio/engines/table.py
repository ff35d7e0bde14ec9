"""Engines by name, and the models a studio with that engine serves."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from layer_edit.backends.wavespeed import ModelTable
from layer_edit.paths import resources_folder

from ..settings import Settings, SettingsError
from .backend import BackendEngine
from .base import Engine


def _offline(_settings: Settings) -> Engine:
    from layer_edit.backends.offline.backend import OfflineBackend  # noqa: PLC0415

    return BackendEngine(OfflineBackend())


def _hidream(settings: Settings) -> Engine:
    from .hidream import HiDreamEngine  # noqa: PLC0415

    return HiDreamEngine(settings)


ENGINES: dict[str, Callable[[Settings], Engine]] = {
    "hidream": _hidream,
    "offline": _offline,
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
