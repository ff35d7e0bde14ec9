"""Installing and uninstalling in made-up home folders of every system, whatever they contain."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from installer.install import MODULE
from installer.kritarc import enable
from tests.unit.installer.homes import (
    KRITARCS,
    LAYOUTS,
    NAMES,
    assert_installed,
    content,
    make,
    put,
    snapshot,
    take_out,
)


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


def _folder_instead(pykrita: Path) -> None:
    (pykrita / f"{MODULE}.desktop").unlink()
    (pykrita / f"{MODULE}.desktop").mkdir()
    (pykrita / f"{MODULE}.desktop" / "file").write_text("")


def _dangling(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("/nowhere/at/all")


def _no_receipt(pykrita: Path) -> None:
    (pykrita / "layer_edit.receipt.json").write_text('{"folders": 7}')


def _rests(pykrita: Path) -> None:
    (pykrita / f".{MODULE}.layer-edit-new").mkdir()
    (pykrita / f".{MODULE}.layer-edit-new" / "half").write_text("")
    (pykrita / f".{MODULE}.layer-edit-old").mkdir()


BROKEN = {
    "no __init__.py": lambda pykrita: (pykrita / MODULE / "__init__.py").unlink(),
    "an empty folder": lambda pykrita: _emptied(pykrita / MODULE),
    "a file in the folder's place": lambda pykrita: _file_instead(pykrita / MODULE),
    "no .desktop": lambda pykrita: (pykrita / f"{MODULE}.desktop").unlink(),
    "a folder in the .desktop's place": _folder_instead,
    "a link that leads nowhere": lambda pykrita: _dangling(pykrita / MODULE),
    "only half of its libraries": lambda pykrita: shutil.rmtree(pykrita / MODULE / "vendor"),
    "a receipt that is none": _no_receipt,
    "rests of a killed installer": _rests,
}
"""Ways in which an old version can be broken."""


@pytest.mark.parametrize("kritarc", KRITARCS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_install_and_uninstall_leave_the_profile_byte_identical(tmp_path, layout, kritarc):
    """In every layout, whatever the settings file has; a second installation changes nothing."""
    home = make(layout, tmp_path, NAMES[1], KRITARCS[kritarc])
    before = snapshot(tmp_path)
    settings = home.place.kritarc
    old = settings.read_bytes() if settings.exists() else None
    assert "is installed in" in put(home)
    assert_installed(home)
    assert settings.read_bytes() == enable(old, MODULE)[0]
    after = snapshot(tmp_path)
    assert "already" in put(home)
    assert snapshot(tmp_path) == after
    assert "is removed from" in take_out(home)
    assert snapshot(tmp_path) == before
    assert "is not installed" in take_out(home)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_users_name_will_do(tmp_path, layout, name):
    """Blanks, signs and other scripts in the home folder's name."""
    home = make(layout, tmp_path, name)
    before = snapshot(tmp_path)
    put(home)
    assert_installed(home)
    take_out(home)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_old_version_is_updated_and_goes_without_a_trace(tmp_path, layout):
    """The receipt of the first installation is the one that counts; the user's data stays."""
    home = make(layout, tmp_path, kritarc=KRITARCS["other plugins"])
    home.place.data.mkdir(parents=True)
    (home.place.data / "settings.json").write_text("{}")
    before = snapshot(tmp_path)
    put(home, "1.0")
    assert "(before: 1.0)" in put(home, "2.0")
    assert_installed(home, "2.0")
    take_out(home)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("damage", BROKEN)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_broken_old_version_is_replaced(tmp_path, layout, damage):
    """However it is broken, also when Krita's importer brought it and there is no receipt."""
    home = make(layout, tmp_path, kritarc=KRITARCS["other plugins"])
    put(home, "1.0")
    BROKEN[damage](home.place.pykrita)
    put(home, "2.0")
    assert_installed(home, "2.0")
    take_out(home)
    assert not list(home.place.pykrita.glob("*layer_edit*"))
    assert home.place.kritarc.read_bytes().endswith(KRITARCS["other plugins"])


@pytest.mark.parametrize("damage", BROKEN)
def test_a_broken_version_can_be_taken_out(tmp_path, damage):
    """Nobody has to repair it first."""
    home = make("Linux", tmp_path, kritarc=KRITARCS["other plugins"])
    put(home, "1.0")
    BROKEN[damage](home.place.pykrita)
    assert "is removed" in take_out(home)
    assert not list(home.place.pykrita.glob("*layer_edit*"))


def test_what_kritas_importer_brought_is_updated_and_taken_out(tmp_path):
    """It left no receipt; the line in the settings goes with it."""
    home = make("Linux", tmp_path, kritarc=KRITARCS["switched on"])
    pykrita = home.place.pykrita
    for entry in content("1.0").files:
        (pykrita / MODULE / entry.name).parent.mkdir(parents=True, exist_ok=True)
        (pykrita / MODULE / entry.name).write_bytes(entry.content())
    (pykrita / f"{MODULE}.desktop").write_bytes(content("1.0").desktop.content())
    assert "(before: 1.0)" in put(home)
    assert_installed(home)
    take_out(home)
    assert home.place.kritarc.read_bytes() == b"[python]\n[x]\ny=1\n"
    assert not list(pykrita.iterdir())
