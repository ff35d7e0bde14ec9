"""The commands as a user types them: sentences, exit codes, the report."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from installer import shipping
from installer.console import FAILED, OK, Console, InstallerError
from installer.doctor import certificates, doctor, library_lines, problems, versions
from installer.folders import cache_folder
from installer.install import install
from installer.layouts import Machine, profile
from installer.metadata import ROOT, load
from installer.platforms import this_platform
from installer.wheels import fetch, wheels_for
from layer_edit import report
from layer_edit.settings import Settings
from tests.unit.installer.homes import (
    KRITARCS,
    Home,
    QuickFiles,
    make,
    nobody,
    snapshot,
    wanted,
)

KEY = "wsk_a1b2c3d4e5f6"


def run(
    *arguments: str | Path, home: Path, cache: Path | None = None, bare: bool = False
) -> subprocess.CompletedProcess[str]:
    """`python3 -m installer` for a user with that home folder, and this cache of wheels; `bare`:
    by a Python with nothing but its standard library."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("XDG") and key not in ("WAVESPEED_API_KEY", "LAYER_EDIT_DATA")
    }
    environment |= {"HOME": str(home), "PATH": os.defpath}
    if cache is not None:
        environment["XDG_CACHE_HOME"] = str(cache)
    return subprocess.run(
        [sys.executable, *(["-S"] if bare else []), "-m", "installer", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on standard error."""
    assert len(result.stderr.splitlines()) == 1, result
    return result.stderr.strip()


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["install", "uninstall", "doctor"])
def test_a_profile_that_is_a_file(tmp_path, command):
    """Named, with what to do."""
    file = tmp_path / "file"
    file.touch()
    result = run(command, "--profile", file, home=tmp_path)
    assert result.returncode == 2
    assert sentence(result) == f"{file} is no folder: name the folder of a profile by --profile."


def test_no_such_package(tmp_path):
    """The sentence names those that there are."""
    result = run("package", "--platform", "amiga", "--out", tmp_path / "out", home=tmp_path)
    assert result.returncode == 1
    assert "no package for 'amiga', only for windows-x86_64" in sentence(result)


def test_an_out_that_is_a_file(tmp_path):
    """Nothing is built before this is known."""
    (tmp_path / "file").touch()
    result = run("package", "--out", tmp_path / "file", home=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert "is no folder" in sentence(result)


def test_no_krita_is_said(tmp_path, monkeypatch):
    """With both ways to go on."""
    machine = Machine("linux", tmp_path, {"PATH": ""}, tmp_path)
    monkeypatch.setattr(Machine, "this", classmethod(lambda cls: machine))
    options = shipping_options("install")
    with pytest.raises(InstallerError, match=r"No Krita was found.*--profile"):
        shipping.run(options, load(), Console())


def shipping_options(*arguments: str):
    from installer.__main__ import parser

    return parser().parse_args(arguments)


def test_the_snap_is_told_of(tmp_path, monkeypatch, capsys):
    """Where it is the only Krita there is nothing to install into."""
    (tmp_path / "snap" / "krita").mkdir(parents=True)
    machine = Machine("linux", tmp_path, {"PATH": ""}, tmp_path)
    monkeypatch.setattr(Machine, "this", classmethod(lambda cls: machine))
    with pytest.raises(InstallerError):
        shipping.run(shipping_options("uninstall"), load(), Console())
    assert "The Snap of Krita has no Python plugins" in capsys.readouterr().out


def test_the_python_of_the_store_is_refused():
    """What it writes into AppData no other program sees."""
    prefix = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.13_1"
    with pytest.raises(InstallerError, match="Microsoft Store"):
        shipping._refuse_store_python("win32", prefix)
    shipping._refuse_store_python("win32", r"C:\Python313")
    shipping._refuse_store_python("linux", prefix)


def test_one_profile_that_fails_does_not_stop_the_others(tmp_path, capsys):
    """Each gets its own line; the exit code tells of the failure."""
    places = [profile(tmp_path / name) for name in ("a", "b", "c")]

    def action(place):
        if place == places[1]:
            raise InstallerError("It is full.", FAILED)
        return f"done in {place.resources}"

    assert shipping.for_each(places, action, Console()) == FAILED
    captured = capsys.readouterr()
    assert captured.out.count("done in") == 2
    assert captured.err == "profile of its own: It is full.\n"
    assert shipping.for_each(places[:1], action, Console()) == OK


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is locked on Windows")
def test_two_installers_at_once(tmp_path, monkeypatch):
    """One waits for the other, else it would take away what that one is writing."""
    monkeypatch.setattr(shipping, "cache_folder", lambda: tmp_path)
    inside, overlaps = [], []

    def action(place):
        inside.append(place)
        overlaps.append(len(inside))
        time.sleep(0.1)
        inside.remove(place)
        return "done"

    call = (shipping.for_each, ([profile(tmp_path)], action, Console()))
    threads = [threading.Thread(target=call[0], args=call[1]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [1, 1, 1]


# -- the whole way ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache() -> Path:
    """The folder of caches, with all wheels of this system in ours."""
    for interpreter in this_platform().interpreters:
        try:
            fetch(wheels_for(load(), interpreter), interpreter, [sys.executable, "-m", "pip"])
        except InstallerError as error:
            if "HASH" in error.message or not error.message.startswith("pip "):
                raise
            pytest.skip(f"wheels are needed, and there is no network: {error.message}")
    return cache_folder().parent


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by XDG_CACHE_HOME")
def test_install_link_and_uninstall(tmp_path, cache):
    """One command each; the plugin loads its libraries in both ways; nothing is left."""
    home = tmp_path / "Ana María"
    (home / "config").mkdir(parents=True)
    (home / "config" / "kritarc").write_bytes(KRITARCS["not UTF-8"])
    before = snapshot(tmp_path)
    for more, word in (([], "is installed in"), ([], "already"), (["--link"], "is linked in")):
        result = run("install", "--profile", home, *more, home=tmp_path, cache=cache)
        assert result.returncode == 0, result.stderr
        assert word in result.stdout
        assert _libraries_of(home / "data" / "krita" / "pykrita") == ["PIL", "requests"]
    result = run("uninstall", "--profile", home, home=tmp_path)
    assert "is removed from" in result.stdout
    assert snapshot(tmp_path) == before


def _libraries_of(pykrita: Path) -> list[str]:
    """What an isolated Python gets from the plugin there, and nowhere else."""
    code = (
        f"import sys; sys.path.insert(0, {str(pykrita)!r}); import layer_edit.vendored as v;"
        "v.use(); import os.path; own = os.path.realpath(v.HERE.parent);"
        "print(*(n for n in ('PIL', 'requests')"
        " if os.path.realpath(sys.modules[n].__file__).startswith(own)))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_uninstalling_what_is_not_there(tmp_path):
    """A sentence, and nothing is made."""
    result = run("uninstall", "--profile", tmp_path / "none", home=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "is not installed in" in result.stdout
    assert list(tmp_path.iterdir()) == []


# -- doctor ----------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    """A machine with the plugin, some data, and Krita's log."""
    monkeypatch.delenv("WAVESPEED_API_KEY", raising=False)
    home = make("Linux", tmp_path, kritarc=KRITARCS["other plugins"])
    install(home.place, wanted(), QuickFiles(), find=nobody)
    (home.place.data / "keys").mkdir(parents=True)
    (home.place.data / "keys" / "wavespeed").write_text(KEY)
    log = home.place.data / "layer-edit.log"
    log.write_text(
        "2026-11-22 10:00:00,000 INFO layer_edit: fine\n"
        f"2026-11-22 10:00:01,000 ERROR layer_edit.jobs: refused, {KEY} is wrong\n"
        "Traceback (most recent call last):\n"
    )
    home.place.log.write_text(
        "SESSION: 21 Nov 2026\n\nKrita Version: 5.1.5, Qt version compiled: 5.15.8, loaded: 5.15.7."
        " Process ID: 1\n\nKrita Version: 5.2.9, Qt version compiled: 5.15.8, loaded: 5.15.15."
        " Process ID: 2\n"
    )
    return home


def told(home: Home, capsys, code: int = OK) -> str:
    """What doctor prints."""
    found = [home.place]
    assert doctor(home.machine, found, load(), Console(), network=False) == code
    text: str = capsys.readouterr().out
    return text


def test_the_report_names_everything_a_bug_tracker_asks_for(home, capsys):
    """Krita, Qt, Python, the plugin, its libraries, TLS, proxy, key or not, data, errors."""
    text = told(home, capsys)
    for part in (
        "Krita 5.2.9, Qt 5.15.15, when it ran last",
        "plugin:        2.0",
        "plugin switched on",
        "libraries:     cp313-linux_x86_64: whole",
        "TLS:           OpenSSL",
        "proxy:",
        "key:           present",
        "data folder:   ~/.local/share/layer-edit (writable",
        "ERROR layer_edit.jobs: refused",
        "problem:       none found",
    ):
        assert part in text


def test_the_report_has_no_key_and_no_name_of_the_home_folder(home, capsys):
    """It is pasted into a public place."""
    text = told(home, capsys)
    assert KEY not in text
    assert "(a key) is wrong" in text
    assert str(home.machine.home) not in text


def test_what_keeps_the_plugin_from_working_is_named(home, capsys):
    """A file that a virus scanner took, a plugin that is switched off: exit code 1."""
    folder = home.place.pykrita / "layer_edit" / "vendor" / "any"
    (folder / "small-1.dist-info").mkdir()
    (folder / "small-1.dist-info" / "RECORD").write_text("small.py,,6\nlost.py,sha256=x,5\n")
    home.place.kritarc.write_bytes(KRITARCS["switched off"])
    text = told(home, capsys, FAILED)
    assert "lost.py is missing or damaged (1 files" in text
    assert "switched off in ~/.config/kritarc" in text
    assert "any: 1 files wrong" in library_lines(home.place)
    (home.place.pykrita / "layer_edit" / "__init__.py").unlink()
    assert any("incomplete" in sentence for sentence in problems(home.place))


def test_a_machine_without_anything(tmp_path, capsys):
    """The report is short, but it is one."""
    machine = Machine("linux", tmp_path, {"PATH": ""}, tmp_path)
    assert doctor(machine, [], load(), Console(), network=False) == OK
    assert "No Krita was found" in capsys.readouterr().out
    place = profile(tmp_path)
    assert versions(place) == ["unknown: Krita has not run yet"]
    assert problems(place) == []
    assert certificates(place) is None


def test_doctor_never_changes_anything(home, capsys):
    """Not even a broken installation."""
    before = snapshot(home.machine.home)
    told(home, capsys)
    assert snapshot(home.machine.home) == before


def test_doctor_on_this_machine(tmp_path):
    """As a user starts it, without the libraries of the tests."""
    result = run("doctor", "--offline", "--profile", tmp_path / "none", home=tmp_path, bare=True)
    assert result.returncode == 0, result.stderr
    assert "plugin:        not installed" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_report_tries_the_address_of_the_settings():
    """The one it knows itself is the one the settings begin with."""
    assert Settings().wavespeed_url == report.SERVICE
