"""The systems that packages are made for, and which Pythons the Kritas there carry."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from .console import InstallerError
from .wheels import Interpreter


@dataclass(frozen=True)
class Platform:
    """One package's system. `name` ends the package's name; `title` is for people."""

    name: str
    title: str
    interpreters: tuple[Interpreter, ...]


def _pythons(minors: tuple[int, ...], system: str) -> tuple[Interpreter, ...]:
    return tuple(Interpreter(3, minor, system) for minor in minors)


_OFFICIAL = (10, 13)
"""What krita.org's own builds carry: 3.10 up to Krita 5.2.13, 3.13 since. On Windows and macOS
there are no others."""

_ALL = (10, 11, 12, 13, 14)
"""On Linux the distributions' and Flatpak's come to that."""

PLATFORMS = (
    Platform("windows-x86_64", "Windows, x86-64", _pythons(_OFFICIAL, "win-amd64")),
    Platform("linux-x86_64", "Linux, x86-64", _pythons(_ALL, "linux-x86_64")),
    Platform("linux-arm64", "Linux, arm64", _pythons(_ALL, "linux-aarch64")),
    # One package for both processors, as there is one Krita for both. The version of macOS is
    # left away: it would be that for which Krita's Python was built.
    Platform(
        "macos",
        "macOS, x86-64 and arm64",
        (*_pythons(_OFFICIAL, "macosx-x86_64"), *_pythons(_OFFICIAL, "macosx-arm64")),
    ),
)


def named(name: str) -> Platform:
    """The platform of that name. Raises InstallerError."""
    for each in PLATFORMS:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in PLATFORMS)
    raise InstallerError(f"There is no package for '{name}', only for {names}.")


def this_platform(system: str = sys.platform, machine: str | None = None) -> Platform:
    """The platform of this machine. Raises InstallerError when there is no package for it."""
    if system == "darwin":
        return named("macos")
    machine = (platform.machine() if machine is None else machine).lower()
    processor = {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)
    return named(f"{'windows' if system == 'win32' else system}-{processor}")
