"""What the machine lacks, and the system's own package manager that can bring it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from .console import Console, InstallerError
from .krita_host import KritaHost, find_krita

INSTALL_SECONDS = 1800
"""Krita with its libraries is some hundred megabytes; a slow connection gets this long."""


class Need(Enum):
    """Something a command cannot do without; the value is its name for the user."""

    KRITA = "Krita"
    PYQT5 = "PyQt5 for Krita's plugins"
    PYQT6 = "PyQt6 for Krita's plugins"
    XVFB = "Xvfb"
    SCREENSHOT = "ImageMagick"
    DEBOOTSTRAP = "debootstrap"
    VENV = "Python's venv"
    PIP = "pip or Python's venv"
    REDIS = "Redis"


PROGRAMS = {Need.XVFB: "Xvfb", Need.SCREENSHOT: "import", Need.DEBOOTSTRAP: "debootstrap"}
"""Needs that are there when a program of that name is."""


@dataclass(frozen=True)
class Manager:
    """A package manager: how it is called and what it calls the things needed."""

    program: str
    refresh: tuple[str, ...]
    install: tuple[str, ...]
    packages: Mapping[Need, tuple[str, ...]]


MANAGERS = (
    Manager(
        "apt-get",
        ("update", "-q"),
        ("install", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"),
        {
            Need.KRITA: ("krita",),
            Need.PYQT5: ("python3-pyqt5",),
            Need.PYQT6: ("python3-pyqt6", "qt6-svg-plugins"),
            Need.XVFB: ("xvfb",),
            Need.SCREENSHOT: ("imagemagick",),
            Need.DEBOOTSTRAP: ("debootstrap",),
            Need.VENV: ("python3-venv",),
            Need.PIP: ("python3-venv",),
            Need.REDIS: ("redis-server",),
        },
    ),
    Manager(
        "dnf",
        (),
        ("install", "-y"),
        {
            Need.KRITA: ("krita",),
            Need.PYQT5: ("python3-qt5",),
            Need.PYQT6: ("python3-pyqt6",),
            Need.XVFB: ("xorg-x11-server-Xvfb",),
            Need.SCREENSHOT: ("ImageMagick",),
            Need.DEBOOTSTRAP: ("debootstrap",),
            Need.VENV: ("python3-pip",),
            Need.PIP: ("python3-pip",),
            Need.REDIS: ("redis",),
        },
    ),
    Manager(
        "zypper",
        (),
        ("install", "-y"),
        {
            Need.KRITA: ("krita",),
            Need.PYQT5: ("python3-PyQt5",),
            Need.PYQT6: ("python3-PyQt6",),
            Need.XVFB: ("xorg-x11-server-Xvfb",),
            Need.SCREENSHOT: ("ImageMagick",),
            Need.DEBOOTSTRAP: ("debootstrap",),
            Need.VENV: ("python3-pip",),
            Need.PIP: ("python3-pip",),
            Need.REDIS: ("redis",),
        },
    ),
    Manager(
        "pacman",
        (),
        ("-S", "--noconfirm", "--needed"),
        {
            Need.KRITA: ("krita",),
            Need.PYQT5: ("python-pyqt5",),
            Need.PYQT6: ("python-pyqt6",),
            Need.XVFB: ("xorg-server-xvfb",),
            Need.SCREENSHOT: ("imagemagick",),
            Need.DEBOOTSTRAP: ("debootstrap",),
            Need.VENV: ("python",),
            Need.PIP: ("python",),
            Need.REDIS: ("redis",),
        },
    ),
)


class Rights(Enum):
    """How commands may be run that change the system."""

    ROOT = "root"
    SUDO = "sudo"
    NONE = "none"


def packages_for(manager: Manager, needs: Sequence[Need]) -> tuple[str, ...]:
    """The packages to install, each once."""
    return tuple(dict.fromkeys(name for need in needs for name in manager.packages[need]))


def commands_for(
    manager: Manager, packages: Sequence[str], rights: Rights
) -> tuple[tuple[str, ...], ...]:
    """The commands that install the packages. None of them can ask for a password."""
    prefix: tuple[str, ...] = ("sudo", "-n") if rights is Rights.SUDO else ()
    prefix += ("env", "DEBIAN_FRONTEND=noninteractive") if manager.program == "apt-get" else ()
    parts = (manager.refresh, (*manager.install, *packages))
    return tuple((*prefix, manager.program, *part) for part in parts if part)


def by_hand(needs: Sequence[Need], manager: Manager | None) -> str:
    """The sentence for a user who has to install the rest."""
    names = ", ".join(need.value for need in needs)
    if manager is None:
        return f"Missing on this machine: {names}. Install it and run this command again."
    line = " ".join((manager.program, manager.install[0], *packages_for(manager, needs)))
    return f"Missing on this machine: {names}. Run 'sudo {line}', then this command again."


def missing(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Those of the needs that this machine does not have yet."""
    return tuple(need for need in needs if not _present(need))


