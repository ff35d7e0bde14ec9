"""What packages are made of: archives, headers of compiled files, the systems there are."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from installer import package
from installer.archive import Entry, entries_of, zip_bytes
from installer.binaries import binary, check
from installer.console import InstallerError
from installer.metadata import Wheel, load
from installer.platforms import named, this_platform
from installer.wheels import sha256_of

PIP = ["no pip"]


def test_an_archive_is_the_same_for_everybody():
    """The bytes depend on names and content only, down to this hash."""
    entries = [Entry.stored("a/b.txt", b"text"), Entry.stored("ä.txt", b"")]
    data = zip_bytes(entries)
    digest = hashlib.sha256(data).hexdigest()
    assert digest == "0df91560e0d6a3f2db2666fcc23c346718afdc4189ee49c2f4cbe3ecfb83c592"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["a/", "a/b.txt", "ä.txt"]
        assert archive.getinfo("a/").is_dir()
        assert archive.getinfo("a/b.txt").external_attr >> 16 == 0o100644
        assert archive.read("a/b.txt") == b"text"


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "a\\b"])
def test_no_entry_leads_out_of_its_folder(name):
    """Nor does one come twice."""
    with pytest.raises(ValueError, match="no entry can have the name"):
        zip_bytes([Entry.stored(name, b"")])
    with pytest.raises(ValueError, match="no entry can have the name x"):
        zip_bytes([Entry.stored("x", b""), Entry.stored("x", b"")])


def test_compressed_entries_are_taken_over_as_they_are(tmp_path):
    """And a damaged one is noticed."""
    file = tmp_path / "x.whl"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.py", b"x = 1\n" * 100)
    (entry,) = entries_of(file)
    assert len(entry.data) < 100
    assert entry.content() == b"x = 1\n" * 100
    broken = Entry(entry.name, entry.data[:-2], entry.size, entry.crc, entry.method)
    with pytest.raises(zipfile.BadZipFile, match=r"x\.py"):
        broken.content()


def test_a_wheel_that_must_be_installed_is_not_packed(tmp_path, monkeypatch):
    """Files of a .data folder belong elsewhere; a wheel without a licence may not be given on."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("installer.wheels.cache_folder", lambda: tmp_path)
    for name, message in (("a-1.data/x", "must be installed"), ("a.py", "without its licence")):
        file = tmp_path / "wheels" / "a-1-py3-none-any.whl"
        file.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(name, "")
        monkeypatch.setattr(
            package,
            "wheels_for",
            lambda *_, file=file: ((("a==1"), Wheel(file.name, sha256_of(file))),),
        )
        with pytest.raises(InstallerError, match=message):
            package.libraries(load(), named("macos"), PIP)


def elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(11) + machine.to_bytes(2, "little") + bytes(40)


def pe(machine: int) -> bytes:
    return (
        b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + machine.to_bytes(2, "little")
    )


def mach(cpu: int) -> bytes:
    return b"\xcf\xfa\xed\xfe" + cpu.to_bytes(4, "little") + bytes(24)


def fat(*cpus: int) -> bytes:
    parts = b"".join(cpu.to_bytes(4, "big") + bytes(16) for cpu in cpus)
    return b"\xca\xfe\xba\xbe" + len(cpus).to_bytes(4, "big") + parts


@pytest.mark.parametrize(
    ("content", "system", "machines"),
    [
        (elf(62), "linux", ("x86_64",)),
        (elf(183), "linux", ("aarch64",)),
        (elf(3), "linux", ("?",)),
        (pe(0x8664), "win", ("amd64",)),
        (pe(0x14C), "win", ("?",)),
        (mach(0x01000007), "macosx", ("x86_64",)),
        (mach(0x0100000C), "macosx", ("arm64",)),
        (fat(0x01000007, 0x0100000C), "macosx", ("x86_64", "arm64")),
    ],
)
def test_headers_of_compiled_files(content, system, machines):
    """The numbers of the formats' specifications."""
    made_for = binary(content)
    assert made_for is not None
    assert (made_for.system, made_for.machines) == (system, machines)


def test_texts_are_not_compiled():
    """Also when they begin in a similar way."""
    for content in (b"", b"MZ is a text", b"\x7fEL", b"import x\n"):
        assert binary(content) is None
    with pytest.raises(InstallerError, match="not the compiled file its name says"):
        check([Entry.stored("_x.cpython-311-x86_64-linux-gnu.so", b"")], None)


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("win32", "AMD64", "windows-x86_64"),
        ("linux", "x86_64", "linux-x86_64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "macos"),
        ("darwin", "x86_64", "macos"),
    ],
)
def test_the_package_of_a_machine(system, machine, name):
    """By the system and the processor as Python names them."""
    assert this_platform(system, machine).name == name


def test_a_machine_that_no_package_is_made_for():
    """The sentence says for which there are some."""
    with pytest.raises(InstallerError, match=r"'linux-riscv64', only for windows-x86_64, linux"):
        this_platform("linux", "riscv64")


def test_every_supported_python_is_in_some_package():
    """And on Linux, where distributions choose, in every one."""
    minors = {f"3.{each.minor}" for each in named("linux-x86_64").interpreters}
    assert minors == set(load().pythons)
    assert {each.minor for each in named("macos").interpreters} <= {10, 11, 12, 13, 14}
