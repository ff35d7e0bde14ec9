"""The commands `package`, `install`, `uninstall` and `doctor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from . import package
from .console import FAILED, OK, Console, InputError, InstallerError, complain
from .doctor import doctor
from .environment import pip_command
from .folders import cache_folder
from .install import Wanted, install, refuse_while_running, uninstall
from .layouts import Machine, Place, impossible, places, profile
from .locks import locked
from .metadata import PLUGIN_DIR, Metadata, add_plugin_path
from .platforms import PLATFORMS, named, this_platform

COMMANDS = ("package", "install", "uninstall", "doctor")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the four commands to argparse."""
    packing = commands.add_parser("package", help="make the release's packages")
    packing.add_argument("--out", type=Path, default=Path("dist"), help="folder for the packages")
    packing.add_argument(
        "--platform",
        action="append",
        metavar="NAME",
        help=f"one of {', '.join(each.name for each in PLATFORMS)}; may be repeated; default: all",
    )
    installing = commands.add_parser("install", help="install the plugin into every Krita here")
    installing.add_argument("--link", action="store_true", help="link to this checkout instead")
    removing = commands.add_parser("uninstall", help="take the plugin out of every Krita here")
    removing.add_argument(
        "--purge", action="store_true", help="remove the plugin's settings, key and results too"
    )
    reporting = commands.add_parser("doctor", help="print a report for a bug tracker")
    reporting.add_argument(
        "--offline", action="store_true", help="do not try the connection to the service"
    )
    for each in (installing, removing, reporting):
        each.add_argument(
            "--profile",
            type=Path,
            metavar="DIR",
            help="only the Krita profile in DIR: DIR/data/krita and DIR/config/kritarc, which "
            "Krita uses with XDG_DATA_HOME=DIR/data and XDG_CONFIG_HOME=DIR/config",
        )


def run(options: argparse.Namespace, metadata: Metadata, console: Console) -> int:
    """Run one of the commands and return the exit code. Raises InstallerError when it fails."""
    if options.command == "package":
        return make_packages(options, metadata, console)
    machine = Machine.this()
    if options.command == "doctor":
        found = _places(options.profile, machine)
        return doctor(machine, found, metadata, console, network=not options.offline)
    found = _found(options.profile, machine, console)
    refuse_while_running(found)
    if options.command == "install":
        wanted = _wanted(metadata, console, link=options.link)
        return for_each(found, lambda place: install(place, wanted), console)
    return for_each(
        found, lambda place: uninstall(place, purge=options.purge, forget_key=_forget_key), console
    )


def make_packages(options: argparse.Namespace, metadata: Metadata, console: Console) -> int:
    """Build the packages that are asked for and print their sizes and hashes."""
    chosen = [named(name) for name in options.platform or [each.name for each in PLATFORMS]]
    if options.out.exists() and not options.out.is_dir():
        raise InputError(f"{options.out} is no folder: choose another by --out.")
    if package.uncommitted():
        console.say("There are changes in no commit: these packages are for trying only.")
    made = package.build(metadata, chosen, options.out, pip_command(console), console)
    for line in package.table(made):
        console.say(line)
    console.say(f"{package.SUMS} and the packages are in {options.out}")
    return OK


def for_each(found: Sequence[Place], action: Callable[[Place], str], console: Console) -> int:
    """Do it in every profile, also after it has failed in one; 0 when it went well in all.

    Another installer of the same user waits meanwhile: it would take what is being written for the
    remains of one that was killed.
    """
    code = OK
    folder = cache_folder()
    # Who installs has that folder; an uninstallation without it is to leave nothing behind.
    with locked(folder / "install.lock") if folder.is_dir() else nullcontext():
        for place in found:
            try:
                console.say(f"{place.kind}: {action(place)}")
            except InstallerError as error:
                code = complain(InstallerError(f"{place.kind}: {error.message}", error.exit_code))
    return code


def _places(folder: Path | None, machine: Machine) -> tuple[Place, ...]:
    if folder is None:
        return places(machine)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is no folder: name the folder of a profile by --profile.")
    return (profile(folder.resolve()),)


def _found(folder: Path | None, machine: Machine, console: Console) -> tuple[Place, ...]:
    """Where to install. Raises InstallerError when there is nothing."""
    if folder is None:
        _refuse_store_python(machine.system, sys.base_prefix)
        for sentence in impossible(machine):
            console.say(sentence)
    found = _places(folder, machine)
    if not found:
        raise InstallerError(
            "No Krita was found on this machine: install and start Krita once, or name the folder "
            "of a profile by --profile.",
            FAILED,
        )
    return found


def _refuse_store_python(system: str, prefix: str) -> None:
    """Windows shows what a program of its Store writes into AppData to that program alone."""
    if system == "win32" and "windowsapps" in prefix.lower():
        raise InstallerError(
            "This Python is from the Microsoft Store, and Krita would not see what it installs: "
            "import the package in Krita, or use the Python of python.org."
        )


def _wanted(metadata: Metadata, console: Console, *, link: bool) -> Wanted:
    with console.part("Preparing the plugin's libraries"):
        libraries = package.libraries(metadata, this_platform(), pip_command(console))
    whole = package.plugin(metadata, libraries)
    if not link:
        return Wanted(whole, metadata.version)
    linked = package.Plugin(whole.desktop, libraries, whole.action)
    return Wanted(linked, metadata.version, checkout=PLUGIN_DIR / metadata.id)


def _forget_key(folder: Path) -> None:
    add_plugin_path()
    from layer_edit.editing.errors import InputError as PluginError  # noqa: PLC0415
    from layer_edit.keys import KeyStore  # noqa: PLC0415

    try:
        KeyStore(folder).put("wavespeed", "")
    except PluginError as error:
        raise InstallerError(f"The key could not be removed from the keyring: {error}") from error
