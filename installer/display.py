"""A display to run Krita on: the user's, or an Xvfb of one's own that ends with its block."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .console import InstallerError

START_SECONDS = 30


@dataclass(frozen=True)
class Display:
    """Where windows open; `own` says that nobody but this program sees it."""

    environment: Mapping[str, str]
    own: bool

    @classmethod
    def of_user(cls, environment: Mapping[str, str] = os.environ) -> Display | None:
        """The display the user sits at, None when there is none."""
        keys = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")
        found = {key: environment[key] for key in keys if environment.get(key)}
        if "DISPLAY" not in found and "WAYLAND_DISPLAY" not in found:
            return None
        # Krita gets another HOME and another runtime folder, so what lies in them is named here.
        if "WAYLAND_DISPLAY" in found and environment.get("XDG_RUNTIME_DIR"):
            runtime = Path(environment["XDG_RUNTIME_DIR"])
            found["WAYLAND_DISPLAY"] = str(runtime / found["WAYLAND_DISPLAY"])
        authority = Path(environment.get("HOME", "/")) / ".Xauthority"
        if "XAUTHORITY" not in found and authority.is_file():
            found["XAUTHORITY"] = str(authority)
        return cls(found, own=False)

    @classmethod
    @contextmanager
    def open(cls, size: tuple[int, int] = (1600, 1000)) -> Iterator[Display]:
        """Start an Xvfb of that size in pixels on a free display; it ends with the block.

        Raises InstallerError when Xvfb is not installed or does not start.
        """
        if shutil.which("Xvfb") is None:
            raise InstallerError("Xvfb is not installed.")
        read, write = os.pipe()
        screen = f"{size[0]}x{size[1]}x24"
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen]
        server = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-noreset", "-dpi", "96"],
            pass_fds=[write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        try:
            yield cls({"DISPLAY": f":{_read_number(read)}"}, own=True)
        finally:
            os.close(read)
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def screenshot(self, file: Path) -> None:
        """Write a picture of the whole display. Raises InstallerError when that fails."""
        try:
            run = subprocess.run(
                ["import", "-window", "root", str(file)],
                env={**os.environ, **self.environment},
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallerError(f"No screenshot: {error}.") from error
        if run.returncode or not file.is_file():
            raise InstallerError(f"No screenshot: {run.stderr.strip() or 'import failed'}.")


def _read_number(pipe: int) -> int:
    """The display's number, which Xvfb writes as one line as soon as it takes connections."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], START_SECONDS)
        block = os.read(pipe, 16) if ready else b""
        if not block:
            raise InstallerError("Xvfb, the display for machines without one, did not start.")
        line += block
    return int(line)
