"""Python environments in the user's cache: with pip only, for tests, for a studio."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .console import Console, InstallerError
from .folders import cache_folder
from .locks import locked
from .metadata import Development, Metadata
from .system import Need, provide
from .wheels import Interpreter, fetch, run_pip, wheels_for

_COMPLETE = "complete"
"""A file in an environment that says that everything was installed."""


def this_python() -> str:
    """The version of the Python this runs in, for example `3.11`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def pip_command(console: Console) -> list[str]:
    """The command that starts a pip: this Python's, or one of a small environment made for it.

    Raises InstallerError when there is none and none can be made.
    """
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    folder = cache_folder() / "pip" / _key("")
    with _once(folder) as is_there:
        if not is_there:
            provide([Need.VENV], console)
            with console.part("Making an environment with pip"):
                _make(folder)
    return [str(python_in(folder)), "-m", "pip"]


def test_environment(metadata: Metadata, console: Console) -> Path:
    """The Python of an environment with exactly the pinned versions, made when it is not there.

    Raises InstallerError for a Python that is not supported, or when the making fails.
    """
    development, studio = metadata.development, metadata.studio
    # The studio is tested too; the lists may share a package.
    listed = (*development.requirements, *studio.requirements, *studio.s3)
    return _environment("test", tuple(dict.fromkeys(listed)), metadata, console)


def studio_environment(metadata: Metadata, console: Console, *, s3: bool) -> Path:
    """The Python of an environment for `edit_studio`. Raises InstallerError as above."""
    studio = metadata.studio
    listed = (*studio.requirements, *(studio.s3 if s3 else ()))
    return _environment("studio", listed, metadata, console)


def _environment(
    name: str, requirements: Sequence[str], metadata: Metadata, console: Console
) -> Path:
    interpreter = Interpreter.ask(sys.executable)
    pinned = wheels_for(metadata, interpreter)
    pins = [*requirements, *(wheel.sha256 for _, wheel in pinned)]
    folder = cache_folder() / "environment" / _key("\n".join(pins))
    with _once(folder) as is_there:
        if is_there:
            return python_in(folder)
        provide([Need.VENV], console)
        with console.part(f"Making the {name} environment for Python {this_python()}"):
            _make(folder)
            pip = [str(python_in(folder)), "-m", "pip"]
            wheels = fetch(pinned, interpreter, pip)
            install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            run_pip([*install, "--no-index", *map(str, wheels)])
            _install_listed(install, requirements)
            _check(pip, metadata.development)
    return python_in(folder)


@contextmanager
def _once(folder: Path) -> Iterator[bool]:
    """Whether an environment is complete; else the block makes it, while other installers wait."""
    complete = folder / _COMPLETE
    if complete.exists():  # also where the cache can only be read
        yield True
        return
    with locked(folder.with_name(f"{folder.name}.lock")):
        yield complete.exists()
        complete.touch()


def _install_listed(install: Sequence[str], requirements: Sequence[str]) -> None:
    # In a file, because the shell of Windows would take the quotes of a marker.
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        run_pip([*install, "--only-binary=:all:", "--requirement", str(listed)])


def _check(pip: Sequence[str], development: Development) -> None:
    """Everything is installed without its dependencies, so the list must be complete by itself."""
    check = subprocess.run(
        [*pip, "check", "--disable-pip-version-check"], capture_output=True, text=True, check=False
    )
    allowed = tuple(f"{name.lower()} " for name in development.without_dependencies)
    complaints = [
        line
        for line in check.stdout.splitlines()
        if check.returncode and not line.lower().startswith(allowed)
    ]
    if complaints:
        raise InstallerError(f"metadata.json pins too little or the wrong thing: {complaints[0]}")


def _key(content: str) -> str:
    # The executable is in it because an environment is tied to the Python it was made from.
    base = f"{sys.base_prefix}\n{content}"
    return f"{this_python()}-{hashlib.sha256(base.encode()).hexdigest()[:16]}"


def _make(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run = subprocess.run(
        [sys.executable, "-m", "venv", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode:
        raise InstallerError(f"Python made no environment: {run.stdout.strip()[-300:]}")


def python_in(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
