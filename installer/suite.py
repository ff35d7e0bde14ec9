"""`python3 -m installer test` and `lint`: all tests and checks with the pinned versions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from .console import Console, InstallerError
from .environment import test_environment
from .krita_host import find_krita
from .metadata import ROOT, Metadata
from .system import Need, provide
from .wheels import vendor

NO_KRITA_REASON = "LAYER_EDIT_NO_KRITA_REASON"
"""Set for pytest when no real Krita can run here; the value says why."""

LINTERS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy", "plugin", "installer"),
)


def run_tests(arguments: Sequence[str], metadata: Metadata, console: Console) -> int:
    """Run pytest on everything with the given arguments and return its exit code.

    Nothing is printed after pytest's summary. Raises InstallerError when there is no environment.
    """
    python = test_environment(metadata, console)
    reason = _krita_reason(metadata, [str(python), "-m", "pip"], console)
    environment = dict(os.environ)
    if reason:
        console.say(f"Tests in a real Krita cannot run here: {reason}")
        environment[NO_KRITA_REASON] = reason
    return _run([str(python), "-m", "pytest", *arguments], environment)


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
