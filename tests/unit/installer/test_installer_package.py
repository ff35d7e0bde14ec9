"""The release's packages: what is in them, for whom, and that they are the same every time."""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from installer import package
from installer.archive import Entry, entries_of, zip_bytes
from installer.binaries import binary, check
from installer.console import Console, InstallerError
from installer.metadata import PLUGIN_DIR, RESOURCES_DIR, ROOT, load
from installer.platforms import PLATFORMS, Platform, named
from installer.wheels import Interpreter, fetch, sha256_of, wheels_for

PIP = [sys.executable, "-m", "pip"]
IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")
SIZE_LIMIT = 40_000_000

SYSTEMS = {
    "windows-x86_64": ("win", {"amd64"}),
    "linux-x86_64": ("linux", {"x86_64"}),
    "linux-arm64": ("linux", {"aarch64"}),
    "macos": ("macosx", {"x86_64", "arm64"}),
}
"""System and processors that each package's compiled files must be for."""


@pytest.fixture(scope="module")
def wheels() -> dict[str, Path]:
    """All wheels of all packages, by file name; without a network and a full cache a skip."""
    found = {}
    for platform in PLATFORMS:
        for interpreter in platform.interpreters:
            pinned = wheels_for(load(), interpreter)
            try:
                files = fetch(pinned, interpreter, PIP)
            except InstallerError as error:
                if "HASH" in error.message or not error.message.startswith("pip "):
                    raise
                pytest.skip(f"wheels of other systems are needed, and no network: {error.message}")
            found.update({file.name: file for file in files})
    return found


@pytest.fixture(scope="module")
def built(wheels, tmp_path_factory) -> Iterator[Path]:
    """A folder with all packages."""
    out = tmp_path_factory.mktemp("packages")
    package.build(load(), PLATFORMS, out, PIP, Console())
    yield out
    shutil.rmtree(out)


