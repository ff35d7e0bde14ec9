"""`python3 -m installer doctor`: what a bug tracker wants to know, without any secret."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from .console import FAILED, OK, Console
from .install import BESIDE, MODULE, data_folders, is_enabled, is_linked, version_of
from .krita_host import find_krita
from .layouts import Machine, Place, impossible
from .metadata import Metadata, add_plugin_path
from .running import running

Line = tuple[str, str]

_LOG_TAIL = 200_000
"""Bytes of Krita's log that are searched for the last session."""


def doctor(
    machine: Machine,
    found: Sequence[Place],
    metadata: Metadata,
    console: Console,
    *,
    network: bool = True,
) -> int:
    """Print the report on these profiles; 1 when something in them is wrong, else 0.

    With `network` a TLS connection to the service is opened and closed; nothing is sent over it.
    """
    add_plugin_path()
    from layer_edit import report  # noqa: PLC0415

    lines: list[Line] = [("checkout", f"{metadata.name} {metadata.version}"), *report.interpreter()]
    secrets = []
    wrong: list[str] = []
    for place in found:
        data = data_folder(place, machine)
        wrong += problems(place)
        lines += [("", ""), *place_lines(place), *report.user_data(data, machine.environment)]
        lines += report.network_lines(data, network, certificates(place))
        secrets.append(report.key(data))
    lines += [("", ""), *(("note", sentence) for sentence in impossible(machine))]
    lines += [("problem", sentence) for sentence in wrong or ["none found"]]
    if not found:
        lines.append(("note", "No Krita was found on this machine."))
    console.say(report.formatted(lines, secrets, machine.home))
    return FAILED if wrong else OK


def data_folder(place: Place, machine: Machine) -> Path:
    """The plugin's data folder, as the plugin itself chooses it."""
    override = machine.environment.get("LAYER_EDIT_DATA")
    return Path(override) if override else data_folders(place)[-1]


def place_lines(place: Place) -> list[Line]:
    """One profile: its Kritas, its folders, the plugin in it."""
    version = version_of(place)
    state = {None: "not installed", "": "broken, or of an unknown version"}.get(version, version)
    linked = f", linked to {os.path.realpath(place.pykrita / MODULE)}" if is_linked(place) else ""
    pids = ", ".join(map(str, running(place)))
    return [
        ("Krita", f"{place.kind}: {', '.join(map(str, place.programs)) or 'no program found'}"),
        *(("versions", each) for each in versions(place)),
        ("runs now", f"process {pids}" if pids else "no"),
        ("resources", str(place.resources)),
        ("settings", f"{place.kritarc} ({_settings_state(place)})"),
        ("plugin", f"{state}{linked}"),
        *(("libraries", each) for each in library_lines(place)),
    ]


def versions(place: Place) -> list[str]:
    """Of Krita and Qt by Krita's log, of Python by the library of a distribution's Krita."""
    lines = []
    try:
        with place.log.open("rb") as stream:
            stream.seek(max(0, place.log.stat().st_size - _LOG_TAIL))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        text = ""
    sessions = re.findall(r"Krita Version: ([^,\n]+), Qt version.*?loaded: ([\d.]+\d)", text)
    if sessions:
        lines.append(f"Krita {sessions[-1][0]}, Qt {sessions[-1][1]}, when it ran last")
    for program in place.programs:
        host = find_krita(str(program.parent)) if program.name == "krita" else None
        if host is not None:
            lines.append(f"Python {host.interpreter.version}, Qt {host.qt}: {program}")
    return lines or ["unknown: Krita has not run yet"]


def library_lines(place: Place) -> list[str]:
    """Each folder of libraries, whole or not."""
    lines = []
    for folder, wrong in _libraries(place):
        lines.append(f"{folder.name}: {f'{len(wrong)} files wrong' if wrong else 'whole'}")
    return lines


def problems(place: Place) -> list[str]:
    """What keeps an installed plugin from working, a sentence for each."""
    version = version_of(place)
    if version is None:
        return []
    found = []
    if not (place.pykrita / MODULE / "__init__.py").is_file():
        found.append(f"The plugin in {place.pykrita} is incomplete: install it again.")
    if not (place.pykrita / f"{MODULE}.desktop").is_file():
        found.append(f"{MODULE}.desktop is missing in {place.pykrita}: install the plugin again.")
    if not is_enabled(place):
        found.append(
            f"The plugin is switched off in {place.kritarc}: switch it on in Krita's Python "
            "Plugin Manager."
        )
    libraries = _libraries(place)
    if not libraries:
        found.append(f"The plugin in {place.pykrita} has no libraries: install it again.")
    for folder, wrong in libraries:
        if wrong:
            found.append(f"{wrong[0]} is missing or damaged ({len(wrong)} files in {folder}).")
    return found


def certificates(place: Place) -> str | None:
    """certifi's file in the installed plugin, None without one."""
    found = (folder / "certifi" / "cacert.pem" for folder, _ in _libraries(place))
    return next((str(file) for file in found if file.is_file()), None)


def _libraries(place: Place) -> list[tuple[Path, list[Path]]]:
    """The folders of libraries in the installed plugin, each with its wrong files."""
    add_plugin_path()
    from layer_edit.vendored import wrong_files  # noqa: PLC0415

    parents = (place.pykrita / MODULE / "vendor", place.pykrita / BESIDE)
    folders = [each for parent in parents for each in sorted(parent.glob("*")) if each.is_dir()]
    return [(folder, wrong_files(folder)) for folder in folders]


def _settings_state(place: Place) -> str:
    try:
        return "plugin switched on" if is_enabled(place) else "plugin switched off"
    except OSError as error:
        return f"not readable: {error.strerror}"
