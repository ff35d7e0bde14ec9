"""What goes wrong while installing: whenever it does, everything is as it was."""

from __future__ import annotations

import errno
import os
import shutil
import warnings
from pathlib import Path

import pytest

from installer import package
from installer.archive import Entry
from installer.console import REFUSED, InstallerError
from installer.install import (
    MODULE,
    Wanted,
    install,
    refuse_while_running,
    uninstall,
    version_of,
)
from installer.kritarc import enable
from tests.unit.installer.homes import (
    KRITARCS,
    LAYOUTS,
    NAMES,
    Home,
    QuickFiles,
    assert_installed,
    content,
    make,
    nobody,
    put,
    snapshot,
    take_out,
    wanted,
)


class FailingFiles(QuickFiles):
    """The operation of that number fails, as it would on a full disk or without rights."""

    def __init__(self, at: int, number: int = errno.ENOSPC) -> None:
        self.at, self.number, self.done = at, number, 0

    def _count(self, path: Path) -> None:
        self.done += 1
        if self.done == self.at:
            raise OSError(self.number, os.strerror(self.number), str(path))

    def write(self, file: Path, content: bytes) -> None:
        try:
            self._count(file)
        except OSError:
            file.write_bytes(content[: len(content) // 2])  # so much of it the disk still takes
            raise
        super().write(file, content)

    def make_folder(self, folder: Path) -> None:
        self._count(folder)
        super().make_folder(folder)

    def link(self, place: Path, target: Path) -> None:
        self._count(place)
        super().link(place, target)

    def rename(self, source: Path, target: Path) -> None:
        self._count(target)
        super().rename(source, target)


def operations(tmp_path: Path, layout: str, old: str) -> int:
    """How many operations an update takes, none of which fails."""
    counting = FailingFiles(at=-1)
    home = make(layout, tmp_path / "counting", kritarc=KRITARCS["no newline at the end"])
    if old:
        put(home, old)
    install(home.place, wanted(), files=counting, find=nobody)
    return counting.done


@pytest.mark.parametrize("old", ["", "1.0"], ids=["first", "update"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_failure_at_any_point_leaves_everything_as_it_was(tmp_path, layout, old):
    """Each operation in turn meets a full disk: one sentence, and the old version works."""
    count = operations(tmp_path, layout, old)
    assert count > 15
    home = make(layout, tmp_path, NAMES[2], KRITARCS["no newline at the end"])
    if old:
        put(home, old)
    before = snapshot(tmp_path)
    for at in range(1, count + 1):
        with pytest.raises(InstallerError, match=r"^[^\n]+nothing was changed\.$") as caught:
            install(home.place, wanted(), files=FailingFiles(at), find=nobody)
        assert caught.value.exit_code != 0
        assert snapshot(tmp_path) == before, f"operation {at} of {count}"
    put(home)
    assert_installed(home)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_failure_while_uninstalling_leaves_the_plugin_working(tmp_path, layout):
    """Nothing is half gone."""
    home = make(layout, tmp_path, kritarc=KRITARCS["switched off"])
    put(home)
    before = snapshot(tmp_path)
    at = 0
    while True:
        at += 1
        files = FailingFiles(at, errno.EACCES)
        try:
            uninstall(home.place, files=files, find=nobody)
        except InstallerError as error:
            assert "nothing was changed" in error.message
            assert snapshot(tmp_path) == before
            continue
        break
    assert at > 5
    assert version_of(home.place) is None


class KilledFiles(FailingFiles):
    """Ends the process at that operation, as a power cut does."""

    def _count(self, path: Path) -> None:
        self.done += 1
        if self.done == self.at:
            os._exit(9)

    def write(self, file: Path, content: bytes) -> None:
        if self.done + 1 == self.at:
            file.write_bytes(content[: len(content) // 2])
        super().write(file, content)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to be killed")
@pytest.mark.parametrize("old", ["", "1.0"], ids=["first", "update"])
def test_killed_at_any_point_the_next_run_sets_it_right(tmp_path, old):
    """The settings are whole at every moment; the next installation cleans up and succeeds."""
    count = operations(tmp_path, "Linux", old)
    for at in range(1, count + 1):
        home = make("Linux", tmp_path / str(at), kritarc=KRITARCS["other plugins"])
        if old:
            put(home, old)
        settings = home.place.kritarc.read_bytes()
        assert killed(home, at) == 9
        assert home.place.kritarc.read_bytes() in (settings, enable(settings, MODULE)[0])
        put(home)
        assert_installed(home)
        take_out(home)
        assert home.place.kritarc.read_bytes() == KRITARCS["other plugins"]
        assert not list(home.place.resources.rglob("*layer*"))


def killed(home: Home, at: int) -> int:
    """The exit code of a process that installs and is killed at an operation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child runs this and nothing else
        pid = os.fork()
    if pid == 0:
        try:
            install(home.place, wanted(), files=KilledFiles(at), find=nobody)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_disk_that_is_really_full(tmp_path):
    """A small file system: the sentence says so, and everything is as it was."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = f"mount -t tmpfs -o size=512k tmpfs '{disk}'"
    if os.name != "posix" or os.geteuid() != 0 or os.system(command + " 2>/dev/null"):  # noqa: S605
        pytest.skip("mounting a small file system needs the rights of root")
    try:
        home = make("Linux", disk, kritarc=KRITARCS["other plugins"])
        put(home, "1.0")
        before = snapshot(disk)
        large = content()
        library = Entry.stored("vendor/any/large.py", b"x" * 600_000)
        too_much = Wanted(package.Plugin(large.desktop, (*large.files, library)), "2.0")
        with pytest.raises(InstallerError, match="no space left on device"):
            install(home.place, too_much, find=nobody)
        assert snapshot(disk) == before
        put(home, "2.0")
        assert_installed(home)
    finally:
        os.system(f"umount '{disk}'")  # noqa: S605


READ_ONLY = {
    "the resource folder": lambda place: place.resources,
    "pykrita": lambda place: place.pykrita,
    "the old version": lambda place: place.pykrita / MODULE,
    "the folder of the settings": lambda place: place.kritarc.parent,
    "the settings file": lambda place: place.kritarc,
}


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
@pytest.mark.parametrize("what", READ_ONLY)
@pytest.mark.parametrize("layout", [each for each in LAYOUTS if each != "resources moved"])
def test_read_only_folders(ordinary, layout, what):
    """One sentence that names the place, and everything is as it was; or it can be done."""
    home = make(layout, ordinary, NAMES[1], KRITARCS["other plugins"])
    put(home, "1.0")
    home.place.kritarc.write_bytes(KRITARCS["other plugins"])
    protected = READ_ONLY[what](home.place)
    mode = protected.stat().st_mode
    if what == "the resource folder":
        shutil.rmtree(home.place.resources)
        protected.mkdir()
    protected.chmod(mode & 0o555)
    before = snapshot(ordinary)
    if what == "the old version":  # it is the user's own: he may give himself the right
        put(home)
        assert_installed(home)
    else:
        with pytest.raises(InstallerError, match=r"nothing was changed\.$") as caught:
            put(home)
        assert str(protected) in caught.value.message
        assert snapshot(ordinary) == before
    for path in ordinary.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)


def test_nothing_is_changed_while_krita_runs(tmp_path):
    """It would write its own settings over the plugin's line when it quits."""
    home = make("Linux", tmp_path, kritarc=b"")
    before = snapshot(tmp_path)
    for call in (install, uninstall):
        arguments = [wanted()] if call is install else []
        with pytest.raises(InstallerError, match=r"process 4711.*close it") as caught:
            call(home.place, *arguments, find=lambda _place: [4711])
        assert caught.value.exit_code == REFUSED
        assert snapshot(tmp_path) == before
    with pytest.raises(InstallerError):
        refuse_while_running([home.place], lambda _place: [4711])


def test_settings_that_cannot_be_read_are_not_replaced(tmp_path):
    """A folder where the file should be: nobody knows what that is, so it stays."""
    home = make("Linux", tmp_path)
    home.place.kritarc.mkdir(parents=True)
    before = snapshot(tmp_path)
    with pytest.raises(InstallerError, match="kritarc"):
        put(home)
    assert snapshot(tmp_path) == before
