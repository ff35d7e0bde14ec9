"""Which wheels an interpreter gets, and that no other file than the pinned one is used."""

import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from installer.console import InstallerError
from installer.metadata import Metadata, Wheel, load
from installer.wheels import (
    Interpreter,
    download_command,
    fetch,
    fits,
    run_pip,
    sha256_of,
    unpack,
    vendor,
    verify,
    wheels_for,
)
from layer_edit import vendored

LINUX = Interpreter(3, 11, "linux-x86_64")
NO_PIP = [sys.executable, "-c", "raise SystemExit('pip must not be asked')"]


@pytest.mark.parametrize(
    ("interpreter", "tag"),
    [
        (LINUX, "cp311-linux_x86_64"),
        (Interpreter(3, 10, "win-amd64"), "cp310-win_amd64"),
        (Interpreter(3, 13, "macosx-10.15-universal2"), "cp313-macosx_universal2"),
    ],
)
def test_tag_names_the_vendor_folder(interpreter, tag):
    """Version and platform, without the signs that platforms write differently."""
    assert interpreter.tag == tag


def test_the_installer_and_the_plugin_agree_on_the_tag():
    """The plugin looks for the folder that the installer makes."""
    assert Interpreter.ask(sys.executable).tag == vendored.tag()
    assert Interpreter.embedded(3, 11).platform == sysconfig.get_platform()


def test_a_python_that_does_not_answer_is_named():
    """The sentence says which interpreter was asked."""
    with pytest.raises(InstallerError, match="/nowhere/python3 does not answer"):
        Interpreter.ask("/nowhere/python3")


@pytest.mark.parametrize(
    ("file", "interpreter", "expected"),
    [
        ("a-1-py3-none-any.whl", LINUX, True),
        ("a-1-py2-none-any.whl", LINUX, False),
        ("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", LINUX, True),
        ("a-1-cp312-cp312-manylinux_2_28_x86_64.whl", LINUX, False),
        ("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", LINUX, False),
        ("a-1-cp311-cp311-manylinux_2_28_aarch64.whl", LINUX, False),
        ("a-1-cp311-cp311-win_amd64.whl", Interpreter(3, 11, "win-amd64"), True),
        ("a-1-cp311-cp311-win32.whl", Interpreter(3, 11, "win-amd64"), False),
        ("a-1-cp311-cp311-macosx_11_0_arm64.whl", Interpreter(3, 11, "macosx-12.0-arm64"), True),
        ("a-1-cp311-cp311-macosx_11_0_arm64.whl", Interpreter(3, 11, "macosx-12.0-x86_64"), False),
    ],
)
def test_fits_reads_the_tags(file, interpreter, expected):
    """A wheel for another Python, system or processor is not taken."""
    assert fits(Wheel(file, ""), interpreter) is expected


def test_an_unsupported_python_is_refused():
    """The sentence says which Pythons there are."""
    with pytest.raises(InstallerError, match=r"Python 3\.9 is not supported.*3\.10, 3\.11"):
        wheels_for(load(), Interpreter(3, 9, "linux-x86_64"))


def test_a_machine_without_wheels_is_refused():
    """A processor nobody builds Pillow for gets a sentence, not a broken plugin."""
    with pytest.raises(
        InstallerError, match=r"No wheel of Pillow==\S+ is pinned for cp311-linux_s"
    ):
        wheels_for(load(), Interpreter(3, 11, "linux-s390x"))


def test_verify_refuses_another_content(tmp_path: Path):
    """One changed byte is enough."""
    file = tmp_path / "a-1-py3-none-any.whl"
    file.write_bytes(b"pinned")
    wheel = Wheel(file.name, sha256_of(file))
    verify(file, wheel)
    file.write_bytes(b"Pinned")
    with pytest.raises(InstallerError, match="is not the pinned file"):
        verify(file, wheel)


def test_pip_is_asked_for_exactly_the_pinned_files():
    """Hashes are required, and the tags are those in the files' names."""
    wheel = Wheel("a-1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", "00")
    command = download_command([("a==1", wheel)], LINUX, ["pip"], Path("there"))
    assert "--require-hashes" in command
    assert command[-4:] == [
        "--platform",
        "manylinux_2_27_x86_64",
        "--platform",
        "manylinux_2_28_x86_64",
    ]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Metadata, Path]:
    """Metadata with one small package, whose wheel lies in the cache already."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "layer-edit" / "wheels"
    folder.mkdir(parents=True)
    file = folder / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("small.py", "WORD = 'here'\n")
        archive.writestr("small-1.dist-info/LICENSE", "free\n")
    return _metadata(file.name, sha256_of(file)), file


def _metadata(file: str, sha256: str) -> Metadata:
    from installer.metadata import Development, Runtime, Studio

    runtime = Runtime("small", "1", ("3.11",), (Wheel(file, sha256),))
    return Metadata("P", "p", "1", (), ("3.11",), (runtime,), Development((), ()), Studio((), ()))


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_vendor_unpacks_once_and_without_the_network(package):
    """A wheel in the cache is used as it is; the folder is kept for the next time."""
    metadata, file = package
    folder = vendor(metadata, LINUX, NO_PIP)
    assert folder.name == "cp311-linux_x86_64"
    assert (folder / "small.py").read_text() == "WORD = 'here'\n"
    file.unlink()
    assert vendor(metadata, LINUX, NO_PIP) == folder


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_a_damaged_file_in_the_cache_is_fetched_again(package):
    """It is thrown away, and pip's failure is told in one sentence."""
    metadata, file = package
    file.write_bytes(b"cut off")
    with pytest.raises(InstallerError, match="pip failed: pip must not be asked"):
        fetch(wheels_for(metadata, LINUX), LINUX, NO_PIP)
    assert not file.exists()


def test_without_a_network_the_sentence_says_so():
    """pip names the package, as if its version were wrong; what it says before is the reason."""
    code = (
        "print('WARNING: Retrying (Retry(total=0)) after connection broken by NewConnectionError');"
        "print('ERROR: No matching distribution found for requests==2.34.2');"
        "raise SystemExit(1)"
    )
    with pytest.raises(InstallerError, match=r"^pip cannot reach its package index: look after"):
        run_pip([sys.executable, "-c", code])
    unknown = code.replace("connection broken by", "")
    with pytest.raises(InstallerError, match="pip failed: ERROR: No matching distribution"):
        run_pip([sys.executable, "-c", unknown])


def test_a_failed_unpacking_leaves_nothing(tmp_path: Path):
    """The folder appears when it is complete, or not at all."""
    broken = tmp_path / "broken.whl"
    broken.write_bytes(b"no zip")
    with pytest.raises(zipfile.BadZipFile):
        unpack([broken], tmp_path / "vendor" / "tag")
    assert list((tmp_path / "vendor").iterdir()) == []
