"""Where the Kritas of a machine keep their plugins and settings, and which Kritas there are.

Everything is computed from a `Machine`, which is a value: any home folder of any system can be
looked at, also one that a test has made up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .kritarc import resource_directory

FLATPAK = "org.kde.krita"
STORE = "49800Krita_*"
"""The Microsoft Store's name of Krita, with what it adds for the publisher."""


@dataclass(frozen=True)
class Machine:
    """A user's machine. `system` is as in sys.platform, `root` the top of its file system."""

    system: str
    home: Path
    environment: Mapping[str, str]
    root: Path = Path("/")

    @classmethod
    def this(cls) -> Machine:
        """The machine and user this runs for."""
        environment = dict(os.environ)
        system = "android" if "ANDROID_ROOT" in environment else sys.platform
        return cls(system, Path.home(), environment)

    def folder(self, variable: str, *otherwise: str) -> Path:
        """The folder that a variable of the environment names, else one below the home folder."""
        named = Path(self.environment.get(variable) or "")
        # A terminal inside another program's Snap or Flatpak has that program's folders.
        foreign = (self.home / "snap", self.home / ".var" / "app")
        if named.is_absolute() and not any(each in named.parents for each in foreign):
            return named
        return self.home.joinpath(*otherwise)


@dataclass(frozen=True)
class Place:
    """One profile of Krita; several Kritas may share it.

    `kind` names them for people, `programs` are those that were found. `resources` is the folder
    with `pykrita/`, `kritarc` the settings file, `data` the plugin's data folder and `log` Krita's
    own log; none of them need exist.
    """

    kind: str
    resources: Path
    kritarc: Path
    data: Path
    log: Path
    programs: tuple[Path, ...] = ()

    @property
    def pykrita(self) -> Path:
        """Where the plugins are."""
        return self.resources / "pykrita"

    @property
    def is_used(self) -> bool:
        """Whether a Krita was found for it, or has been there."""
        return bool(self.programs) or self.kritarc.is_file() or self.resources.is_dir()


def places(machine: Machine) -> tuple[Place, ...]:
    """The profiles of all Kritas on the machine, where the user's settings have moved them to."""
    makers = {"win32": _windows, "darwin": _mac, "android": _none}
    found = makers.get(machine.system, _linux)(machine)
    return tuple(_moved(place, machine.environment) for place in found if place.is_used)


def profile(folder: Path) -> Place:
    """A profile of one's own: Krita started with XDG_DATA_HOME=FOLDER/data and
    XDG_CONFIG_HOME=FOLDER/config."""
    data = folder / "data"
    place = Place(
        "profile of its own",
        data / "krita",
        folder / "config" / "kritarc",
        data / "layer-edit",
        data / "krita.log",
    )
    return _moved(place, {})


def impossible(machine: Machine) -> tuple[str, ...]:
    """A sentence for each Krita of the machine that can have no Python plugins."""
    if machine.system == "android":
        return ("Krita for Android has no Python plugins: Layer Edit cannot run in it.",)
    snaps = (
        machine.home / "snap" / "krita",
        machine.root / "snap" / "krita",
        machine.root / "var" / "lib" / "snapd" / "snap" / "krita",
    )
    if machine.system == "linux" and any(snap.is_dir() for snap in snaps):
        return (
            "The Snap of Krita has no Python plugins, Layer Edit cannot run in it: take the "
            "AppImage or the Flatpak.",
        )
    return ()


def _none(_machine: Machine) -> tuple[Place, ...]:
    return ()


def _linux(machine: Machine) -> tuple[Place, ...]:
    data = machine.folder("XDG_DATA_HOME", ".local", "share")
    config = machine.folder("XDG_CONFIG_HOME", ".config")
    native, images = tuple(_on_path(machine)), tuple(_images(machine))
    kinds = [name for name, found in (("native", native), ("AppImage", images)) if found]
    own = Place(
        " and ".join(kinds) or "native or AppImage",
        data / "krita",
        config / "kritarc",
        data / "layer-edit",
        data / "krita.log",
        native + images,
    )
    inside = machine.home / ".var" / "app" / FLATPAK
    shared = (data / "flatpak", machine.root / "var" / "lib" / "flatpak")
    installed = (folder / "app" / FLATPAK for folder in shared)
    flatpak = Place(
        "Flatpak",
        inside / "data" / "krita",
        inside / "config" / "kritarc",
        inside / "data" / "layer-edit",
        inside / "data" / "krita.log",
        tuple(folder for folder in installed if folder.is_dir()),
    )
    return own, flatpak


def _on_path(machine: Machine) -> Iterator[Path]:
    path = machine.environment.get("PATH", "").split(os.pathsep)
    # /bin is a link to /usr/bin on most systems, and both are on the path.
    folders = (os.path.realpath(name) for name in path if Path(name).is_absolute())
    for folder in dict.fromkeys(folders):
        program = Path(folder) / "krita"
        # The right first: in a folder of another user's, is_file would raise.
        is_program = os.access(program, os.X_OK) and program.is_file()
        if is_program and "snap" not in program.parts:
            yield program


def _images(machine: Machine) -> Iterator[Path]:
    """AppImages where people put them: the home folder, the folders in it, /opt."""
    folders = [machine.home, machine.home / ".local" / "bin", machine.root / "opt"]
    folders += [each for each in _listed(machine.home) if not each.name.startswith(".")]
    for folder in folders:
        for file in _listed(folder):
            name = file.name.lower()
            if name.startswith("krita") and name.endswith(".appimage"):
                yield file


def _windows(machine: Machine) -> tuple[Place, ...]:
    roaming = machine.folder("APPDATA", "AppData", "Roaming")
    local = machine.folder("LOCALAPPDATA", "AppData", "Local")
    variables = ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)")
    named = [machine.environment[each] for each in variables if each in machine.environment]
    patterns = ("Krita*/bin/krita.exe", "Steam/steamapps/common/Krita/krita/bin/krita.exe")
    native = Place(
        "native",
        roaming / "krita",
        local / "kritarc",
        roaming / "layer-edit",
        local / "krita.log",
        tuple(_matching(dict.fromkeys((*map(Path, named), local / "Programs")), patterns)),
    )
    return (native, *(_store(package) for package in _matching([local / "Packages"], [STORE])))


def _store(package: Path) -> Place:
    roaming = package / "LocalCache" / "Roaming"
    local = package / "LocalCache" / "Local"
    return Place(
        "Microsoft Store",
        roaming / "krita",
        local / "kritarc",
        roaming / "layer-edit",
        local / "krita.log",
        (package,),
    )


def _mac(machine: Machine) -> tuple[Place, ...]:
    support = machine.home / "Library" / "Application Support"
    folders = (machine.root / "Applications", machine.home / "Applications")
    own = Place(
        "native",
        support / "Krita",
        machine.home / "Library" / "Preferences" / "kritarc",
        support / "layer-edit",
        support / "krita.log",
        tuple(_matching(folders, ("[Kk]rita*.app",))),
    )
    return (own,)


def _matching(folders: Iterable[Path], patterns: Iterable[str]) -> Iterator[Path]:
    chosen = tuple(patterns)
    for folder in folders:
        for pattern in chosen:
            yield from sorted(folder.glob(pattern))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # no folder, or one that others may not read
        return []


def _moved(place: Place, environment: Mapping[str, str]) -> Place:
    """With the resource folder that the user has chosen in Krita's settings, if any."""
    try:
        content = place.kritarc.read_bytes()
    except OSError:
        return place
    chosen = resource_directory(content, environment)
    if not chosen or not Path(chosen).is_absolute():
        return place
    return replace(place, resources=Path(chosen))
