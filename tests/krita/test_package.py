"""The package of this system, imported by a real Krita's own importer, and used there."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from installer import kritarc, package
from installer.console import Console, InstallerError
from installer.display import Display
from installer.doctor import problems, versions
from installer.install import uninstall
from installer.krita_host import find_krita
from installer.krita_run import KritaRun, run_krita
from installer.layouts import profile as place_of
from installer.metadata import load
from installer.platforms import this_platform
from installer.profile import Profile
from installer.roots import root_for
from tests.krita.harness import DRIVER, SCENARIOS, VERSION
from tests.krita.kra import read_kra, rgba

IMPORTING = Path(__file__).resolve().parent / "packaged"
SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "yellow-flower.jpg"
SIZE = (300, 200)
START_LIMIT = 15
"""Milliseconds that the plugin may add to Krita's start."""


@dataclass(frozen=True)
class Imported:
    """What is left of it all: Krita's profile, the package, both reports, the saved files."""

    profile: Profile
    zip_file: Path
    importing: dict[str, Any]
    settings: bytes
    """kritarc as Krita left it after the import."""
    using: dict[str, Any]
    folder: Path


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Iterator[Imported]:
    """Krita starts twice: it imports the package and quits, then the docker is used."""
    folder = tmp_path_factory.mktemp("package")
    home = Path(tempfile.mkdtemp(prefix="layer-edit-krita-"))
    try:
        zip_file = make_package(home)
        profile = Profile.create(home / "profile", plugin_dirs=[IMPORTING])
        report = home / "imported.json"
        variables = {"LAYER_EDIT_PACKAGE": str(zip_file), "LAYER_EDIT_IMPORTED": str(report)}
        run = start(profile, home, [home], variables)
        assert report.exists(), run.log_tail()
        settings = profile.kritarc.read_bytes()

        add_driver(profile)
        with Image.open(SAMPLE) as sample:
            sample.resize(SIZE).save(folder / "picture.png")
        data = folder / "data"
        data.mkdir()
        variables = {
            "LAYER_EDIT_SCENARIO": str(shutil.copy2(SCENARIOS / "package.py", home)),
            "LAYER_EDIT_OUT": str(folder),
            "LAYER_EDIT_DATA": str(data),
            "PICTURE": str(folder / "picture.png"),
        }
        run = start(profile, home, [home, folder], variables)
        shutil.copy2(run.log, folder)
        assert (folder / "report.json").exists(), run.log_tail()
        using = json.loads((folder / "report.json").read_text("utf-8"))
        assert not using["error"], using["error"]
        importing = json.loads(report.read_text("utf-8"))
        yield Imported(profile, zip_file, importing, settings, using, folder)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def make_package(folder: Path) -> Path:
    """The package of this system; without a network and a full cache a skip."""
    pip = [sys.executable, "-m", "pip"]
    try:
        package.build(load(), [this_platform()], folder, pip, Console())
    except InstallerError as error:
        if "HASH" in error.message or not error.message.startswith("pip "):
            raise
        pytest.skip(f"the package's wheels are needed, and there is no network: {error.message}")
    (zip_file,) = folder.glob("*.zip")
    return zip_file


def add_driver(profile: Profile) -> None:
    """The test-only plugin that plays scenarios, beside what the import brought."""
    shutil.copytree(DRIVER, profile.pykrita, dirs_exist_ok=True)
    content, _ = kritarc.enable(profile.kritarc.read_bytes(), "drive_layer_edit")
    profile.kritarc.write_bytes(content)


def start(
    profile: Profile, home: Path, shown: list[Path], variables: Mapping[str, str]
) -> KritaRun:
    """Start the Krita that is asked for, which sees the shown folders, and wait for its end."""
    version = os.environ.get(VERSION)
    program: str | Path = "krita"
    if version:
        folders = [Path(tempfile.gettempdir()), *shown]
        program = root_for(version, Console()).launcher(home / "krita", dict.fromkeys(folders))
    else:
        host = find_krita()
        assert host is not None
        program = host.executable
    with Display.open() as display:
        return run_krita(profile, display, timeout=300, executable=program, environment=variables)


def test_kritas_importer_takes_it_without_a_word(imported):
    """No error, and Krita itself has switched the plugin on in its settings."""
    assert imported.importing["errors"] == []
    assert kritarc.is_enabled(imported.settings, "layer_edit")


