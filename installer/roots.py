"""Debian roots with other Kritas than the machine's own, for tests; kept in the user's cache.

A root is a folder with a minimal Debian and a Krita in it. Krita runs there by chroot, in a mount
namespace of its own, so that nothing stays mounted when it ends. That needs root and debootstrap.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .console import Console, InstallerError
from .folders import cache_folder
from .krita_host import linked_versions
from .locks import locked
from .wheels import Interpreter

STEP_SECONDS = 900
"""One step of the making gets this long: a slow connection has some hundred megabytes to load."""

ATTEMPTS = 2
"""A mirror that breaks off is asked once more."""

DEBIAN = Path("/etc/debian_version")
"""There on Debian and its relatives only."""


@dataclass(frozen=True)
class RootSpec:
    """What a root is made of: a Debian suite, another one on top of it, packages."""

    suite: str
    packages: tuple[str, ...]
    extra_suite: str = ""


ROOTS: Mapping[str, RootSpec] = {
    "5.2": RootSpec("trixie", ("krita", "python3-pyqt5")),
    "5.3": RootSpec("sid", ("krita", "python3-pyqt5")),
    "6.0": RootSpec("sid", ("krita", "python3-pyqt6", "qt6-svg-plugins"), "experimental"),
}
"""Krita's version, and the root that has it."""

_LOADERS = "usr/lib/*/kritaplugins/kritapykrita.so"

_UNSHARE = ("unshare", "--mount", "--propagation", "private")
"""Gives a command mounts of its own, which end with it however it ends."""

_ENTER = """#!/bin/sh
# Runs Krita inside a Debian root; made for one run.
set -e
if [ -z "$LAYER_EDIT_UNSHARED" ]; then
    LAYER_EDIT_UNSHARED=1 exec unshare --mount --propagation private "$0" "$@"
fi
root='{root}'
mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
for folder in {folders}; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
done
exec chroot "$root" /usr/bin/env --chdir=/ krita "$@"
"""


@dataclass(frozen=True)
class Root:
    """A root that is ready to run."""

    version: str
    folder: Path

    @property
    def interpreter(self) -> Interpreter:
        """The Python that this Krita embeds. Raises InstallerError when it has none."""
        library = next(self.folder.glob(_LOADERS), None)
        minor = linked_versions(library)[0] if library else None
        if minor is None:
            raise InstallerError(f"The Krita {self.version} in {self.folder} has no Python.")
        return Interpreter.embedded(3, minor)

    def launcher(self, file: Path, folders: Iterable[Path]) -> Path:
        """Write a program that starts this Krita; it sees the given folders at their own places."""
        shown = " ".join(f"'{folder}'" for folder in (*folders, Path("/tmp/.X11-unix")))  # noqa: S108
        file.write_text(_ENTER.format(root=self.folder, folders=shown), encoding="utf-8")
        file.chmod(0o755)
        return file


