"""Looks for an API key in files."""

from __future__ import annotations

from pathlib import Path


def holders(folder: Path, key: str) -> list[Path]:
    """All files below `folder` that contain the key, but for the plugin's own key files."""
    sought = key.encode()
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.parent.name != "keys" and sought in file.read_bytes()
    ]
