"""Whether a Krita runs that would overwrite its settings file when it quits.

Linux: `/proc` names every process and its environment, so that a Krita of another profile (or a
Flatpak's) is told apart. macOS: `ps`. Windows: `tasklist`. On the last two every Krita of the user
counts, because a process does not say there which profile it uses.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

from .layouts import Place

_PROC = Path("/proc")


def running(place: Place, system: str = sys.platform, proc: Path = _PROC) -> tuple[int, ...]:
    """The process ids of the Kritas that use a profile; () as well where that cannot be told."""
    if system == "win32":
        return from_tasklist(_output("tasklist", "/FO", "CSV", "/NH"))
    if system == "darwin" or not proc.is_dir():
        return from_ps(_output("ps", "-axo", "pid=,uid=,comm="), os.getuid())
    return from_proc(proc, place)


def from_proc(proc: Path, place: Place) -> tuple[int, ...]:
    """From Linux's /proc: processes named krita whose environment leads to this kritarc."""
    found = []
    for process in proc.glob("[0-9]*"):
        try:
            if (process / "comm").read_text("utf-8", "replace").strip() != "krita":
                continue
            content = (process / "environ").read_bytes()
        except OSError:  # it has ended, or is another user's
            continue
        if _kritarc(content) in ("", _real(place.kritarc)):
            found.append(int(process.name))
    return tuple(sorted(found))


def _kritarc(environ: bytes) -> str:
    """The settings file of a Krita with that environment, '' when it does not say."""
    pairs = (each.partition(b"=") for each in environ.split(b"\0"))
    values = {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}
    config = values.get("XDG_CONFIG_HOME") or (
        values.get("HOME", "") and values["HOME"] + "/.config"
    )
    return _real(Path(config) / "kritarc") if config else ""


def _real(file: Path) -> str:
    return os.path.realpath(file)


def from_tasklist(text: str) -> tuple[int, ...]:
    """From the CSV of Windows' tasklist: name, process id and more in each line."""
    rows = [row for row in csv.reader(text.splitlines()) if len(row) > 1 and row[1].isdigit()]
    return tuple(sorted(int(row[1]) for row in rows if row[0].lower() == "krita.exe"))


def from_ps(text: str, user: int) -> tuple[int, ...]:
    """From lines of process id, user id and program."""
    rows = [line.split(None, 2) for line in text.splitlines()]
    return tuple(
        sorted(
            int(row[0])
            for row in rows
            if len(row) == 3 and row[1] == str(user) and Path(row[2].strip()).name == "krita"
        )
    )


def _output(*command: str) -> str:
    try:
        run = subprocess.run(
            list(command), capture_output=True, text=True, errors="replace", timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout
