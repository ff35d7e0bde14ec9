"""Runs Krita once with a profile of its own, under a time limit, and says how it ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .console import InstallerError
from .display import Display
from .profile import Profile

POLL_SECONDS = 0.1

END_SECONDS = 10
"""How long Krita gets to end by itself after a polite request."""


@dataclass(frozen=True)
class KritaRun:
    """How a run of Krita ended. `exit_code` is negative for a signal, as in subprocess."""

    exit_code: int
    seconds: float
    timed_out: bool
    log: Path

    def log_tail(self, lines: int = 20) -> str:
        """The last lines of what Krita printed."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def run_krita(
    profile: Profile,
    display: Display,
    args: Sequence[str | Path] = (),
    timeout: float | None = 120,
    *,
    executable: str | Path = "krita",
    environment: Mapping[str, str] | None = None,
    watch: Callable[[], bool | None] | None = None,
) -> KritaRun:
    """Start Krita and wait until it ends; after `timeout` seconds its process group is ended.

    `watch` is called about ten times a second while Krita runs; when it returns True Krita is ended
    (which is not a time-out), and so it is by an exception from it, which goes on to the caller.
    `environment` is added to the profile's. What Krita prints goes
    to `krita.log` in the profile's folder. Raises InstallerError when Krita cannot be started.
    """
    log = profile.folder / "krita.log"
    # A folder for temporary files of its own keeps Krita's single-instance lock apart from every
    # other Krita's. It is not in the profile because paths of sockets may have 107 bytes only.
    temporary = tempfile.mkdtemp(prefix="layer-edit-")
    variables = {
        **profile.environment(display),
        "TMPDIR": temporary,
        **(environment or {}),
    }
    start = time.monotonic()
    try:
        with log.open("ab") as stream:
            process = _start([str(executable), "--nosplash", *map(str, args)], variables, stream)
            try:
                timed_out = _wait(process, start, timeout, watch)
            finally:
                _end(process)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return KritaRun(process.returncode, time.monotonic() - start, timed_out, log)


def _start(
    command: list[str], variables: dict[str, str], stream: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env=variables,
            cwd=variables["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group of its own, to be ended as a whole
        )
    except OSError as error:
        raise InstallerError(f"Krita cannot be started: {error}.") from error


def _wait(
    process: subprocess.Popen[bytes],
    start: float,
    timeout: float | None,
    watch: Callable[[], bool | None] | None,
) -> bool:
    """Wait for the process; True when the time is up before it ended."""
    while process.poll() is None:
        if timeout is not None and time.monotonic() - start > timeout:
            return True
        if watch is not None and watch():
            return False
        time.sleep(POLL_SECONDS)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the process group, politely first."""
    for number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, None)):
        if process.poll() is not None:
            break
        _signal(process, number)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
    _signal(process, signal.SIGKILL)  # children that outlived it


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
