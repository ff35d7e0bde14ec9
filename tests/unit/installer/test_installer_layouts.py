"""Where each system's Kritas keep their things, and which Kritas are found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from installer.layouts import Machine, impossible, places, profile
from tests.unit.installer.homes import LAYOUTS, NAMES, make

EXPECTED = {
    "Linux": (".local/share/krita", ".config/kritarc", ".local/share/layer-edit"),
    "AppImage": (".local/share/krita", ".config/kritarc", ".local/share/layer-edit"),
    "Flatpak": (
        ".var/app/org.kde.krita/data/krita",
        ".var/app/org.kde.krita/config/kritarc",
        ".var/app/org.kde.krita/data/layer-edit",
    ),
    "Windows": (
        "AppData/Roaming/krita",
        "AppData/Local/kritarc",
        "AppData/Roaming/layer-edit",
    ),
    "Microsoft Store": (
        "AppData/Local/Packages/49800Krita_x1y2z3/LocalCache/Roaming/krita",
        "AppData/Local/Packages/49800Krita_x1y2z3/LocalCache/Local/kritarc",
        "AppData/Local/Packages/49800Krita_x1y2z3/LocalCache/Roaming/layer-edit",
    ),
    "macOS": (
        "Library/Application Support/Krita",
        "Library/Preferences/kritarc",
        "Library/Application Support/layer-edit",
    ),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("layout", EXPECTED)
def test_the_places_of_each_layout(tmp_path, layout, name):
    """Below the home folder, whatever its name."""
    home = make(layout, tmp_path, name)
    places_of = (home.place.resources, home.place.kritarc, home.place.data)
    relative = tuple(path.relative_to(home.machine.home).as_posix() for path in places_of)
    assert relative == EXPECTED[layout]
    assert len(home.place.programs) == 1


def test_folders_named_by_the_environment(tmp_path):
    """XDG_DATA_HOME and XDG_CONFIG_HOME come before the usual ones; relative ones do not count."""
    home = make("Linux, XDG folders", tmp_path)
    assert home.place.resources == home.machine.root / "d at a" / "krita"
    assert home.place.kritarc == home.machine.root / "c" / "kritarc"
    relative = Machine("linux", home.machine.home, {"XDG_DATA_HOME": "x"}, home.machine.root)
    assert relative.folder("XDG_DATA_HOME", "y") == home.machine.home / "y"


@pytest.mark.parametrize("foreign", ["snap/code/1/.local/share", ".var/app/com.editor/data"])
def test_folders_of_another_program_are_not_kritas(tmp_path, foreign):
    """A terminal inside an editor's Snap or Flatpak has that editor's folders."""
    machine = Machine("linux", tmp_path, {"XDG_DATA_HOME": str(tmp_path / foreign)}, tmp_path)
    assert machine.folder("XDG_DATA_HOME", ".local", "share") == tmp_path / ".local" / "share"


def test_resources_that_the_user_moved(tmp_path):
    """Krita's settings name another folder; the plugin's data does not move with it."""
    home = make("resources moved", tmp_path)
    assert home.place.resources == home.machine.root / "other disk" / "krita"
    assert home.place.data == home.machine.home / ".local/share/layer-edit"


def test_all_kritas_of_one_machine(tmp_path):
    """A distribution's Krita and an AppImage share one profile; the Flatpak has its own."""
    home = make("Linux", tmp_path)
    (home.machine.home / "Apps").mkdir()
    (home.machine.home / "Apps" / "Krita-x86_64.appimage").touch()
    (home.machine.root / "var/lib/flatpak/app/org.kde.krita").mkdir(parents=True)
    kinds = [place.kind for place in places(home.machine)]
    assert kinds == ["native and AppImage", "Flatpak"]
    assert [len(place.programs) for place in places(home.machine)] == [2, 1]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_krita_that_the_path_leads_to_twice(tmp_path):
    """/bin is a link to /usr/bin, and both are on the path: it is one Krita."""
    home = make("Linux", tmp_path)
    folder = Path(home.machine.environment["PATH"])
    (home.machine.root / "bin").symlink_to(folder)
    path = os.pathsep.join((str(home.machine.root / "bin"), str(folder), "relative"))
    machine = Machine("linux", home.machine.home, {"PATH": path}, home.machine.root)
    (place,) = places(machine)
    assert place.programs == (folder / "krita",)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_folder_on_the_path_that_is_another_users(ordinary):
    """As after `sudo -u` with root's path: the other folders are looked at all the same."""
    home = make("Linux", ordinary)
    folder = Path(home.machine.environment["PATH"])
    closed = ordinary / "closed"
    closed.mkdir(mode=0)
    path = os.pathsep.join((str(closed), str(folder)))
    machine = Machine("linux", home.machine.home, {"PATH": path}, home.machine.root)
    assert places(machine)[0].programs == (folder / "krita",)


def test_windows_with_steam_and_store(tmp_path):
    """Steam's Krita uses the profile of the usual one."""
    home = make("Windows", tmp_path)
    steam = home.machine.root / "Program Files" / "Steam/steamapps/common/Krita/krita/bin"
    steam.mkdir(parents=True)
    (steam / "krita.exe").touch()
    (home.machine.home / "AppData/Local/Packages/49800Krita_a").mkdir(parents=True)
    (home.machine.home / "AppData/Local/Packages/OtherApp_b").mkdir(parents=True)
    native, store = places(home.machine)
    assert (native.kind, len(native.programs)) == ("native", 2)
    assert store.kind == "Microsoft Store"


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_a_machine_without_krita(tmp_path, system):
    """Nothing is made up."""
    assert places(Machine(system, tmp_path, {"PATH": ""}, tmp_path)) == ()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_krita_that_has_been_there(tmp_path, layout):
    """Its profile is enough where the program is in an unusual place."""
    home = make(layout, tmp_path, kritarc=b"")
    home.place.resources.mkdir(parents=True)
    bare = Machine(home.machine.system, home.machine.home, home.machine.environment, Path("/no"))
    assert home.place.resources in [place.resources for place in places(bare)]


def test_the_snap_is_named_as_impossible(tmp_path):
    """And its program is not taken for a distribution's."""
    program = tmp_path / "snap" / "bin" / "krita"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    (tmp_path / "snap" / "krita").mkdir()
    machine = Machine("linux", tmp_path / "home", {"PATH": str(program.parent)}, tmp_path)
    assert places(machine) == ()
    (sentence,) = impossible(machine)
    assert "Snap" in sentence
    assert "AppImage" in sentence


def test_android_is_named_as_impossible(tmp_path):
    """It has no Python at all."""
    machine = Machine("android", tmp_path, {})
    assert places(machine) == ()
    assert "Android" in impossible(machine)[0]


def test_a_profile_of_ones_own(tmp_path):
    """The folders that Krita uses with XDG_DATA_HOME and XDG_CONFIG_HOME in it."""
    place = profile(tmp_path)
    assert place.resources == tmp_path / "data" / "krita"
    assert place.kritarc == tmp_path / "config" / "kritarc"


@pytest.mark.skipif(os.name != "posix", reason="of a machine with HOME")
def test_this_machine(monkeypatch, tmp_path):
    """The home folder and the environment are this user's."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Machine.this().home == tmp_path
    monkeypatch.setenv("ANDROID_ROOT", "/system")
    assert Machine.this().system == "android"
