"""What an installation changed in a Krita profile, kept beside the plugin to be taken back."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path

from .kritarc import Edit

FILE = "layer_edit.receipt.json"
"""In `pykrita/`, where Krita reads .desktop files only, and where Krita's importer leaves it."""


@dataclass(frozen=True)
class Receipt:
    """`folders` were made, outer ones first; `edit` is the change of kritarc, None without one.

    `was_there`: Krita's importer had brought the plugin before, and its line in kritarc.
    """

    folders: tuple[Path, ...] = ()
    edit: Edit | None = None
    was_there: bool = False

    def text(self) -> bytes:
        """As it is written."""
        edit = self.edit and {
            "at": self.edit.at,
            "removed": base64.b64encode(self.edit.removed).decode(),
            "inserted": base64.b64encode(self.edit.inserted).decode(),
            "created": self.edit.created,
        }
        folders = [str(folder) for folder in self.folders]
        data = {"folders": folders, "kritarc": edit, "was_there": self.was_there}
        return (json.dumps(data, indent=1) + "\n").encode()


def read(pykrita: Path) -> Receipt | None:
    """The receipt in a `pykrita/` folder; None when there is none that can be understood."""
    try:
        data = json.loads((pykrita / FILE).read_bytes())
        edit = data["kritarc"] and Edit(
            int(data["kritarc"]["at"]),
            base64.b64decode(data["kritarc"]["removed"]),
            base64.b64decode(data["kritarc"]["inserted"]),
            bool(data["kritarc"]["created"]),
        )
        folders = tuple(Path(folder) for folder in data["folders"])
        return Receipt(folders, edit, bool(data["was_there"]))
    except (OSError, ValueError, KeyError, TypeError, binascii.Error):
        return None