@pytest.fixture
def scratch(tmp_path) -> Iterator[Path]:
    """A folder for large files, which nobody wants to keep."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def zip_of(folder: Path, platform: Platform) -> Path:
    return folder / f"layer-edit-{load().version}-{platform.name}.zip"


each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.name)


# -- the files as a whole --------------------------------------------------------------------------


def test_two_builds_give_the_same_bytes(built, scratch):
    """Every file of the release, SHA256SUMS and SBOMs included."""
    package.build(load(), PLATFORMS, scratch, PIP, Console())
    first = {file.name: sha256_of(file) for file in built.iterdir()}
    second = {file.name: sha256_of(file) for file in scratch.iterdir()}
    assert first == second
    assert len(first) == 2 * len(PLATFORMS) + 1


def test_sums_are_those_of_the_files(built):
    """In the form that sha256sum checks."""
    lines = (built / "SHA256SUMS").read_text().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert all(line[64:66] == "  " for line in lines)
    there = {file.name: sha256_of(file) for file in built.iterdir() if file.name != "SHA256SUMS"}
    assert listed == there


@each_platform
def test_no_package_is_too_large(built, platform):
    """40 megabytes are the most that anybody should have to download."""
    size = zip_of(built, platform).stat().st_size
    assert 10_000_000 < size <= SIZE_LIMIT


def test_a_package_that_is_too_large_is_not_written(wheels, tmp_path, monkeypatch):
    """The sentence says how large it is."""
    monkeypatch.setattr(package, "LARGEST", 1_000_000)
    with pytest.raises(InstallerError, match=r"zip has \d+ bytes, at most 1000000"):
        package.build(load(), [named("macos")], tmp_path / "out", PIP, Console())
    assert not (tmp_path / "out").exists()


def test_the_table_shows_sizes_and_hashes(built):
    """As the command prints it."""
    file = zip_of(built, named("macos"))
    made = package.Made(file, file.stat().st_size, sha256_of(file))
    (line,) = package.table([made])
    assert re.fullmatch(r"layer-edit-\S+-macos\.zip +\d+\.\d\d MB  [0-9a-f]{64}", line)


# -- what is in them -------------------------------------------------------------------------------


@each_platform
def test_the_content_of_a_package(built, platform):
    """Code, resources, metadata and licence; each folder has its entry; nothing superfluous."""
    with zipfile.ZipFile(zip_of(built, platform)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert len(names) == len(set(names)) == len({name.lower() for name in names})
    assert names[0] == "layer_edit.desktop"
    folders = {f"{parent}/" for name in names for parent in Path(name).parents if parent.name}
    assert folders <= set(names)
    for name in ("__init__.py", "LICENSE", "metadata.json", "Manual.html", "resources/models.json"):
        assert f"layer_edit/{name}" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".whl"))]
    assert not [name for name in names if "studio" in name], "a studio is another program"
    code = {
        file.relative_to(PLUGIN_DIR).as_posix()
        for file in (PLUGIN_DIR / "layer_edit").rglob("*.py")
        if "__pycache__" not in file.parts
    }
    assert code <= set(names)


@each_platform
def test_the_files_are_those_of_the_pinned_wheels(built, wheels, platform):
    """Each Python has its libraries, byte for byte as in a wheel with the pinned hash."""
    with zipfile.ZipFile(zip_of(built, platform)) as archive:
        left = {name for name in archive.namelist() if "/vendor/" in name and name[-1] != "/"}
        for interpreter in platform.interpreters:
            for _, wheel in wheels_for(load(), interpreter):
                assert hashlib.sha256(wheels[wheel.file].read_bytes()).hexdigest() == wheel.sha256
                folder = "any" if wheel.platform_tags == ("any",) else interpreter.tag
                with zipfile.ZipFile(wheels[wheel.file]) as original:
                    for info in original.infolist():
                        name = f"layer_edit/vendor/{folder}/{info.filename}"
                        if not info.is_dir():
                            assert archive.getinfo(name).CRC == info.CRC
                            left.discard(name)
    assert not left


@each_platform
def test_every_compiled_file_is_for_its_python_and_processor(built, platform):
    """By its own header and by its name; on Windows by the DLL it loads, too."""
    system, machines = SYSTEMS[platform.name]
    seen: dict[str, int] = {}
    with zipfile.ZipFile(zip_of(built, platform)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            made_for = binary(content)
            if made_for is None:
                assert not re.search(r"\.(so[.\d]*|pyd|dll|dylib)$", name), name
                continue
            tag = name.split("/")[2]
            digits, machine = re.fullmatch(rf"cp(\d+)-{system}_(\w+)", tag).groups()
            assert (made_for.system, made_for.machines) == (system, (machine,)), name
            assert machine in machines
            module = re.search(r"\.(?:cpython-|cp)(\d+)-", name)
            assert module is None or module[1] == digits, name
            if name.endswith(".pyd"):
                assert f"python{digits}.dll".encode() in content, name
            seen[tag] = seen.get(tag, 0) + 1
    assert sorted(seen) == sorted(interpreter.tag for interpreter in platform.interpreters)
    assert min(seen.values()) >= 8


@pytest.mark.parametrize(
    ("wheel_for", "asked_by"),
    [
        (Interpreter(3, 13, "win-amd64"), Interpreter(3, 13, "linux-x86_64")),
        (Interpreter(3, 13, "linux-aarch64"), Interpreter(3, 13, "linux-x86_64")),
        (Interpreter(3, 13, "macosx-arm64"), Interpreter(3, 13, "macosx-x86_64")),
        (Interpreter(3, 13, "linux-x86_64"), Interpreter(3, 11, "linux-x86_64")),
        (Interpreter(3, 13, "win-amd64"), Interpreter(3, 10, "win-amd64")),
        (Interpreter(3, 13, "linux-x86_64"), None),
    ],
)
def test_a_wheel_for_another_python_is_not_packed(wheels, wheel_for, asked_by):
    """Whatever its name says, the files in it decide."""
    name = next(wheel.file for _, wheel in wheels_for(load(), wheel_for) if "illow" in wheel.file)
    entries = list(entries_of(wheels[name]))
    assert check(entries, wheel_for) >= 8
    with pytest.raises(InstallerError, match=r"is for|does not use"):
        check(entries, asked_by)


def test_every_library_comes_with_its_licence(built):
    """In the place its packaging standard gives it."""
    for platform in PLATFORMS:
        with zipfile.ZipFile(zip_of(built, platform)) as archive:
            names = archive.namelist()
            infos = {name.rpartition("/")[0] for name in names if name.endswith("/METADATA")}
            for info in infos:
                licences = [name for name in names if name.startswith(f"{info}/licenses/")]
                assert any(archive.getinfo(name).file_size > 200 for name in licences), info
            assert len(infos) == 6 + len(platform.interpreters)
            assert archive.read("layer_edit/LICENSE") == (ROOT / "LICENSE").read_bytes()


@each_platform
def test_the_sbom_lists_what_is_in_the_package(built, platform):
    """CycloneDX 1.6: every wheel with its hash, licences, who needs whom; no date."""
    file = zip_of(built, platform).with_suffix(".cdx.json")
    data = json.loads(file.read_text())
    assert (data["bomFormat"], data["specVersion"], data["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", data["serialNumber"])
    assert data["metadata"]["component"]["version"] == load().version
    assert "timestamp" not in data["metadata"]
    listed = {
        part["name"]: part["hashes"][0]["content"]
        for component in data["components"]
        for part in component["components"]
    }
    pinned = {
        wheel.file: wheel.sha256
        for interpreter in platform.interpreters
        for _, wheel in wheels_for(load(), interpreter)
    }
    assert listed == pinned
    refs = {component["bom-ref"] for component in data["components"]}
    assert {each["ref"] for each in data["dependencies"]} - refs == {f"layer_edit@{load().version}"}
    assert {ref for each in data["dependencies"] for ref in each.get("dependsOn", [])} == refs
    licences = {component["name"]: component["licenses"][0] for component in data["components"]}
    assert licences["requests"] == {"license": {"id": "Apache-2.0"}}
    assert licences["Pillow"] == {"expression": "MIT-CMU"}


# -- Krita's importer ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def importer() -> ModuleType:
    """Krita's own importer, loaded from its file."""
    if not IMPORTER.is_file():
        pytest.skip("there is no Krita here whose importer could be asked")
    spec = importlib.util.spec_from_file_location("plugin_importer", IMPORTER)
    module = importlib.util.module_from_spec(spec)
    builtins.i18n = str
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del builtins.i18n


