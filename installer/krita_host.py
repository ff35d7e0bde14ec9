"""The Krita of this machine: its program, and which Python and Qt its plugins run in."""

from __future__ import annotations

import mmap
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .wheels import Interpreter

SYSTEM_PYTHON = Path("/usr/bin/python3")

_LOADERS = (
    "lib/*/kritaplugins/kritapykrita.so",
    "lib64/kritaplugins/kritapykrita.so",
    "lib/kritaplugins/kritapykrita.so",
)
"""Where Krita keeps the part that loads Python plugins, below its prefix."""


@dataclass(frozen=True)
class KritaHost:
    """A Krita that can be started; `qt` is 5 or 6, None when it cannot be told."""

    executable: Path
    interpreter: Interpreter
    qt: int | None

    @property
    def python(self) -> Path:
        """The program with the same packages as Krita's Python, on a distribution's Krita."""
        exact = SYSTEM_PYTHON.with_name(f"python{self.interpreter.version}")
        return exact if exact.exists() else SYSTEM_PYTHON


def find_krita(path: str | None = None) -> KritaHost | None:
    """The first Krita on the path that a profile of its own can be made for, None without one.

    That is a distribution's Krita: an AppImage, a Flatpak or a Snap keeps its Python to itself.
    `path` is a list of folders as in PATH, which is the default.
    """
    folders = (os.environ.get("PATH", os.defpath) if path is None else path).split(os.pathsep)
    for folder in dict.fromkeys(folders):
        program = shutil.which("krita", path=folder)
        loader = _loader(Path(program).resolve()) if program else None
        if program and loader:
            return _host(Path(program), loader)
    return None


def _host(program: Path, loader: Path) -> KritaHost:
    python, qt = linked_versions(loader)
    if python is not None:
        return KritaHost(program, Interpreter.embedded(3, python), qt)
    return KritaHost(program, Interpreter.ask(SYSTEM_PYTHON), qt)


def _loader(program: Path) -> Path | None:
    prefix = program.parent.parent
    return next((file for pattern in _LOADERS for file in sorted(prefix.glob(pattern))), None)


def linked_versions(library: Path) -> tuple[int | None, int | None]:
    """Minor version of the Python 3 and major version of the Qt a shared library is linked to.

    Read from the names in the file itself, so that no tool is needed for it.
    """
    with library.open("rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        with content:
            python = re.search(rb"libpython3\.(\d+)", content)
            qt = re.search(rb"libQt([56])Core", content)
            return (int(python[1]) if python else None), (int(qt[1]) if qt else None)
