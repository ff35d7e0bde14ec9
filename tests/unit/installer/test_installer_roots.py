"""Debian roots with other Kritas: what is asked for, and how Krita is started in them."""

import subprocess
import threading
import time

import pytest

from installer import roots
from installer.__main__ import kritas
from installer.console import Console, InputError, InstallerError
from installer.locks import locked
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
    with pytest.raises(InstallerError, match=r"No Krita 6\.0: a Debian root needs"):
        root_for("6.0", Console())
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def makeable(tmp_path, monkeypatch):
    """A machine that may make roots, with an empty cache; gives the folder of the roots."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(roots, "why_not", lambda: "")
    return tmp_path / "layer-edit" / "roots"


def test_two_that_want_the_same_root_make_it_once(makeable, monkeypatch):
    """The second one waits for the first."""
    made = []

    def make(folder, spec, steps):
        made.append(spec.suite)
        time.sleep(0.5)
        folder.mkdir()

    monkeypatch.setattr(roots, "_try_making", make)
    threads = [threading.Thread(target=root_for, args=("5.2", Console())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["trixie"]
    assert (makeable / "krita-5.2" / "complete").exists()


def test_a_mirror_that_breaks_off_is_asked_again(makeable, monkeypatch):
    """Once; then its complaint is the reason, and the root is not complete."""
    tried = []

    def make(folder, spec, steps):
        tried.append(spec.suite)
        steps.run(["sh", "-c", "echo E: Unable to fetch; echo later; exit 100"])

    monkeypatch.setattr(roots, "_try_making", make)
    with pytest.raises(InstallerError, match=r"^E: Unable to fetch \(.*krita-5\.3\.log"):
        root_for("5.3", Console())
    assert tried == ["sid", "sid"]
    assert not (makeable / "krita-5.3").exists()


def test_the_making_can_be_stopped(makeable, monkeypatch):
    """The command under way ends, and nothing is tried again."""
    tried, stop = [], threading.Event()

    def make(folder, spec, steps):
        tried.append(spec.suite)
        stop.set()
        steps.run(["sleep", "600"])

    monkeypatch.setattr(roots, "_try_making", make)
    with pytest.raises(InstallerError, match="stopped"):
        root_for("5.3", Console(), stop)
    assert tried == ["sid"]


def test_roots_keep_their_logs_apart(makeable, monkeypatch):
    """They may be made at the same time."""
    logs = []
    monkeypatch.setattr(roots, "_try_making", lambda folder, spec, steps: logs.append(steps.log))
    for version in ROOTS:
        (makeable / f"krita-{version}").mkdir(parents=True)
        root_for(version, Console())
    assert len(set(logs)) == len(ROOTS)


def test_a_lock_is_held_by_the_command_it_was_handed_to(tmp_path):
    """A command that outlives its installer keeps the next one from beginning beside it."""
    done = tmp_path / "done"
    with locked(tmp_path / "lock") as lock:
        command = subprocess.Popen(["sh", "-c", 'sleep 1; : > "$0"', done], pass_fds=[lock])
    with locked(tmp_path / "lock"):
        assert done.exists()
    command.wait()
