"""The table of models: what each takes and costs, read from resources/models.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...editing.geometry import Size
from ...editing.limits import ImageLimits
from ...texts import tr
from ..base import NotSetUpError

SERVICE = "wavespeed"
"""This backend's section of the file."""


@dataclass(frozen=True)
class Parameters:
    """The names a model gives its inputs; '' for one it does not have.

    WaveSpeed drops an input of an unknown name without a word and bills the task all the same, so
    a name is part of the table and never guessed.
    """

    prompt: str
    images: str
    size: str = ""
    format: str = ""
    seed: str = ""
    sync: str = ""
    base64: str = ""


@dataclass(frozen=True)
class EditModel:
    """One model. `price` is in US dollars an edit, `max_image_bytes` a limit for each picture."""

    key: str
    id: str
    title: str
    price: float
    sizes: tuple[Size, ...]
    formats: tuple[str, ...]
    input_types: tuple[str, ...]
    seeds: range
    max_images: int
    max_ratio: float
    max_image_bytes: int
    alpha: bool
    parameters: Parameters

    @property
    def limits(self) -> ImageLimits:
        """What it takes, as the rest of the program asks it."""
        return ImageLimits(self.sizes, self.max_ratio, self.alpha, self.max_images, redraws=True)

    def nearest_size(self, size: Size) -> Size:
        """Of the sizes it makes, the one of the nearest width/height ratio: its own rule."""
        return min(self.sizes, key=lambda one: abs(one.ratio - size.ratio))


@dataclass(frozen=True)
class ModelTable:
    """All models of this service, by key."""

    models: tuple[EditModel, ...]
    default: str

    @classmethod
    def load(cls, path: Path) -> ModelTable:
        """Read the table. Raises NotSetUpError when the file is missing or not understood."""
        try:
            section = json.loads(path.read_text("utf-8"))[SERVICE]
            shared = section["shared"]
            models = tuple(
                _model(key, {**shared, **entry}) for key, entry in section["models"].items()
            )
            table = cls(models, section["default"])
            table.get("")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSetUpError(
                tr(
                    "The model table {file} cannot be read, so nothing can be sent: install "
                    "Layer Edit again.",
                    file=path.name,
                ),
                f"{path}: {type(error).__name__}: {error}",
            ) from error
        return table

    def get(self, key: str) -> EditModel:
        """The model of that key, the default one for ''. Raises KeyError for an unknown key."""
        wanted = key or self.default
        for model in self.models:
            if model.key == wanted:
                return model
        raise KeyError(wanted)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in the file's order."""
        return tuple(model.key for model in self.models)


def _model(key: str, entry: Mapping[str, Any]) -> EditModel:
    sizes = tuple(Size.parse(text) for text in entry["sizes"])
    first, last = entry["seed_range"]
    if not sizes or not entry["formats"] or not entry["id"]:
        raise ValueError(f"model '{key}' lacks an id, sizes or formats")
    return EditModel(
        key=key,
        id=str(entry["id"]),
        title=str(entry["title"]),
        price=float(entry["price_usd"]),
        sizes=sizes,
        formats=tuple(entry["formats"]),
        input_types=tuple(entry["input_types"]),
        seeds=range(int(first), int(last) + 1),
        max_images=int(entry["max_images"]),
        max_ratio=float(entry["max_ratio"]),
        max_image_bytes=int(entry["max_image_megabytes"] * 2**20),
        alpha=bool(entry["alpha"]),
        parameters=Parameters(**entry["parameters"]),
    )
