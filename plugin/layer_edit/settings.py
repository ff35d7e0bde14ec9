"""The user's choices, kept as one JSON file in the data folder."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from .jobs.journal import write_atomically

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """`backend` is the chosen backend's key; `wavespeed_url` the service's base address."""

    backend: str = "offline"
    wavespeed_url: str = "https://api.wavespeed.ai/api/v3"


def load(folder: Path) -> Settings:
    """Read the settings; what is missing, unknown or of the wrong type takes its default."""
    try:
        data: Any = json.loads((folder / "settings.json").read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        _log.warning("settings cannot be read, using the defaults: %s", error)
        return Settings()
    if not isinstance(data, dict):
        return Settings()
    default = Settings()
    for field in fields(Settings):
        value = data.get(field.name)
        if isinstance(value, type(getattr(default, field.name))):
            default = replace(default, **{field.name: value})
    return default


def save(settings: Settings, folder: Path) -> None:
    """Write the settings. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(settings), indent=1, ensure_ascii=False)
    write_atomically(folder / "settings.json", text.encode())
