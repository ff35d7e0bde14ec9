"""What else happens in a profile: settings that Krita rewrote, links to a checkout, user data."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from installer import package
from installer.archive import Entry
from installer.console import REFUSED, InstallerError
from installer.doctor import data_folder as doctor_folder
from installer.install import (
    BESIDE,
    MODULE,
    Wanted,
    install,
    is_enabled,
    is_linked,
    uninstall,
)
from installer.layouts import Machine
from layer_edit import vendored
from layer_edit.paths import POINTER, choose_folder
from tests.unit.installer.homes import (
    KRITARCS,
    LAYOUTS,
    Home,
    assert_installed,
    content,
    make,
    nobody,
    put,
    snapshot,
    take_out,
)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_linked_settings_file_stays_a_link(tmp_path):
    """As people have it who keep such files under version control."""
    home = make("Linux", tmp_path)
    real = tmp_path / "dotfiles" / "kritarc"
    real.parent.mkdir()
    real.write_bytes(KRITARCS["other plugins"])
    home.place.kritarc.parent.mkdir(parents=True)
    home.place.kritarc.symlink_to(real)
    before = snapshot(tmp_path)
    put(home)
    assert home.place.kritarc.is_symlink()
    assert b"enable_layer_edit=true" in real.read_bytes()
    take_out(home)
    assert snapshot(tmp_path) == before


def test_what_krita_wrote_in_between_stays(tmp_path):
    """Krita sorts and rewrites the file when it quits; only the plugin's line goes."""
    home = make("Linux", tmp_path, kritarc=KRITARCS["no such group"])
    put(home)
    rewritten = b"FetchNews=true\n\n[MainWindow]\nState=BBBB\n\n[python]\nenable_layer_edit=true\n"
    home.place.kritarc.write_bytes(rewritten + b"enable_other=true\n\n[z]\na=1\n")
    take_out(home)
    expected = b"FetchNews=true\n\n[MainWindow]\nState=BBBB\n\n[python]\nenable_other=true\n"
    assert home.place.kritarc.read_bytes() == expected + b"\n[z]\na=1\n"


def test_settings_that_were_reset_in_between(tmp_path):
    """Deleting kritarc is the usual advice when Krita behaves oddly."""
    home = make("Linux", tmp_path, kritarc=KRITARCS["switched off"])
    put(home)
    home.place.kritarc.write_bytes(b"new=1\n")
    put(home)
    assert is_enabled(home.place)
    take_out(home)
    assert home.place.kritarc.read_bytes() == b"new=1\n"


def test_switched_off_by_the_user_and_installed_again(tmp_path):
    """The state before the very first installation is the one that comes back."""
    home = make("Linux", tmp_path, kritarc=KRITARCS["other plugins"])
    put(home)
    settings = home.place.kritarc
    settings.write_bytes(settings.read_bytes().replace(b"layer_edit=true", b"layer_edit=false"))
    put(home)
    assert is_enabled(home.place)
    take_out(home)
    assert settings.read_bytes() == KRITARCS["other plugins"]


def test_folders_that_others_use_by_now_stay(tmp_path):
    """Another plugin has come since into a folder that this one had made."""
    home = make("Linux", tmp_path)
    put(home)
    (home.place.pykrita / "other.desktop").write_text("")
    take_out(home)
    assert [path.name for path in home.place.pykrita.iterdir()] == ["other.desktop"]


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A plugin's folder in a checkout."""
    folder = tmp_path / "check out" / MODULE
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("live")
    (folder / "metadata.json").write_text('{"version": "9.9"}')
    return folder


def linked(checkout: Path) -> Wanted:
    library = Entry.stored("any/small.py", b"X = 1\n")
    return Wanted(package.Plugin(content().desktop, (library,)), "9.9", checkout)


@pytest.mark.parametrize("old", ["", "1.0"], ids=["first", "over an installed one"])
def test_a_checkout_is_linked_and_never_written(tmp_path, checkout, old):
    """Its libraries lie beside the link, where `vendored` looks; uninstalling unlinks."""
    home = make("Linux", tmp_path, kritarc=b"")
    before, source = snapshot(tmp_path), snapshot(checkout.parent)
    if old:
        put(home, old)
    assert "is linked in" in install(home.place, linked(checkout), find=nobody)
    assert is_linked(home.place)
    assert (home.place.pykrita / MODULE / "__init__.py").read_text() == "live"
    assert (home.place.pykrita / BESIDE / "any" / "small.py").is_file()
    assert "already" in install(home.place, linked(checkout), find=nobody)
    take_out(home)
    assert snapshot(tmp_path) == before
    assert snapshot(checkout.parent) == source


