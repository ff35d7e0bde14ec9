"""Debian roots with other Kritas than the machine's own, for tests; kept in the user's cache.

A root is a folder with a minimal Debian and a Krita in it. Krita runs there by chroot, in a mount
namespace of its own, so that nothing stays mounted when it ends. That needs root and debootstrap.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .console import Console, InstallerError
from .folders import cache_folder
from .krita_host import linked_versions
from .wheels import Interpreter

MAKE_SECONDS = 1800
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
    """Why no roots can be made on this machine; '' when they can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "making a Debian root needs the rights of root"
    if not DEBIAN.exists():
        return "Debian roots are made on Debian only"
    missing = [name for name in ("debootstrap", "unshare") if shutil.which(name) is None]
    return f"{' and '.join(missing)} is not installed" if missing else ""


def root_for(version: str, console: Console) -> Root:
    """The root with that Krita, made when the cache does not have it (some minutes).

    Raises InstallerError when it cannot be made.
    """
    spec = ROOTS[version]
    folder = cache_folder() / "roots" / f"krita-{version}"
    if not (folder / "complete").exists():
        reason = why_not()
        if reason:
            raise InstallerError(f"No Krita {version}: {reason}.")
        with console.part(f"Making a Debian root with Krita {version}"):
            _make(folder, spec)
            (folder / "complete").touch()
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


def _make(folder: Path, spec: RootSpec) -> None:
    """debootstrap, then apt-get inside, with this machine's own configuration of apt."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    address = mirror()
    log = folder.with_suffix(".log")
    _run(["debootstrap", "--variant=minbase", spec.suite, str(folder), address], log)
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
    target = []
    if spec.extra_suite:
        listed = folder / "etc/apt/sources.list.d/extra.list"
        listed.write_text(f"deb {address} {spec.extra_suite} main\n", encoding="utf-8")
        target = ["-t", spec.extra_suite]
    install = ["install", "-q", "-y", "--no-install-recommends", *target, *spec.packages]
    _inside(folder, ["apt-get", "update", "-q"], log)
    _inside(folder, ["apt-get", *install], log)
    _inside(folder, ["apt-get", "clean"], log)


def _inside(folder: Path, command: list[str], log: Path) -> None:
    script = (
        'mount --bind /proc "$0/proc" && mount --rbind /dev "$0/dev" && '
        'exec chroot "$0" env DEBIAN_FRONTEND=noninteractive "$@"'
    )
    enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, str(folder)]
    _run([*enter, *command], log)


def _run(command: list[str], log: Path) -> None:
    with log.open("ab") as stream:
        try:
            run = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=MAKE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InstallerError(f"{command[0]} took too long; {log} has its output.") from error
    if run.returncode:
        raise InstallerError(f"{command[0]} failed; {log} has its output.")
