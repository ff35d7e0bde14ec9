"""What a release consists of: a zip for each system that Krita imports, an SBOM, SHA256SUMS.

The same commit gives the same bytes on every machine: files come in the order of their names,
without dates, and wheels' files in the compressed form they have in the wheel.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .archive import Entry, entries_of, zip_bytes
from .binaries import check
from .console import Console, InstallerError
from .metadata import METADATA_FILE, PLUGIN_DIR, RESOURCES_DIR, ROOT, Metadata, Wheel
from .platforms import Platform
from .sbom import sbom_text
from .wheels import fetch, wheels_for

LARGEST = 40_000_000
"""Bytes a package may have."""

COMMON = "any"
"""The folder of the libraries that every Python runs; `vendored` in the plugin looks there too."""

SUMS = "SHA256SUMS"

_LEFT_OUT = ("__pycache__", "vendor")
"""Folders in the plugin's that are no part of it."""

_SOURCES = (".po", ".pot")
"""What the translations are made from; the plugin reads what is made, the .mo files."""

_STUDIOS = "studio/"
"""In the resources: what whoever runs a studio's machines needs, and Krita does not."""


@dataclass(frozen=True)
class Plugin:
    """An installed plugin: `desktop` and `action` (None without actions) as Krita wants them,
    `files` below the module's folder, named relative to it."""

    desktop: Entry
    files: tuple[Entry, ...]
    action: Entry | None = None


@dataclass(frozen=True)
class Made:
    """A file that was written, with its size in bytes and its SHA-256 in hex."""

    file: Path
    size: int
    sha256: str


def plugin(metadata: Metadata, libraries: Sequence[Entry] = ()) -> Plugin:
    """The plugin of this checkout as it is installed; `libraries` are below `vendor/`."""
    module = PLUGIN_DIR / metadata.id
    files = [
        *_files(module),
        # Krita reads .action files below pykrita too: a second copy would be a duplicate.
        *(
            entry.below("resources")
            for entry in _files(RESOURCES_DIR)
            if not _is_action(entry) and not entry.name.startswith(_STUDIOS)
            if not entry.name.endswith(_SOURCES)
        ),
        Entry.stored("LICENSE", (ROOT / "LICENSE").read_bytes()),
        Entry.stored("metadata.json", METADATA_FILE.read_bytes()),
        *(entry.below("vendor") for entry in libraries),
    ]
    desktop = PLUGIN_DIR / f"{metadata.id}.desktop"
    return Plugin(
        Entry.stored(desktop.name, desktop.read_bytes()), tuple(files), _action(metadata.id)
    )


def _files(folder: Path) -> Iterator[Entry]:
    for file in sorted(folder.rglob("*"), key=lambda file: file.relative_to(folder).parts):
        name = file.relative_to(folder)
        is_left_out = any(part in _LEFT_OUT or part.startswith(".") for part in name.parts)
        if file.is_file() and not is_left_out and file.suffix != ".pyc":
            yield Entry.stored(name.as_posix(), file.read_bytes())


def _is_action(entry: Entry) -> bool:
    return entry.name.startswith("actions/")


def _action(module: str) -> Entry | None:
    """Krita's importer takes one .action file, by its name. Raises InstallerError for others."""
    files = sorted((RESOURCES_DIR / "actions").glob("*.action"))
    others = [file.name for file in files if file.stem != module]
    if others:
        raise InstallerError(f"Krita imports {module}.action only, not {', '.join(others)}.")
    return Entry.stored(files[0].name, files[0].read_bytes()) if files else None


