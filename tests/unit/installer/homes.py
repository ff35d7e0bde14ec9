"""Made-up machines: a home folder of each system, with a Krita in it that never existed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from installer.archive import Entry
from installer.install import MODULE, Wanted, install, is_enabled, uninstall, version_of
from installer.layouts import Machine, Place, places
from installer.package import Plugin
from installer.swap import Files

NAMES = ("anna", "Ana María Müller", "山田 太郎")
"""Of home folders: plain, with blanks and signs, in another script."""

KRITARCS: Mapping[str, bytes | None] = {
    "no file": None,
    "an empty file": b"",
    "no such group": b"FetchNews=false\n\n[MainWindow]\nState=AAAA\n",
    "other plugins": b"a=1\n\n[python]\nenable_tenbrushes=true\nenable_z=false\n\n[theme]\nT=x\n",
    "switched off": b"[python]\nenable_a=true\nenable_layer_edit=false\nenable_z=true\n",
    "switched off, oddly": b"[python]\n  enable_layer_edit = false \n\n",
    "switched on": b"[python]\nenable_layer_edit=true\n[x]\ny=1\n",
    "Windows' line ends": b"a=1\r\n\r\n[python]\r\nenable_b=true\r\n\r\n[c]\r\nd=e\r\n",
    "Windows' line ends, no group": b"a=1\r\n[c]\r\nd=e\r\n",
    "no newline at the end": b"a=1\n[c]\nd=e",
    "the group at the end, no newline": b"a=1\n[python]",
    "the group twice": b"[python]\nenable_a=true\n\n[c]\n\n[python]\nenable_b=true\n",
    "not UTF-8": b"name=\xe9\xff\x00\n[python]\nk\xf6y=\xfc\n\n[\xe4]\nx=\xe2\x82\xac\n",
    "the line twice": b"[python]\nenable_layer_edit=true\nenable_layer_edit=false\n",
    "the line in another group": b"[other]\nenable_layer_edit=true\n",
    "without any group": b"just a line",
}
"""Settings files by what is special in them."""


def content(version: str = "2.0", extra: str = "") -> Plugin:
    """A small plugin of that version; `extra` makes its files differ."""
    files = {
        "__init__.py": f"VERSION = {version!r} # {extra}\n",
        "metadata.json": f'{{"version": "{version}"}}\n',
        "docker/panel.py": "PANEL = 1\n",
        "vendor/any/small.py": "X = 1\n",
        "vendor/cp313-linux_x86_64/PIL/_imaging.so": "compiled\n",
    }
    entries = tuple(Entry.stored(name, text.encode()) for name, text in files.items())
    desktop = Entry.stored("layer_edit.desktop", f"[Desktop Entry]\nName=LE {version}\n".encode())
    action = Entry.stored("layer_edit.action", b"<ActionCollection/>\n")
    return Plugin(desktop, entries, action)


def wanted(version: str = "2.0", extra: str = "") -> Wanted:
    """The small plugin, to be installed."""
    return Wanted(content(version, extra), version)


class QuickFiles(Files):
    """Made-up homes survive no power cut; waiting for the disk takes most of the time."""

    def flush(self, file: Path) -> None:
        """Nothing to wait for."""


@dataclass(frozen=True)
class Home:
    """A machine and the one profile on it."""

    machine: Machine
    place: Place


def _linux(root: Path, home: Path) -> Machine:
    program = root / "usr" / "bin" / "krita"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    program.chmod(0o755)
    return Machine("linux", home, {"PATH": str(program.parent)}, root)


def _appimage(root: Path, home: Path) -> Machine:
    (home / "Téléchargements").mkdir(parents=True)
    (home / "Téléchargements" / "krita-5.2.14-x86_64.AppImage").write_bytes(b"")
    return Machine("linux", home, {"PATH": ""}, root)


def _xdg(root: Path, home: Path) -> Machine:
    machine = _linux(root, home)
    folders = {"XDG_DATA_HOME": str(root / "d at a"), "XDG_CONFIG_HOME": str(root / "c")}
    return Machine("linux", home, {**machine.environment, **folders}, root)


def _flatpak(root: Path, home: Path) -> Machine:
    (root / "var/lib/flatpak/app/org.kde.krita").mkdir(parents=True)
    return Machine("linux", home, {"PATH": ""}, root)


def _windows(root: Path, home: Path) -> Machine:
    program = root / "Program Files" / "Krita (x64)" / "bin" / "krita.exe"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    environment = {
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "ProgramFiles": str(root / "Program Files"),
    }
    return Machine("win32", home, environment, root)


def _store(root: Path, home: Path) -> Machine:
    local = home / "AppData" / "Local"
    (local / "Packages" / "49800Krita_x1y2z3").mkdir(parents=True)
    environment = {"APPDATA": str(home / "AppData/Roaming"), "LOCALAPPDATA": str(local)}
    return Machine("win32", home, environment, root)


def _mac(root: Path, home: Path) -> Machine:
    (root / "Applications" / "krita.app").mkdir(parents=True)
    return Machine("darwin", home, {}, root)


def _moved(root: Path, home: Path) -> Machine:
    """Resources on another disk, as Krita's settings say; a real file would say more."""
    machine = _linux(root, home)
    (home / ".config").mkdir(parents=True)
    elsewhere = root / "other disk" / "krita"
    text = f"ResourceDirectory={elsewhere}\n\n[theme]\nTheme=x\n"
    (home / ".config" / "kritarc").write_text(text, "utf-8")
    return machine