def test_an_installed_version_replaces_the_link(tmp_path, checkout):
    """The checkout is left alone, and its libraries go."""
    home = make("Linux", tmp_path)
    source = snapshot(checkout.parent)
    install(home.place, linked(checkout), find=nobody)
    put(home)
    assert_installed(home)
    assert not (home.place.pykrita / BESIDE).exists()
    assert snapshot(checkout.parent) == source


def test_installer_and_plugin_agree_on_the_folders_of_libraries():
    """The plugin looks where the installer puts them."""
    assert (BESIDE, package.COMMON) == (vendored.BESIDE, vendored.COMMON)


def with_data(home: Home) -> None:
    (home.place.data / "jobs" / "1").mkdir(parents=True)
    (home.place.data / "settings.json").write_text("{}")
    (home.place.data / "keys").mkdir()
    (home.place.data / "keys" / "wavespeed").write_text("secret")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_purge_removes_the_users_data(tmp_path, layout):
    """Settings, key (also from the keyring) and results; without it they stay."""
    home = make(layout, tmp_path)
    with_data(home)
    put(home)
    take_out(home)
    assert (home.place.data / "settings.json").exists()
    forgotten: list[Path] = []
    sentence = uninstall(home.place, purge=True, find=nobody, forget_key=forgotten.append)
    assert str(home.place.data) in sentence
    assert not home.place.data.exists()
    assert forgotten == [home.place.data]


def test_purge_removes_a_chosen_data_folder_too(tmp_path):
    """And of the folder it is in nothing else; its unfinished jobs keep all as it is."""
    home = make("Linux", tmp_path)
    with_data(home)
    put(home)
    disk = tmp_path / "disk"
    chosen = choose_folder(disk, home.place.data)
    (disk / "mine.txt").write_text("mine")
    (chosen / "jobs" / "1").mkdir(parents=True)
    (chosen / "jobs" / "1" / "open").touch()
    with pytest.raises(InstallerError, match=r"Unfinished jobs \(1\)"):
        uninstall(home.place, purge=True, find=nobody)
    assert home.place.data.exists()
    (chosen / "jobs" / "1" / "open").unlink()
    forgotten: list[Path] = []
    sentence = uninstall(home.place, purge=True, find=nobody, forget_key=forgotten.append)
    assert str(home.place.data) in sentence
    assert str(chosen) in sentence
    assert [path.name for path in disk.iterdir()] == ["mine.txt"]
    assert not home.place.data.exists()
    assert set(forgotten) == {home.place.data, chosen}


def test_purge_says_nothing_of_data_that_is_not_there(tmp_path):
    """As when it is run a second time."""
    home = make("Linux", tmp_path)
    put(home)
    assert uninstall(home.place, purge=True, find=nobody).endswith(f"from {home.place.resources}.")


def test_purge_leaves_a_folder_that_only_claims_to_be_the_plugins(tmp_path):
    """What somebody wrote into the file that names the data folder is not removed by its name."""
    home = make("Linux", tmp_path)
    with_data(home)
    put(home)
    (tmp_path / "pictures").mkdir()
    (home.place.data / POINTER).write_text(str(tmp_path / "pictures"))
    uninstall(home.place, purge=True, find=nobody)
    assert (tmp_path / "pictures").is_dir()
    assert not home.place.data.exists()


def test_the_doctor_looks_into_the_chosen_data_folder(tmp_path):
    """As the plugin itself does."""
    home = make("Linux", tmp_path)
    machine = Machine("linux", tmp_path, {})
    assert doctor_folder(home.place, machine) == home.place.data
    chosen = choose_folder(tmp_path / "disk", home.place.data)
    assert doctor_folder(home.place, machine) == chosen


def test_purge_does_not_lose_what_was_paid_for(tmp_path):
    """With an unfinished job nothing is removed at all, and the sentence says how to go on."""
    home = make("Linux", tmp_path)
    with_data(home)
    put(home)
    (home.place.data / "jobs" / "1" / "open").touch()
    before = snapshot(tmp_path)
    with pytest.raises(InstallerError, match=r"Unfinished jobs \(1\).*start Krita") as caught:
        uninstall(home.place, purge=True, find=nobody)
    assert caught.value.exit_code == REFUSED
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_user_data_is_inside_the_plugins_folder(tmp_path, layout):
    """Krita's importer removes that folder with every update."""
    place = make(layout, tmp_path).place
    assert place.resources not in place.data.parents
    assert place.pykrita not in place.data.parents
    assert place.data.name == "layer-edit"


def test_the_receipt_says_nothing_but_what_was_changed(tmp_path):
    """No copy of the user's settings is kept."""
    home = make("Linux", tmp_path, kritarc=b"secret=1\n")
    put(home)
    text = (home.place.pykrita / "layer_edit.receipt.json").read_text()
    assert set(json.loads(text)) == {"folders", "kritarc", "was_there"}
    assert "secret" not in text