def why_not() -> str:
    """Why no roots can be used, and so none made, on this machine; '' when they can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "a Debian root needs the rights of root"
    if not DEBIAN.exists():
        return "Debian roots are made on Debian only"
    if shutil.which(_UNSHARE[0]) is None:
        return f"{_UNSHARE[0]} is not installed"
    run = subprocess.run([*_UNSHARE, "true"], capture_output=True, text=True, check=False)
    return f"this machine lets nobody mount ({run.stderr.strip()})" if run.returncode else ""


def root_for(version: str, console: Console, stop: threading.Event | None = None) -> Root:
    """The root with that Krita, made when the cache does not have it (some minutes).

    One process makes it while others wait for it. `stop`, set by another thread, ends the making.
    Raises InstallerError when the root cannot be made or used.
    """
    folder = cache_folder() / "roots" / f"krita-{version}"
    reason = why_not()
    if reason:
        raise InstallerError(f"No Krita {version}: {reason}.")
    if not (folder / "complete").exists():
        with locked(_beside(folder, "lock")) as lock:
            if not (folder / "complete").exists():
                with console.part(f"Making a Debian root with Krita {version}"):
                    _make(folder, ROOTS[version], _Steps(_beside(folder, "log"), lock, stop))
    return Root(version, folder)


def mirror() -> str:
    """The address of the Debian archive that this machine uses. Raises InstallerError."""
    run = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI) $(SUITE)"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in run.stdout.splitlines():
        origin, _, rest = line.partition(" ")
        address, _, suite = rest.partition(" ")
        if origin == "Debian" and not suite.endswith("security"):
            return address
    raise InstallerError("apt does not know a Debian archive: run 'apt-get update' first.")


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(f"{folder.name}.{suffix}")


@dataclass(frozen=True)
class _Steps:
    """Runs commands one after the other, with their output in `log`.

    Each holds the descriptor `lock` too: a command that outlives this process keeps others away.
    """

    log: Path
    lock: int
    stop: threading.Event | None

    def run(self, command: Sequence[str]) -> None:
        """Raises InstallerError when the command fails, takes too long or is stopped."""
        with self.log.open("ab") as stream:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                pass_fds=[self.lock],
            )
            try:
                code = self._wait(process)
            finally:
                process.terminate()
                process.wait()
        if code:
            raise InstallerError(f"{self._last_line()} ({self.log} has all)")

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        latest = time.monotonic() + STEP_SECONDS
        while time.monotonic() < latest:
            try:
                return process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                if self.stop is not None and self.stop.is_set():
                    raise InstallerError("It was stopped.") from None
        raise InstallerError(f"It took longer than {STEP_SECONDS} s; {self.log} has its output.")

    def _last_line(self) -> str:
        """apt's last complaint, else the last line."""
        lines = self.log.read_text("utf-8", "replace").split("\n")
        lines = [line.strip() for line in lines if line.strip()] or ["no output"]
        return ([line for line in lines if line.startswith("E: ")] or lines)[-1]


def _make(folder: Path, spec: RootSpec, steps: _Steps) -> None:
    """Try it; once more when it fails, for it may have been the network."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _try_making(folder, spec, steps)
        except InstallerError:
            stopped = steps.stop is not None and steps.stop.is_set()
            if stopped or attempt == ATTEMPTS:
                raise
        else:
            (folder / "complete").touch()
            return


def _try_making(folder: Path, spec: RootSpec, steps: _Steps) -> None:
    """debootstrap, then apt-get inside, with this machine's own configuration of apt."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    steps.log.unlink(missing_ok=True)
    address = mirror()
    if shutil.which("debootstrap") is None:
        raise InstallerError("debootstrap is not installed.")
    steps.run([*_UNSHARE, "debootstrap", "--variant=minbase", spec.suite, str(folder), address])
    _configure_apt(folder)
    target = []
    if spec.extra_suite:
        listed = folder / "etc/apt/sources.list.d/extra.list"
        listed.write_text(f"deb {address} {spec.extra_suite} main\n", encoding="utf-8")
        target = ["-t", spec.extra_suite]
    # Nobody needs the files after a crash of the machine: dpkg does not wait for the disk.
    fast = ["-o", "Dpkg::Options::=--force-unsafe-io", "-o", "Acquire::Retries=3"]
    install = ["install", "-q", "-y", "--no-install-recommends", *fast, *target, *spec.packages]
    for arguments in (["update", "-q"], install, ["clean"]):
        steps.run(_inside(folder, ["apt-get", *arguments]))


def _configure_apt(folder: Path) -> None:
    for name in ("apt.conf.d", "apt.conf"):
        source = Path("/etc/apt") / name
        if source.is_dir():
            shutil.copytree(source, folder / "etc/apt" / name, dirs_exist_ok=True)
        elif source.is_file():
            shutil.copy2(source, folder / "etc/apt" / name)
    certificates = Path("/etc/ssl/certs")
    if certificates.is_dir():
        shutil.copytree(
            certificates,
            folder / "etc/ssl/certs",
            dirs_exist_ok=True,
            ignore_dangling_symlinks=True,
        )


def _inside(folder: Path, command: Sequence[str]) -> list[str]:
    script = (
        'mount --bind /proc "$0/proc" && mount --rbind /dev "$0/dev" && '
        'exec chroot "$0" env DEBIAN_FRONTEND=noninteractive "$@"'
    )
    return [*_UNSHARE, "sh", "-c", script, str(folder), *command]
