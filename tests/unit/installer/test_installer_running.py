"""Whether a Krita runs that would write over its settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest

from installer.layouts import profile
from installer.running import from_proc, from_ps, from_tasklist, running
from tests.unit.installer.homes import make

TASKLIST = """"System Idle Process","0","Services","0","8 K"\r
"krita.exe","4711","Console","1","812.345 K"\r
"Krita.exe","12","Console","1","1 K"\r
"kritarunner.exe","13","Console","1","1 K"\r
"""

PS = """    1     0 /sbin/launchd
 4711   501 /Applications/krita.app/Contents/MacOS/krita
 4712   502 /Applications/krita.app/Contents/MacOS/krita
   12   501 /usr/bin/vim krita notes
   13   501 /Users/a b/Applications/krita.app/Contents/MacOS/krita
   14   501 /usr/bin/kritarunner
"""


def test_windows():
    """By the program's name, whatever its case."""
    assert from_tasklist(TASKLIST) == (12, 4711)
    assert from_tasklist("INFO: No tasks are running.\r\n") == ()


def test_macos():
    """Those of this user only, blanks in the folder's name included."""
    assert from_ps(PS, 501) == (13, 4711)
    assert from_ps("", 501) == ()


def process(proc, number: int, comm: str, environ: dict[str, str] | None) -> None:
    folder = proc / str(number)
    folder.mkdir(parents=True)
    (folder / "comm").write_text(comm + "\n")
    if environ is not None:
        pairs = (f"{name}={value}\0" for name, value in environ.items())
        (folder / "environ").write_bytes("".join(pairs).encode())


def test_linux_tells_profiles_apart(tmp_path):
    """By the environment: the home folder or XDG_CONFIG_HOME of each process."""
    place = make("Linux", tmp_path).place
    home = str(place.kritarc.parent.parent)
    proc = tmp_path / "proc"
    process(proc, 11, "krita", {"HOME": home})
    process(proc, 12, "krita", {"HOME": "/else", "XDG_CONFIG_HOME": f"{home}/.config"})
    process(proc, 13, "krita", {"HOME": home, "XDG_CONFIG_HOME": f"{home}/.var/app/x/config"})
    process(proc, 14, "krita", {"HOME": "/home/somebody"})
    process(proc, 15, "kritarunner", {"HOME": home})
    process(proc, 16, "krita", None)
    process(proc, 17, "krita", {})
    (proc / "self").mkdir()
    assert from_proc(proc, place) == (11, 12, 17)


def test_a_flatpaks_process_is_seen(tmp_path):
    """Its environment has the folders inside ~/.var/app."""
    place = make("Flatpak", tmp_path).place
    process(tmp_path / "proc", 5, "krita", {"XDG_CONFIG_HOME": str(place.kritarc.parent)})
    assert from_proc(tmp_path / "proc", place) == (5,)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_real_process(tmp_path):
    """A program of that name, started with a profile of its own."""
    program = tmp_path / "krita"
    shutil.copy2(shutil.which("sleep") or "/bin/sleep", program)
    place = profile(tmp_path / "profile")
    environment = {**os.environ, "XDG_CONFIG_HOME": str(place.kritarc.parent)}
    with subprocess.Popen([program, "60"], env=environment) as sleeper:
        try:
            end = time.monotonic() + 10
            while not running(place) and time.monotonic() < end:
                time.sleep(0.02)
            assert running(place) == (sleeper.pid,)
            assert sleeper.pid not in running(profile(tmp_path / "other"))
        finally:
            sleeper.kill()
    assert running(place) == ()