@pytest.mark.parametrize("name", ["windows-x86_64", "macos"])
def test_kritas_importer_takes_the_package(built, importer, scratch, name):
    """It finds one plugin and unpacks the whole of it. Linux's is imported in a real Krita."""
    zip_file = zip_of(built, named(name))
    (imported,) = importer.PluginImporter(str(zip_file), str(scratch), None).import_all()
    assert (imported["name"], imported["ui_name"]) == ("layer_edit", "Layer Edit")
    with zipfile.ZipFile(zip_file) as archive:
        expected = {info.filename: info.file_size for info in archive.infolist()}
    pykrita = scratch / "pykrita"
    there = {
        file.relative_to(pykrita).as_posix(): file.stat().st_size
        for file in pykrita.rglob("*")
        if file.is_file()
    }
    action = scratch / "actions" / "layer_edit.action"
    assert action.read_bytes() == (RESOURCES_DIR / "actions" / "layer_edit.action").read_bytes()
    assert expected.pop("layer_edit.action") == action.stat().st_size
    assert there == {file: size for file, size in expected.items() if file[-1] != "/"}


def test_kritas_importer_takes_the_actions(importer, tmp_path):
    """The .action file with the module's name, beside the module."""
    entries = [
        Entry.stored("layer_edit.desktop", (PLUGIN_DIR / "layer_edit.desktop").read_bytes()),
        Entry.stored("layer_edit/__init__.py", b""),
        Entry.stored("layer_edit.action", b"<ActionCollection/>"),
    ]
    zip_file = tmp_path / "x.zip"
    zip_file.write_bytes(zip_bytes(entries))
    importer.PluginImporter(str(zip_file), str(tmp_path), None).import_all()
    assert (tmp_path / "actions" / "layer_edit.action").read_bytes() == b"<ActionCollection/>"


def test_other_action_files_are_refused(tmp_path, monkeypatch):
    """Krita would silently leave them out."""
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "other.action").touch()
    monkeypatch.setattr(package, "RESOURCES_DIR", tmp_path)
    with pytest.raises(InstallerError, match=r"layer_edit\.action only, not other\.action"):
        package.plugin(load())
