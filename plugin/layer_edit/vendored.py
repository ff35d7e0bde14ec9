"""Finds requests and Pillow: Krita's Python rarely has them, so the plugin carries its own.

Written for Python 3.8 too, which older Kritas have: it is this module that says so to the user.
"""

from __future__ import annotations

import csv
import importlib
import platform
import re
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

from .texts import ntr, tr

# requests imports idna on first use only, when the folder is no longer on sys.path.
LIBRARIES = ("PIL.Image", "PIL.ImageCms", "PIL.ImageFilter", "requests", "idna")

COMFORTS = ("websocket",)
"""Libraries without which all works, only less well."""

OLDEST = (3, 10)
"""The plugin's code needs this Python."""

COMMON = "any"
"""The folder of what runs in every Python; beside it there is one for each interpreter."""

BESIDE = "layer_edit_vendor"
"""Where a linked checkout has its libraries: beside the link, so that none lie in the checkout."""

HERE = Path(__file__).absolute().parent


class MissingLibrariesError(Exception):
    """The libraries cannot be loaded; the message is a sentence for the user."""


def tag() -> str:
    """The name of this interpreter's folder, such as cp311-linux_x86_64."""
    # On a Mac sysconfig adds the system that Python was built for, which no package can foresee.
    mac = sys.platform == "darwin"
    name = f"macosx-{platform.machine()}" if mac else sysconfig.get_platform()
    return f"cp{sys.version_info[0]}{sys.version_info[1]}-{re.sub(r'[-.]', '_', name)}"


def package() -> str:
    """How the names of the packages end that fit this system, such as linux-x86_64."""
    if sys.platform == "darwin":
        return "macos"
    machine = platform.machine().lower()
    system = "windows" if sys.platform == "win32" else "linux"
    names = {"amd64": "x86_64", "aarch64": "arm64"}
    return f"{system}-{names.get(machine, machine)}"


def check_python() -> None:
    """Raises MissingLibrariesError in a Python that is too old for the plugin."""
    if sys.version_info < OLDEST:
        raise MissingLibrariesError(
            tr(
                "This Krita has Python {version}, Layer Edit needs {major}.{minor} or "
                "newer: install Krita 5.2 or newer.",
                version=_version(),
                major=OLDEST[0],
                minor=OLDEST[1],
            )
        )


def use(root: Path = HERE) -> None:
    """Import the libraries from `vendor/` below `root`, the plugin's folder.

    Modules that another plugin has loaded already stay as they are. The folders leave sys.path
    again at once: other plugins must not pick up our versions by accident; and what was loaded of
    them leaves sys.modules again when not everything could be. Raises MissingLibrariesError.
    """
    check_python()
    paths = [str(folder) for folder in library_folders(root)]
    before = set(sys.modules)
    sys.path[:0] = paths
    wanted, done = "", False
    try:
        for wanted in LIBRARIES:
            importlib.import_module(wanted)
        done = True
        for name in COMFORTS:
            with suppress(ImportError, SyntaxError, ValueError, OSError):
                importlib.import_module(name)
    except (ImportError, SyntaxError, ValueError, OSError) as error:
        raise MissingLibrariesError(_sentence(root, wanted, error, before)) from error
    finally:
        for path in paths:
            with suppress(ValueError):
                sys.path.remove(path)
        if not done:
            _forget(set(sys.modules) - before, paths)


def library_folders(root: Path = HERE) -> list[Path]:
    """The folders there are for this interpreter, its own before the common one."""
    vendors = (root / "vendor", root.parent / BESIDE)
    places = [vendor / name for vendor in vendors for name in (tag(), COMMON)]
    return [place for place in places if place.is_dir()]


def wrong_files(folder: Path) -> list[Path]:
    """Files of a folder of libraries that are missing or not as long as they must be.

    Every package in it lists its files itself, in the RECORD of its .dist-info.
    """
    wrong = []
    for record in sorted(folder.glob("*.dist-info/RECORD")):
        try:
            wrong += _wrong_by(record, folder)
        except (OSError, ValueError, csv.Error):  # the list itself is damaged
            wrong.append(record)
    return wrong


def _wrong_by(record: Path, folder: Path) -> list[Path]:
    wrong = []
    with record.open(encoding="utf-8", newline="") as stream:
        for name, _, size in csv.reader(stream):
            file = folder / name
            if not file.is_file() or (size and file.stat().st_size != int(size)):
                wrong.append(file)
    return wrong


def _forget(names: set[str], paths: list[str]) -> None:
    """Another plugin that brings these libraries itself must not meet half of ours."""
    for name in names:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if any(Path(path) in Path(file).parents for path in paths):
            del sys.modules[name]


def _sentence(root: Path, wanted: str, error: Exception, before: set[str]) -> str:
    """What is missing, and what to do."""
    top = wanted.partition(".")[0]
    folders = library_folders(root)
    if top in before and not _is_ours(top, folders):
        file = getattr(sys.modules[top], "__file__", None)
        return tr(
            "Another plugin has loaded {top} from {file}, and it does not work "
            "({error}): disable that plugin and start Krita again.",
            top=top,
            file=file,
            error=error,
        )
    if not any(folder.name == tag() for folder in folders):
        return _no_folder(root)
    wrong = [file for folder in folders for file in wrong_files(folder)]
    if len(wrong) == 1:
        return tr(
            "The file {file} is missing or damaged, perhaps taken away by a virus scanner: "
            "import the package of Layer Edit for {package} again.",
            file=wrong[0],
            package=package(),
        )
    if wrong:
        return ntr(
            "The file {file} (and {number} more file) is missing or damaged, perhaps taken away "
            "by a virus scanner: import the package of Layer Edit for {package} again.",
            "The file {file} (and {number} more files) is missing or damaged, perhaps taken away "
            "by a virus scanner: import the package of Layer Edit for {package} again.",
            len(wrong) - 1,
            file=wrong[0],
            package=package(),
        )
    return tr(
        "The plugin's libraries for {tag} cannot be loaded ({error}): import the "
        "package of Layer Edit for {package} again.",
        tag=tag(),
        error=error,
        package=package(),
    )


def _no_folder(root: Path) -> str:
    vendor = root / "vendor"
    system = tag().partition("-")[2]
    tags = sorted(folder.name for folder in vendor.glob(f"cp*-{system}"))
    if tags:
        pythons = ", ".join(f"3.{name.partition('-')[0][3:]}" for name in tags)
        return tr(
            "This Krita has Python {version}, the installed Layer Edit is for "
            "{pythons} (there is no folder {folder}): install the newest Layer Edit, "
            "or another Krita.",
            version=_version(),
            pythons=pythons,
            folder=vendor / tag(),
        )
    return tr(
        "The folder {folder} is missing: import the package of Layer Edit whose "
        "name ends in {package}.zip.",
        folder=vendor / tag(),
        package=package(),
    )


def _is_ours(name: str, folders: list[Path]) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return any(folder in Path(file).parents for folder in folders)


def _version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"