def test_what_is_installed_is_what_was_packed(imported):
    """Byte for byte, also after it was used: nothing is ever written into the plugin's folder."""
    pykrita = imported.profile.pykrita
    with zipfile.ZipFile(imported.zip_file) as archive:
        packed = {info.filename: info.CRC for info in archive.infolist() if not info.is_dir()}
    there = {
        file.relative_to(pykrita).as_posix(): zlib.crc32(file.read_bytes())
        for file in [pykrita / "layer_edit.desktop", *(pykrita / "layer_edit").rglob("*")]
        if file.is_file() and "__pycache__" not in file.parts
    }
    action = pykrita.parent / "actions" / "layer_edit.action"
    there["layer_edit.action"] = zlib.crc32(action.read_bytes())
    assert there == packed


def test_the_system_has_no_libraries_and_the_plugin_brings_its_own(imported):
    """Krita's Python finds neither Pillow nor requests; the docker has both, from its folder."""
    assert imported.using["system"] == {"PIL": False, "requests": False}
    vendor = imported.profile.pykrita / "layer_edit" / "vendor"
    for name, file in imported.using["libraries"].items():
        assert Path(file).is_relative_to(vendor), name
    assert imported.using["path"] == []


def test_the_docker_edits(imported):
    """One edit ('invert'): every pixel of the new layer is the inverse of the picture."""
    file = read_kra(imported.folder / "edited.kra")
    assert len(file.layers) == 2
    result = rgba(file.layers[0], file.size).convert("RGB")
    with Image.open(imported.folder / "picture.png") as picture:
        expected = ImageChops.invert(picture.convert("RGB"))
    assert ImageChops.difference(result, expected).getbbox() is None


def test_kritas_start_loads_next_to_nothing_of_the_plugin(imported):
    """The docker's shell, the actions and Qt; everything else waits until it is used."""
    own = [name for name in imported.using["loaded"] if name.startswith("layer_edit")]
    allowed = ["", ".canvas", ".canvas.actions", ".canvas.host", ".qt"]
    assert own == [f"layer_edit{each}" for each in allowed]
    assert not {name.partition(".")[0] for name in imported.using["loaded"]} & {"PIL", "requests"}


def test_what_the_plugin_adds_to_kritas_start(imported, capsys):
    """By the processor's time; on a machine that others keep busy it is shown, but not judged."""
    parts = imported.using["start"]
    wall, busy = (sum(pair[index] for pair in parts.values()) for index in (0, 1))
    listed = ", ".join(f"{name} {pair[0]:.1f}" for name, pair in parts.items())
    is_quiet = os.getloadavg()[0] <= (os.cpu_count() or 1)
    with capsys.disabled():
        print(
            f"\nKrita {imported.using['krita']}: the plugin adds {wall:.1f} ms to the start "
            f"({listed}), {busy:.1f} ms of them the processor's; at most {START_LIMIT}"
            f"{'' if is_quiet else ' (not judged: the machine is busy)'}"
        )
    assert busy <= START_LIMIT or not is_quiet


def test_the_report_from_inside(imported):
    """Versions of all that takes part, and no home folder's name."""
    text = imported.using["doctor"]
    assert f"Layer Edit:    {load().version}" in text
    assert f"Krita:         {imported.using['krita']}" in text
    assert f"Qt:            {imported.using['qt']}" in text
    assert "key:           none" in text
    assert str(imported.profile.home) not in text


def test_the_report_from_outside(imported):
    """The installer finds nothing wrong, and Krita's own log tells its version."""
    place = place_of(imported.profile.folder)
    assert problems(place) == []
    version = imported.using["krita"].split(" ")[0]
    assert versions(place)[0].startswith(f"Krita {version}, Qt {imported.using['qt']}")


def test_the_installer_takes_it_out_again(imported):
    """What Krita's importer brought goes as a whole; Krita's other settings stay."""
    before = imported.profile.kritarc.read_bytes()
    uninstall(place_of(imported.profile.folder))
    left = [path.name for path in imported.profile.pykrita.iterdir()]
    assert sorted(each for each in left if each.startswith("layer_edit")) == []
    after = imported.profile.kritarc.read_bytes()
    assert after == before.replace(b"enable_layer_edit=true\n", b"")
    assert len(after) < len(before)
