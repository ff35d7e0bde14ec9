"""Looks for an API key in files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path


def holders(folder: Path, key: str) -> list[Path]:
    """All files below `folder` that contain the key, but for the plugin's own key files.

    Archives, such as Krita's documents, are searched as they are and unpacked.
    """
    sought = key.encode()
    return [
        file
        for file in files(folder)
        if file.parent.name != "keys" and any(sought in content for content in _contents(file))
    ]


def files(folder: Path) -> list[Path]:
    """All files below a folder, each once, whatever links lead to it."""
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink()]


def _contents(file: Path) -> Iterator[bytes]:
    yield file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield archive.read(name)