def libraries(metadata: Metadata, platform: Platform, pip: Sequence[str]) -> tuple[Entry, ...]:
    """The runtime packages for all interpreters of a platform, a folder for each and a common one.

    Raises InstallerError when a wheel cannot be fetched, is not the pinned one, or has compiled
    files for something else.
    """
    found: dict[str, Entry] = {}
    for interpreter in platform.interpreters:
        pinned = wheels_for(metadata, interpreter)
        for (_, wheel), file in zip(pinned, fetch(pinned, interpreter, pip), strict=True):
            common = wheel.platform_tags == ("any",)
            folder = COMMON if common else interpreter.tag
            if common and f"{folder}/{_record(wheel)}" in found:
                continue
            entries = _entries(file)
            check(entries, None if common else interpreter)
            found.update({entry.name: entry for entry in (e.below(folder) for e in entries)})
    return tuple(found[name] for name in sorted(found))


def _record(wheel: Wheel) -> str:
    name, version = wheel.file.split("-")[:2]
    return f"{name}-{version}.dist-info/RECORD"


def _entries(wheel: Path) -> tuple[Entry, ...]:
    entries = tuple(entries_of(wheel))
    if any(entry.name.partition("/")[0].endswith(".data") for entry in entries):
        raise InstallerError(f"{wheel.name} must be installed, not only unpacked.")
    if not any("/licenses/" in entry.name for entry in entries):
        raise InstallerError(f"{wheel.name} comes without its licence.")
    return entries


def zip_content(metadata: Metadata, content: Plugin) -> bytes:
    """The archive as Krita's importer takes it. Raises InstallerError for an impossible name."""
    actions = [content.action] if content.action else []
    files = [content.desktop, *actions, *(one.below(metadata.id) for one in content.files)]
    try:
        return zip_bytes(files)
    except ValueError as error:
        raise InstallerError(f"No package can be made: {error}.") from error


def pinned_wheels(metadata: Metadata, platform: Platform) -> dict[str, list[Wheel]]:
    """The wheels in a platform's package, by requirement."""
    result: dict[str, list[Wheel]] = {}
    for interpreter in platform.interpreters:
        for requirement, wheel in wheels_for(metadata, interpreter):
            if wheel not in result.setdefault(requirement, []):
                result[requirement].append(wheel)
    return result


def build(
    metadata: Metadata,
    platforms: Sequence[Platform],
    out: Path,
    pip: Sequence[str],
    console: Console,
) -> tuple[Made, ...]:
    """Write the packages of the platforms, their SBOMs and SHA256SUMS into `out`.

    Raises InstallerError when a package is too large or cannot be made; then nothing is written.
    """
    contents: dict[str, bytes] = {}
    for platform in platforms:
        name = f"{metadata.id.replace('_', '-')}-{metadata.version}-{platform.name}"
        with console.part(f"Packing for {platform.title}"):
            content = plugin(metadata, libraries(metadata, platform, pip))
            package = zip_content(metadata, content)
        if len(package) > LARGEST:
            raise InstallerError(f"{name}.zip has {len(package)} bytes, at most {LARGEST} may be.")
        contents[f"{name}.zip"] = package
        listed = pinned_wheels(metadata, platform)
        contents[f"{name}.cdx.json"] = sbom_text(metadata, platform, listed, content).encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    contents[SUMS] = "".join(lines).encode()
    out.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        _write(out / name, data)
    return tuple(Made(out / name, len(contents[name]), digest) for name, digest in sums.items())


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(file.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def table(made: Sequence[Made]) -> list[str]:
    """The files with their sizes in megabytes (10^6 bytes) and hashes, as lines."""
    width = max(len(each.file.name) for each in made)
    return [f"{each.file.name:<{width}}  {each.size / 1e6:6.2f} MB  {each.sha256}" for each in made]


def uncommitted() -> bool:
    """Whether git knows of changes that are in no commit; False outside a git checkout."""
    try:
        run = subprocess.run(
            [
                "git",
                "--no-optional-locks",
                "status",
                "--porcelain",
                "--",
                "plugin",
                "resources",
                "metadata.json",
            ],
            cwd=ROOT,
            capture_output=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0 and bool(run.stdout.strip())
