"""What is installed by which command, and what the user is told where that may not be."""

import os

import pytest

from installer import system
from installer.console import Console, InstallerError
from installer.folders import cache_folder
from installer.krita_host import KritaHost, find_krita, linked_versions
from installer.system import MANAGERS, Need, Rights, by_hand, commands_for, packages_for
from installer.wheels import Interpreter

APT, DNF, ZYPPER, PACMAN = MANAGERS


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.program)
def test_every_manager_knows_every_need(manager):
    """No need is forgotten for one of the systems."""
    assert set(manager.packages) == set(Need)


def test_apt_refreshes_its_lists_first():
    """A fresh machine has none."""
    packages = packages_for(APT, [Need.KRITA, Need.XVFB])
    first, second = commands_for(APT, packages, Rights.ROOT)
    assert first == ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update", "-q")
    assert second[2:4] == ("apt-get", "install")
    assert second[-2:] == ("krita", "xvfb")


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.program)
def test_no_command_can_ask_for_a_password(manager):
    """With sudo every command is run non-interactively."""
    commands = commands_for(manager, packages_for(manager, [Need.KRITA]), Rights.SUDO)
    assert commands
    assert all(command[:2] == ("sudo", "-n") for command in commands)


def test_a_package_is_named_once():
    """Needs may share packages."""
    assert packages_for(APT, [Need.XVFB, Need.XVFB]) == ("xvfb",)


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        (APT, "sudo apt-get install krita xvfb"),
        (DNF, "sudo dnf install krita xorg-x11-server-Xvfb"),
        (PACMAN, "sudo pacman -S krita xorg-server-xvfb"),
    ],
    ids=["apt-get", "dnf", "pacman"],
)
def test_by_hand_gives_the_exact_command(manager, line):
    """What is missing, the command, and what to do then."""
    sentence = by_hand([Need.KRITA, Need.XVFB], manager)
    assert sentence == (
        f"Missing on this machine: Krita, Xvfb. Run '{line}', then this command again."
    )


def test_by_hand_without_a_known_manager():
    """At least the names of what is missing."""
    assert "Missing on this machine: ImageMagick." in by_hand([Need.SCREENSHOT], None)


def test_without_rights_nothing_is_run(monkeypatch: pytest.MonkeyPatch):
    """The user gets the command instead of a password prompt."""
    monkeypatch.setattr(system, "missing", tuple)
    monkeypatch.setattr(system, "find_manager", lambda: APT)
    monkeypatch.setattr(system, "find_rights", lambda: Rights.NONE)
    with pytest.raises(InstallerError, match="sudo apt-get install imagemagick"):
        system.provide([Need.SCREENSHOT], Console())


@pytest.mark.parametrize(("qt", "need"), [(5, Need.PYQT5), (6, Need.PYQT6)])
def test_the_pyqt_of_kritas_own_qt_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path, qt, need):
    """The other one is of no use to this Krita."""
    host = KritaHost(tmp_path / "krita", Interpreter(3, 11, "linux-x86_64"), qt)
    monkeypatch.setattr(system, "find_krita", lambda: host)
    monkeypatch.setattr(system, "has_pyqt", lambda host: False)
    assert system.missing([Need.KRITA, Need.PYQT5, Need.PYQT6]) == (need,)


def test_before_krita_is_there_no_pyqt_is_chosen(monkeypatch: pytest.MonkeyPatch):
    """Which one it will be can be told only from Krita itself."""
    monkeypatch.setattr(system, "find_krita", lambda: None)
    assert system.missing([Need.KRITA, Need.PYQT5, Need.PYQT6]) == (Need.KRITA,)


def test_versions_are_read_from_the_library(tmp_path):
    """The names of the libraries it is linked to are in the file."""
    library = tmp_path / "kritapykrita.so"
    library.write_bytes(b"\x7fELF\0libpython3.13.so.1.0\0libQt6Core.so.6\0")
    assert linked_versions(library) == (13, 6)
    library.write_bytes(b"\x7fELF\0libc.so.6\0")
    assert linked_versions(library) == (None, None)


def make_krita(prefix, loader_content=b"libpython3.14.so libQt5Core.so"):
    """An installation of Krita as a distribution makes it, or without its Python plugins."""
    program = prefix / "bin" / "krita"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    program.chmod(0o755)
    if loader_content:
        loader = prefix / "lib" / "x86_64-linux-gnu" / "kritaplugins" / "kritapykrita.so"
        loader.parent.mkdir(parents=True)
        loader.write_bytes(loader_content)
    return program


def test_a_krita_is_found_with_its_python(tmp_path):
    """The loader of its plugins lies below the program's prefix and says which Python."""
    program = make_krita(tmp_path)
    host = find_krita(str(program.parent))
    assert host is not None
    assert (host.executable, host.interpreter.version, host.qt) == (program, "3.14", 5)


def test_a_krita_without_a_loader_is_passed_over(tmp_path):
    """An AppImage or a wrapper named krita does not hide the distribution's Krita."""
    wrapper = make_krita(tmp_path / "home", loader_content=b"")
    assert find_krita(str(wrapper.parent)) is None
    program = make_krita(tmp_path / "usr")
    host = find_krita(os.pathsep.join((str(wrapper.parent), str(program.parent))))
    assert host is not None
    assert host.executable == program


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/layer-edit"),
        ("win32", {"LOCALAPPDATA": "/appdata"}, "/appdata/layer-edit"),
    ],
)
def test_cache_folder_follows_the_system(platform, environment, expected):
    """Where the system keeps what may be deleted."""
    assert cache_folder(platform, environment).as_posix() == expected


def test_a_relative_cache_folder_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """As the XDG standard says."""
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert cache_folder("linux", {"XDG_CACHE_HOME": "x"}) == tmp_path / ".cache" / "layer-edit"
