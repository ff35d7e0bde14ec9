"""Debian roots with other Kritas: what is asked for, and how Krita is started in them."""

import subprocess

import pytest

from installer.__main__ import kritas
from installer.console import Console, InputError, InstallerError
from installer.metadata import load
from installer.roots import ROOTS, Root, root_for, why_not


def test_versions_are_named_or_all():
    """'own' adds none, 'all' adds every root, a list adds its own."""
    assert kritas("own") == ()
    assert kritas("all") == tuple(ROOTS)
    assert kritas("6.0,5.2") == ("6.0", "5.2")


def test_an_unknown_version_is_refused():
    """The sentence names those there are."""
    with pytest.raises(InputError, match=r"5\.2, 5\.3, 6\.0"):
        kritas("4.4")


def test_every_supported_krita_is_tested_somewhere():
    """The machine's own is the oldest; all the others of metadata.json have a root."""
    assert set(load().kritas) - {"5.1"} == set(ROOTS)


def test_the_launcher_is_a_valid_shell_script_with_its_folders(tmp_path):
    """It names the root and what Krita sees of this machine, blanks in names included."""
    shown = tmp_path / "with blank"
    file = Root("6.0", tmp_path / "root").launcher(tmp_path / "krita", [shown])
    subprocess.run(["sh", "-n", str(file)], check=True)
    assert f"'{shown}'" in file.read_text("utf-8")
    assert f"root='{tmp_path / 'root'}'" in file.read_text("utf-8")


def test_without_the_rights_no_root_is_begun(tmp_path, monkeypatch):
    """The reason is said, and nothing is made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "rights of root" in why_not()
    with pytest.raises(InstallerError, match=r"No Krita 6\.0: making a Debian root"):
        root_for("6.0", Console())
    assert list(tmp_path.iterdir()) == []
