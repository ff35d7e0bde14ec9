"""Krita's own resources, unpacked once for each Krita and copied into every profile.

A Krita that starts with an empty profile builds its database of resources first, 6 to 27 s on two
cores; with the database in place it starts in 4 s. Nothing of the plugin is in it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from installer.console import InstallerError
from installer.display import Display
from installer.folders import cache_folder
from installer.krita_run import run_krita
from installer.locks import locked
from installer.profile import Profile

MAKE_SECONDS = 180

Launcher = Callable[[Path, Sequence[Path]], str | Path]
"""Gives the program that starts Krita: of a folder to put a launcher into, and those it shows."""


def warm(home: Path, program: Path, launcher: Launcher) -> bool:
    """Put the resources of the Krita at `program` into the new profile folder `home`.

    They are made when the user's cache does not have them. False when Krita did not make them:
    the profile is then an empty one, as on a user's first start.
    """
    made = _made(program, launcher)
    if made is not None:
        shutil.copytree(made, home / "data")
    return made is not None


def _made(program: Path, launcher: Launcher) -> Path | None:
    about = program.stat()
    key = hashlib.sha256(f"{program} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()
    folder = cache_folder() / "profiles" / key[:16]
    with locked(folder.with_suffix(".lock")):
        if not folder.is_dir():
            _make(folder, launcher)
    return folder if folder.is_dir() else None


def _make(folder: Path, launcher: Launcher) -> None:
    """By the shortest thing a Krita can do: open a picture and export it. No plugin is there."""
    scratch = Path(tempfile.mkdtemp(prefix="layer-edit-krita-"))
    picture, exported = scratch / "in.png", scratch / "out.png"
    try:
        profile = Profile.create(scratch, plugin_dirs=[])
        Image.new("RGB", (8, 8)).save(picture)
        with Display.open() as display:
            run_krita(
                profile,
                display,
                [picture, "--export", "--export-filename", exported],
                MAKE_SECONDS,
                executable=launcher(scratch, [scratch]),
            )
        if exported.is_file():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(scratch / "data", part)
            part.rename(folder)
    except InstallerError:
        return  # no display: the test itself meets the same and says so
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
