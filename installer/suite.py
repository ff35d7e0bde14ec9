"""`python3 -m installer test` and `lint`: all tests and checks with the pinned versions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .console import Console, InstallerError
from .environment import test_environment
from .krita_host import find_krita
from .metadata import ROOT, Metadata
from .roots import DEBIAN, root_for
from .system import Need, provide
from .wheels import vendor

NO_KRITA_REASON = "LAYER_EDIT_NO_KRITA_REASON"
"""Set for pytest when no real Krita can run here; the value says why."""

LINTERS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy", "plugin", "installer"),
)


def run_tests(
    arguments: Sequence[str], versions: Sequence[str], metadata: Metadata, console: Console
) -> int:
    """Run pytest on everything, then the real-Krita tests in further Kritas; return the exit code.

    `versions` are keys of `roots.ROOTS`; what cannot be made here is said and passed over. Nothing
    is printed after pytest's last summary. Raises InstallerError when there is no environment.
    """
    python = test_environment(metadata, console)
    reason = _krita_reason(metadata, [str(python), "-m", "pip"], console)
    environment = {**os.environ, NO_KRITA_REASON: reason}
    if reason:
        console.say(f"Tests in a real Krita cannot run here: {reason}")
    else:
        del environment[NO_KRITA_REASON]
    code = _run([str(python), "-m", "pytest", *arguments], environment)
    for version in versions:
        code = _run_in_root(version, python, arguments, console) or code
    return code


def _run_in_root(version: str, python: Path, arguments: Sequence[str], console: Console) -> int:
    try:
        if DEBIAN.exists():
            provide([Need.DEBOOTSTRAP], console)
        root_for(version, console)
    except InstallerError as error:
        console.say(f"Not run in Krita {version}: {error.message}")
        return 0
    console.say(f"Krita {version}:")
    options = [one for one in arguments if one.startswith("-")]
    command = [str(python), "-m", "pytest", "tests/krita", *options]
    return _run(command, {**os.environ, "LAYER_EDIT_KRITA": version})


def run_linters(metadata: Metadata, console: Console) -> int:
    """Run all linters, also after one has failed; 0 when all of them pass."""
    python = test_environment(metadata, console)
    failed = 0
    for command in LINTERS:
        console.say(f"$ {' '.join(command)}")
        failed |= _run([str(python), "-m", *command], dict(os.environ))
    return 1 if failed else 0


def _krita_reason(metadata: Metadata, pip: Sequence[str], console: Console) -> str:
    """Make a real Krita ready for the tests; else the reason why there is none."""
    if sys.platform != "linux":
        return "they need Linux, where Krita takes a profile of its own and a display of its own."
    try:
        provide([Need.KRITA, Need.PYQT5, Need.PYQT6, Need.XVFB, Need.SCREENSHOT], console)
        host = find_krita()
        if host is None:
            return "Krita is not on the path."
        with console.part("Preparing the plugin's libraries"):
            vendor(metadata, host.interpreter, pip)
    except InstallerError as error:
        return error.message
    return ""


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    return subprocess.run(list(command), cwd=ROOT, env=environment, check=False).returncode
