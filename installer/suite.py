"""`python3 -m installer test` and `lint`: all tests and checks with the pinned versions."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .console import OK, Console, InstallerError
from .environment import test_environment
from .krita_host import find_krita
from .matrix import Making, Row, Silent, table
from .metadata import ROOT, Metadata
from .roots import DEBIAN, root_for
from .system import Need, by_hand, find_manager, missing, provide
from .wheels import vendor

NO_KRITA_REASON = "LAYER_EDIT_NO_KRITA_REASON"
"""Set for pytest when no real Krita can run here; the value says why."""

KRITA = "LAYER_EDIT_KRITA"
"""Set for pytest to the Krita whose real-Krita tests are to be run, and no other tests."""

SUMMARY = "LAYER_EDIT_TEST_SUMMARY"
"""Set for pytest to a file that its last numbers are written to."""

OWN = "own"
"""The machine's own Krita, in the table."""

SHOWING = (Need.XVFB, Need.SCREENSHOT)
"""What every Krita under test needs, in a root or not."""

LINTERS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy", "plugin", "installer"),
)


def run_tests(
    arguments: Sequence[str], versions: Sequence[str], metadata: Metadata, console: Console
) -> int:
    """Run pytest on everything, then the real-Krita tests in further Kritas; return the exit code.

    `versions` are keys of `roots.ROOTS`. Their roots are made while the first tests run; what
    cannot be made here is said and passed over. With versions a table ends the output. Raises
    InstallerError when there is no environment.
    """
    python = test_environment(metadata, console)
    pip = [str(python), "-m", "pip"]
    reason = _krita_reason(metadata, pip, console)
    if reason:
        console.say(f"Tests in a real Krita cannot run here: {reason}")
    try:
        provide([Need.REDIS], console)
    except InstallerError as error:
        console.say(f"Tests of a running studio cannot run here: {error.message}")
    session = _Session(python, arguments, console)

    def make(version: str, stop: threading.Event) -> None:
        lacking = missing(SHOWING)
        if lacking:
            raise InstallerError(by_hand(lacking, find_manager()))
        vendor(metadata, root_for(version, Silent(), stop).interpreter, pip)

    with Making(make) as roots:
        if versions:
            _provide_for_roots(console)
            console.say(f"Debian roots with Krita {', '.join(versions)}: made beside the tests …")
        roots.begin(versions)
        rows = [session.run(OWN, {NO_KRITA_REASON: reason} if reason else {})]
        rows += [_in_root(version, session, roots, console) for version in versions]
    if versions:
        console.say(f"\n{table(rows)}")
    return next((row.exit_code for row in rows if row.failed), OK)


def _in_root(version: str, session: _Session, roots: Making, console: Console) -> Row:
    if not roots.ready(version):
        console.say(f"\nWaiting for the Debian root with Krita {version} …")
    reason = roots.why_not(version)
    if reason:
        console.say(f"\nNot run in Krita {version}: {reason}")
        return Row(version, not_run=reason)
    console.say(f"\nKrita {version}:")
    return session.run(version, {KRITA: version})


@dataclass(frozen=True)
class _Session:
    """Runs pytest on all cores, once for each Krita, with the user's own arguments."""

    python: Path
    arguments: Sequence[str]
    console: Console

    def run(self, name: str, variables: Mapping[str, str]) -> Row:
        """One run of pytest. `variables` are added to the environment."""
        environment = {key: value for key, value in os.environ.items() if key != KRITA}
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "summary.json"
            command = [str(self.python), "-m", "pytest", *on_all_cores(), *self.arguments]
            command += [] if name == OWN else files_apart(self.arguments, name)
            code = _run(command, {**environment, **variables, SUMMARY: str(file)})
            summary: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return Row(name, code, (time.monotonic() - start) / 60, summary=summary)


def on_all_cores() -> list[str]:
    """pytest's arguments for a worker a core and one more; the user's, which come later, win.

    Half of the time these tests wait for Krita or for a service: on two cores all of them in a real
    Krita use eight minutes of computing.
    A file stays in one worker, because its tests share what one run of Krita gave. The order is
    that of the collection, where long files come first.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return ["-n", str(cores + 1), "--dist", "loadfile", "--no-loadscope-reorder"]


def files_apart(arguments: Sequence[str], name: str) -> list[str]:
    """With a `--basetemp` in the arguments, another one beside it: pytest empties it first."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--basetemp")
    folder = parser.parse_known_args(list(arguments))[0].basetemp
    return [f"--basetemp={folder}-{name}"] if folder else []


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
        provide([Need.KRITA, Need.PYQT5, Need.PYQT6, *SHOWING], console)
        host = find_krita()
        if host is None:
            return "Krita is not on the path."
        with console.part("Preparing the plugin's libraries"):
            vendor(metadata, host.interpreter, pip)
    except InstallerError as error:
        return error.message
    return ""


def _provide_for_roots(console: Console) -> None:
    """Where something cannot be had, the making of each root says what is missing."""
    try:
        if DEBIAN.exists():
            provide([Need.DEBOOTSTRAP, *SHOWING], console)
    except InstallerError as error:
        console.say(error.message)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    return subprocess.run(list(command), cwd=ROOT, env=environment, check=False).returncode
