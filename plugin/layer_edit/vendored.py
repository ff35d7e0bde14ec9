"""Finds requests and Pillow: Krita's Python rarely has them, so the plugin carries its own."""

from __future__ import annotations

import importlib
import re
import sys
import sysconfig
from pathlib import Path

# requests imports idna on first use only, when the folder is no longer on sys.path.
LIBRARIES = ("PIL.Image", "PIL.ImageCms", "PIL.ImageFilter", "requests", "idna")


class MissingLibrariesError(Exception):
    """No folder for this interpreter, and the libraries are not on the system either."""


def tag() -> str:
    """The name of this interpreter's folder, such as cp311-linux_x86_64."""
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    return f"cp{sys.version_info.major}{sys.version_info.minor}-{platform}"


def use(root: Path | None = None) -> None:
    """Import the libraries from `vendor/<tag>` below `root` (default: the plugin's folder).

    Modules that another plugin has loaded already stay as they are. The folder leaves sys.path
    again at once: other plugins must not pick up our versions by accident. Raises
    MissingLibrariesError with a sentence for the user.
    """
    folder = (root or Path(__file__).resolve().parent) / "vendor" / tag()
    sys.path.insert(0, str(folder))
    try:
        for name in LIBRARIES:
            importlib.import_module(name)
    except ImportError as error:
        raise MissingLibrariesError(
            f"The plugin's libraries for {tag()} are missing ({error.name}): install the package "
            "of Layer Edit that was made for this Krita."
        ) from error
    finally:
        sys.path.remove(str(folder))