def _present(need: Need) -> bool:
    if need in (Need.VENV, Need.PIP):
        has_venv = importlib.util.find_spec("ensurepip") is not None
        return has_venv or (need is Need.PIP and importlib.util.find_spec("pip") is not None)
    if need in PROGRAMS:
        return shutil.which(PROGRAMS[need]) is not None
    if need is Need.REDIS:
        return find_redis() is not None
    host = find_krita()
    if need is Need.KRITA:
        return host is not None
    # Which of the two is needed can be told only when Krita is there.
    wanted = Need.PYQT6 if host and host.qt == 6 else Need.PYQT5
    return host is None or need is not wanted or has_pyqt(host)


def find_redis() -> str | None:
    """The program of a Redis server, or of Valkey, which is the same for what is used here."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def has_pyqt(host: KritaHost) -> bool:
    """Whether the distribution's Python of Krita's version has PyQt with widgets and tests."""
    imports = f"import PyQt{host.qt or 5}.QtWidgets, PyQt{host.qt or 5}.QtTest"
    command = [str(host.python), "-I", "-c", imports]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_manager() -> Manager | None:
    """The package manager of this system, None for one this program does not know."""
    return next((manager for manager in MANAGERS if shutil.which(manager.program)), None)


def find_rights() -> Rights:
    """Whether the system may be changed without asking anybody for a password."""
    if not hasattr(os, "geteuid"):
        return Rights.NONE
    if os.geteuid() == 0:
        return Rights.ROOT
    if shutil.which("sudo") is None:
        return Rights.NONE
    try:
        run = subprocess.run(["sudo", "-n", "true"], capture_output=True, timeout=15, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Rights.NONE
    return Rights.SUDO if run.returncode == 0 else Rights.NONE


def provide(needs: Sequence[Need], console: Console) -> None:
    """Install what is missing. Raises InstallerError, saying what to do, when that cannot be."""
    for _ in range(2):  # which PyQt is needed shows only after Krita has come
        lacking = missing(needs)
        if lacking:
            _install(lacking, console)
    lacking = missing(needs)
    if lacking:
        raise InstallerError(by_hand(lacking, find_manager()))


def _install(needs: Sequence[Need], console: Console) -> None:
    manager = find_manager()
    rights = find_rights()
    if manager is None or rights is Rights.NONE:
        raise InstallerError(by_hand(needs, manager))
    packages = packages_for(manager, needs)
    with console.part(f"Installing {', '.join(packages)} with {manager.program}"):
        for command in commands_for(manager, packages, rights):
            _run(command)


def _run(command: Sequence[str]) -> None:
    try:
        run = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallerError(f"'{' '.join(command)}' failed: {error}.") from error
    if run.returncode:
        last = (run.stdout.strip().splitlines() or ["no output"])[-1]
        raise InstallerError(f"'{' '.join(command)}' failed: {last}")
