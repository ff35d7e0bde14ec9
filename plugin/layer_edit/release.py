"""Which version of Layer Edit this is, by the metadata it was packed with."""

from __future__ import annotations

import json
from pathlib import Path

METADATA = "metadata.json"
HERE = Path(__file__).absolute().parent


def version(folder: Path = HERE) -> str:
    """The version of the plugin in that folder, '' when it does not say.

    An installed plugin has its metadata beside its code, a checkout at its top.
    """
    for file in (folder / METADATA, folder.resolve().parent.parent / METADATA):
        try:
            found = json.loads(file.read_text("utf-8"))["version"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        return str(found)
    return ""
