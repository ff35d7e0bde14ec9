"""Where the plugin keeps its data: never inside its own folder, which an update removes.

The settings lie in the data folder, so another place for it cannot be one of them: a file in the
usual place names it.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

POINTER = "data-folder.txt"
"""In the usual data folder: the path of the one that the user has chosen in its place."""

NAME = "layer-edit"
"""Of a data folder wherever it is, so that nothing else of the user's ever lies in it."""


VARIABLE = "LAYER_EDIT_DATA"
"""Of the environment: the data folder, whatever the user has chosen."""


def data_folder() -> Path:
    """The user's data folder for Layer Edit, the same until Krita ends. It may not exist yet.

    LAYER_EDIT_DATA comes first, then the user's choice, if that folder is there, then the usual
    place.
    """
    override = os.environ.get(VARIABLE)
    return Path(override) if override else _found(default_folder())


@functools.cache
def _found(default: Path) -> Path:
    chosen = chosen_folder(default)
    return chosen if chosen is not None and chosen.is_dir() else default


def chosen_folder(default: Path) -> Path | None:
    """The folder that the user has chosen in place of `default`, there or not; None for none."""
    try:
        text = (default / POINTER).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return Path(text) if text and Path(text).is_absolute() else None


def choose_folder(parent: Path, default: Path) -> Path:
    """Make a data folder in `parent` the one that is used from the next start on; returns it.

    Nothing is moved. `parent` may be a data folder itself; the usual one takes the choice back.
    Raises OSError.
    """
    folder = parent if parent.name == NAME else parent / NAME
    if folder == default:
        (default / POINTER).unlink(missing_ok=True)
        return default
    folder.mkdir(parents=True, exist_ok=True)
    default.mkdir(parents=True, exist_ok=True)
    part = default / (POINTER + ".part")
    part.write_text(str(folder), "utf-8")
    part.replace(default / POINTER)
    return folder


def default_folder() -> Path:
    """The usual data folder of this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / NAME
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / NAME
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / NAME


def resources_folder() -> Path:
    """The resources: beside the code in an installed plugin, at the top of a checkout.

    Raises FileNotFoundError when neither is there: the installation is incomplete.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "resources", here.parent.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no resources folder beside {here}")
