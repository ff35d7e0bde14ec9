"""Pinned wheels: which ones an interpreter needs, fetched, verified and unpacked for it."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .console import InstallerError
from .folders import cache_folder
from .metadata import Metadata, Wheel

PIP_SECONDS = 900
"""A slow connection gets this long for one download or installation."""

_ASK = (
    "import json, sys, sysconfig;"
    "print(json.dumps([sys.version_info[0], sys.version_info[1], sysconfig.get_platform()]))"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python that will load the wheels; `platform` is its `sysconfig.get_platform()`."""

    major: int
    minor: int
    platform: str

    @property
    def version(self) -> str:
        """For example `3.11`."""
        return f"{self.major}.{self.minor}"

    @property
    def python_tag(self) -> str:
        """For example `cp311`."""
        return f"cp{self.major}{self.minor}"

    @property
    def tag(self) -> str:
        """Name of its folder in the plugin's `vendor/`, for example `cp311-linux_x86_64`."""
        # A Mac's names the system that Python was built for too, which no package can foresee.
        platform = re.sub(r"^macosx-[\d.]+-", "macosx-", self.platform)
        return f"{self.python_tag}-{re.sub('[-.]', '_', platform)}"

    @classmethod
    def ask(cls, executable: str | Path) -> Interpreter:
        """Ask a Python what it is. Raises InstallerError when it cannot answer."""
        try:
            answer = subprocess.run(
                [str(executable), "-I", "-c", _ASK],
                capture_output=True,
                text=True,
                timeout=30,
                check=True,
            )
            major, minor, name = json.loads(answer.stdout)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise InstallerError(f"The Python at {executable} does not answer: {error}.") from error
        return cls(major, minor, name)

    @classmethod
    def embedded(cls, major: int, minor: int) -> Interpreter:
        """A Python inside a program of this machine, of which only the version is known."""
        return cls(major, minor, sysconfig.get_platform())


def wheels_for(metadata: Metadata, interpreter: Interpreter) -> tuple[tuple[str, Wheel], ...]:
    """Each runtime requirement with its wheel. Raises InstallerError when one has none."""
    if interpreter.version not in metadata.pythons:
        raise InstallerError(
            f"Python {interpreter.version} is not supported: "
            f"{metadata.name} runs in Python {', '.join(metadata.pythons)}."
        )
    chosen = []
    for package in metadata.runtime:
        if interpreter.version not in package.pythons:
            continue
        fitting = [wheel for wheel in package.wheels if fits(wheel, interpreter)]
        if not fitting:
            raise InstallerError(
                f"No wheel of {package.requirement} is pinned for {interpreter.tag}: "
                f"{metadata.name} cannot run on this machine."
            )
        chosen.append((package.requirement, fitting[0]))
    return tuple(chosen)


def fits(wheel: Wheel, interpreter: Interpreter) -> bool:
    """Whether the interpreter can load the wheel, by the tags in the wheel's name."""
    if wheel.platform_tags == ("any",):
        return wheel.python_tag.startswith("py") and "3" in wheel.python_tag
    return wheel.python_tag == interpreter.python_tag and any(
        _same_platform(tag, interpreter.platform) for tag in wheel.platform_tags
    )


def _same_platform(tag: str, name: str) -> bool:
    if name.startswith("linux-"):
        return tag.startswith("manylinux") and tag.endswith("_" + name[len("linux-") :])
    if name.startswith("macosx-"):
        machine = name.rsplit("-", 1)[1]
        machine = platform.machine() if machine == "universal2" else machine
        return tag.startswith("macosx_") and tag.endswith("_" + machine)
    return tag == name.replace("-", "_")


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def verify(file: Path, wheel: Wheel) -> None:
    """Raise InstallerError when the file is not the one that was pinned."""
    actual = sha256_of(file)
    if actual != wheel.sha256:
        raise InstallerError(
            f"{file.name} is not the pinned file (its SHA-256 is {actual}, not {wheel.sha256}): "
            "it is not used."
        )


