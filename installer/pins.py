"""`python3 -m installer pins`: writes the files and hashes of the pinned versions anew."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .console import Console
from .metadata import METADATA_FILE
from .wheels import run_pip, sha256_of

PLATFORMS: tuple[tuple[str, ...], ...] = (
    ("win_amd64",),
    tuple(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 17)),
    tuple(f"manylinux_2_{minor}_aarch64" for minor in (28, 27, 17)),
    tuple(f"macosx_{version}_x86_64" for version in ("11_0", "10_15", "10_13", "10_10")),
    ("macosx_11_0_arm64",),
)
"""Wheel tags pip may choose from, for each kind of machine that Krita with Python exists for."""


def update(pip: Sequence[str], console: Console, file: Path = METADATA_FILE) -> None:
    """Fetch every wheel of the runtime packages and write their hashes into the metadata.

    To change a version, change it in the metadata first. Raises InstallerError when a download
    fails.
    """
    data = json.loads(file.read_text(encoding="utf-8"))
    for package in data["runtime"]:
        console.say(f"{package['name']} {package['version']}")
        package["wheels"] = _wheels(package, package.get("python", data["python"]), pip)
    file.write_text(text_of(data), encoding="utf-8")


def _wheels(package: dict[str, Any], pythons: Sequence[str], pip: Sequence[str]) -> dict[str, str]:
    requirement = f"{package['name']}=={package['version']}"
    with tempfile.TemporaryDirectory() as folder:
        for python in pythons:
            for tags in PLATFORMS:
                _download(requirement, python, tags, pip, folder)
                if list(Path(folder).glob("*-none-any.whl")):  # one file for all machines
                    return _hashes(Path(folder))
        return _hashes(Path(folder))


def _hashes(folder: Path) -> dict[str, str]:
    return {file.name: sha256_of(file) for file in sorted(folder.glob("*.whl"))}


def _download(
    requirement: str, python: str, tags: Sequence[str], pip: Sequence[str], folder: str
) -> None:
    # charset-normalizer's fast wheels come per platform; its pure one serves all, so it is asked
    # for by ABI and platform.
    pure = requirement.lower().startswith("charset")
    abi = "none" if pure else f"cp{python.replace('.', '')}"
    command = [*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder]
    command += ["--python-version", python, "--implementation", "py" if pure else "cp"]
    command += ["--abi", abi]
    for tag in ("any",) if pure else tags:
        command += ["--platform", tag]
    run_pip([*command, requirement])


def text_of(data: dict[str, Any]) -> str:
    """The metadata as readable JSON: lists of versions on one line."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    versions = re.compile(r'\[\s+("[\d.]+"(?:,\s+"[\d.]+")*)\s+\]')
    return versions.sub(_on_one_line, text) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return "[" + " ".join(found[1].split()) + "]"