LAYOUTS: Mapping[str, Callable[[Path, Path], Machine]] = {
    "Linux": _linux,
    "AppImage": _appimage,
    "Linux, XDG folders": _xdg,
    "Flatpak": _flatpak,
    "Windows": _windows,
    "Microsoft Store": _store,
    "macOS": _mac,
    "resources moved": _moved,
}


def make(layout: str, folder: Path, name: str = NAMES[0], kritarc: bytes | None = None) -> Home:
    """A machine of that layout in a new folder, whose user has that name.

    `kritarc`: what Krita's settings file has; None: Krita has not run yet, so there is none.
    """
    root = folder / "machine"
    home = root / "home" / name
    home.mkdir(parents=True)
    machine = LAYOUTS[layout](root, home)
    (place,) = [place for place in places(machine) if place.programs]
    if kritarc is not None:
        place.kritarc.parent.mkdir(parents=True, exist_ok=True)
        before = place.kritarc.read_bytes() if place.kritarc.exists() else b""
        place.kritarc.write_bytes(before + kritarc)
        place.kritarc.chmod(0o640)
    return Home(machine, place)


def snapshot(folder: Path) -> dict[str, tuple[str, int, bytes]]:
    """Everything below a folder: kind, permissions, content (a link's target)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode & 0o7777
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = ("link", 0, str(path.readlink()).encode())
        elif path.is_dir():
            found[name] = ("folder", mode, b"")
        else:
            found[name] = ("file", mode, path.read_bytes())
    return found


def nobody(_place: Place) -> tuple[int, ...]:
    """No Krita runs."""
    return ()


def put(home: Home, version: str = "2.0") -> str:
    return install(home.place, wanted(version), QuickFiles(), find=nobody)


def take_out(home: Home) -> str:
    return uninstall(home.place, files=QuickFiles(), find=nobody)


def assert_installed(home: Home, version: str = "2.0") -> None:
    """The plugin is there as a whole, nothing else of it, and switched on."""
    pykrita = home.place.pykrita
    expected = content(version)
    there = {
        file.relative_to(pykrita / MODULE).as_posix(): file.read_bytes()
        for file in (pykrita / MODULE).rglob("*")
        if file.is_file()
    }
    assert there == {entry.name: entry.content() for entry in expected.files}
    assert (pykrita / f"{MODULE}.desktop").read_bytes() == expected.desktop.content()
    assert (home.place.resources / "actions" / f"{MODULE}.action").is_file()
    assert not [path.name for path in pykrita.iterdir() if path.name.startswith(".")]
    assert is_enabled(home.place)
    assert version_of(home.place) == version
