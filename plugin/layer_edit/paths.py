"""Where the plugin keeps its data: never inside its own folder, which an update removes."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """The user's data folder for Layer Edit; LAYER_EDIT_DATA overrides it. It may not exist yet."""
    override = os.environ.get("LAYER_EDIT_DATA")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "layer-edit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "layer-edit"
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "layer-edit"


def resources_folder() -> Path:
    """The resources: beside the code in an installed plugin, at the top of a checkout.

    Raises FileNotFoundError when neither is there: the installation is incomplete.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "resources", here.parent.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no resources folder beside {here}")