def fetch(
    pinned: Sequence[tuple[str, Wheel]], interpreter: Interpreter, pip: Sequence[str]
) -> tuple[Path, ...]:
    """The wheels in the cache, downloaded by pip where they are not there yet, verified.

    `pip` is the command pip is started by. Raises InstallerError when a download fails or a file
    has another hash than the pinned one.
    """
    folder = cache_folder() / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [(requirement, wheel) for requirement, wheel in pinned if not _cached(folder, wheel)]
    if missing:
        _download(missing, interpreter, pip, folder)
    for _, wheel in pinned:
        verify(folder / wheel.file, wheel)
    return tuple(folder / wheel.file for _, wheel in pinned)


def _cached(folder: Path, wheel: Wheel) -> bool:
    file = folder / wheel.file
    if not file.is_file():
        return False
    if sha256_of(file) == wheel.sha256:
        return True
    file.unlink(missing_ok=True)  # a download that was cut off: fetch it again
    return False


def download_command(
    pinned: Iterable[tuple[str, Wheel]], interpreter: Interpreter, pip: Sequence[str], into: Path
) -> list[str]:
    """The pip command that fetches exactly these files for that interpreter."""
    tags = sorted({tag for _, wheel in pinned for tag in wheel.platform_tags} - {"any"})
    command = [*pip, "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "--dest", str(into)]
    command += ["--python-version", interpreter.version, "--implementation", "cp"]
    command += ["--abi", interpreter.python_tag, "--abi", "none"]
    for tag in tags or ["any"]:
        command += ["--platform", tag]
    return command


def _download(
    pinned: Sequence[tuple[str, Wheel]], interpreter: Interpreter, pip: Sequence[str], folder: Path
) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        lines = (f"{requirement} --hash=sha256:{wheel.sha256}" for requirement, wheel in pinned)
        (scratch / "pins.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = download_command(pinned, interpreter, pip, scratch)
        run_pip([*command, "--requirement", str(scratch / "pins.txt")])
        for _, wheel in pinned:
            if not (scratch / wheel.file).is_file():
                raise InstallerError(f"pip fetched another file than the pinned {wheel.file}.")
            verify(scratch / wheel.file, wheel)
            (scratch / wheel.file).replace(folder / wheel.file)


def run_pip(command: Sequence[str]) -> str:
    """Run a pip command and return its output. Raises InstallerError with pip's last line."""
    try:
        run = subprocess.run(
            list(command),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PIP_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallerError(f"pip did not end within {PIP_SECONDS} s; try again.") from error
    if run.returncode:
        errors = [line for line in run.stdout.splitlines() if "ERROR" in line]
        last = (errors or [run.stdout.strip()])[-1][:500]
        if "connection broken by" in run.stdout and "No matching distribution" in last:
            # It names the package for what is the network's fault.
            raise InstallerError(
                "pip cannot reach its package index: look after the network or pip's proxy, then "
                "run this command again."
            )
        raise InstallerError(f"pip failed: {last}")
    return run.stdout


def vendor(metadata: Metadata, interpreter: Interpreter, pip: Sequence[str]) -> Path:
    """A folder of the interpreter's tag with all runtime packages unpacked, kept in the cache.

    The folder is complete or absent, and is another one as soon as a pin changes. Do not write
    into it: copy it.
    """
    pinned = wheels_for(metadata, interpreter)
    key = hashlib.sha256("\n".join(wheel.sha256 for _, wheel in pinned).encode()).hexdigest()
    folder = cache_folder() / "vendor" / key[:16] / interpreter.tag
    if not folder.is_dir():
        unpack(fetch(pinned, interpreter, pip), folder)
    return folder


def unpack(wheels: Iterable[Path], folder: Path) -> None:
    """Unpack wheels side by side into a new folder, which appears only when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(scratch)
        scratch.chmod(0o755)
        scratch.rename(folder)
    except OSError:
        if not folder.is_dir():  # otherwise another process was faster with the same content
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
