"""Where this project keeps files outside the checkout: one folder in the user's cache."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> Path:
    """The project's cache folder; everything in it can be deleted at any time."""
    return _user_cache(platform, environment) / "layer-edit"


def _user_cache(platform: str, environment: Mapping[str, str]) -> Path:
    if platform == "win32" and environment.get("LOCALAPPDATA"):
        return Path(environment["LOCALAPPDATA"])
    if platform == "darwin":
        return Path.home() / "Library" / "Caches"
    chosen = environment.get("XDG_CACHE_HOME", "")
    # The XDG standard says that relative paths are to be ignored.
    return Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".cache"
