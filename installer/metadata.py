"""Typed view of metadata.json, the single source of names, versions and pinned dependencies."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

METADATA_FILE = ROOT / "metadata.json"

PLUGIN_DIR = ROOT / "plugin"
"""Holds layer_edit.desktop and layer_edit/."""

RESOURCES_DIR = ROOT / "resources"


@dataclass(frozen=True)
class Wheel:
    """One file of a pinned dependency, with the SHA-256 (hex) it must have."""

    file: str
    sha256: str

    @property
    def python_tag(self) -> str:
        """For example `cp311` or `py3`."""
        return self._tags[0]

    @property
    def platform_tags(self) -> tuple[str, ...]:
        """For example `("manylinux_2_27_x86_64", "manylinux_2_28_x86_64")` or `("any",)`."""
        return tuple(self._tags[1].split("."))

    @property
    def _tags(self) -> tuple[str, str]:
        python, _abi, platform = self.file[: -len(".whl")].rsplit("-", 3)[1:]
        return python, platform


@dataclass(frozen=True)
class Runtime:
    """A package the plugin carries with it; `pythons` limits the versions this pin is for."""

    name: str
    version: str
    pythons: tuple[str, ...]
    wheels: tuple[Wheel, ...]

    @property
    def requirement(self) -> str:
        """As pip writes it, for example `requests==2.34.2`."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True)
class Development:
    """The exact content of the environment for tests and linters, besides the runtime packages.

    It is installed without looking at dependencies, so it lists all of them; only those of
    `without_dependencies` are left away on purpose.
    """

    requirements: tuple[str, ...]
    without_dependencies: tuple[str, ...]


@dataclass(frozen=True)
class Studio:
    """What `edit_studio` needs besides the runtime packages, and for S3 besides that; complete."""

    requirements: tuple[str, ...]
    s3: tuple[str, ...]


@dataclass(frozen=True)
class Metadata:
    """What metadata.json says."""

    name: str
    id: str
    version: str
    kritas: tuple[str, ...]
    pythons: tuple[str, ...]
    runtime: tuple[Runtime, ...]
    development: Development
    studio: Studio


def load(file: Path = METADATA_FILE) -> Metadata:
    """Read the metadata. Raises OSError or, for a malformed file, ValueError or KeyError."""
    return parse(json.loads(file.read_text(encoding="utf-8")))


def parse(data: Mapping[str, Any]) -> Metadata:
    """Turn the JSON's content into values. Raises KeyError for what is missing."""
    pythons = tuple(data["python"])
    return Metadata(
        name=data["name"],
        id=data["id"],
        version=data["version"],
        kritas=tuple(data["krita"]),
        pythons=pythons,
        runtime=tuple(_runtime(entry, pythons) for entry in data["runtime"]),
        development=Development(
            requirements=tuple(data["development"]["requirements"]),
            without_dependencies=tuple(data["development"]["without_dependencies"]),
        ),
        studio=Studio(
            requirements=tuple(data["studio"]["requirements"]), s3=tuple(data["studio"]["s3"])
        ),
    )


def _runtime(entry: Mapping[str, Any], pythons: tuple[str, ...]) -> Runtime:
    wheels = tuple(Wheel(file, sha256) for file, sha256 in entry["wheels"].items())
    return Runtime(
        name=entry["name"],
        version=entry["version"],
        pythons=tuple(entry.get("python", pythons)),
        wheels=wheels,
    )


def add_plugin_path() -> None:
    """Make the plugin's pure modules importable; they need nothing but the standard library."""
    if str(PLUGIN_DIR) not in sys.path:
        sys.path.insert(0, str(PLUGIN_DIR))
