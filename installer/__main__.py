"""The command line: `python3 -m installer try | test | install | …`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import pins, shipping, studio, suite, trial
from .console import FAILED, OK, Console, InputError, InstallerError, complain
from .environment import pip_command
from .metadata import load
from .roots import ROOTS

STOPPED = 130
"""What shells return for a program stopped by Ctrl+C."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 bad input, 3 refused."""
    arguments, rest = split(arguments)
    options = parser().parse_args(arguments)
    if rest and options.command != "test":
        parser().error("only 'test' takes arguments after --")
    console = Console()
    try:
        return run(options, rest, console)
    except InstallerError as error:
        return complain(error)
    except OSError as error:  # a full disk, a folder without rights
        return complain(InstallerError(f"Stopped by the system: {error}."))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


def run(options: argparse.Namespace, rest: Sequence[str], console: Console) -> int:
    """Run the chosen command. Raises InstallerError when it fails."""
    metadata = load()
    if options.command == "test":
        return suite.run_tests(rest, kritas(options.krita), metadata, console)
    if options.command == "lint":
        return suite.run_linters(metadata, console)
    if options.command == "pins":
        pins.update(pip_command(console), console)
        return OK
    if options.command == "studio":
        return studio.run(options, metadata, console)
    if options.command in shipping.COMMANDS:
        return shipping.run(options, metadata, console)
    wanted = trial.Options(options.image, options.instruction, options.out, options.keep_open)
    trial.try_plugin(wanted, metadata, console)
    return OK


def kritas(wanted: str) -> tuple[str, ...]:
    """The versions that `--krita` names, beside the machine's own. Raises InputError."""
    if wanted in ("own", "all"):
        return () if wanted == "own" else tuple(ROOTS)
    versions = tuple(wanted.split(","))
    for version in versions:
        if version not in ROOTS:
            raise InputError(f"There is no Krita '{version}' to test in: {', '.join(ROOTS)}.")
    return versions


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The installer's own arguments, and those after the first `--`."""
    own = list(arguments)
    if "--" not in own:
        return own, []
    at = own.index("--")
    return own[:at], own[at + 1 :]


def parser() -> argparse.ArgumentParser:
    """The description of the command line."""
    top = argparse.ArgumentParser(prog="python3 -m installer", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    trying = commands.add_parser("try", help="do one edit in Krita, with a profile of its own")
    trying.add_argument("--out", type=Path, default=trial.OUT, help="folder for the results")
    trying.add_argument("--image", type=Path, default=trial.SAMPLE, help="picture to edit")
    trying.add_argument("--instruction", default=trial.INSTRUCTION, help="what should change")
    trying.add_argument(
        "--keep-open",
        action=argparse.BooleanOptionalAction,
        help="leave Krita open after the edit (default: where there is a display to see it on)",
    )
    testing = commands.add_parser("test", help="run all tests; arguments after -- go to pytest")
    testing.add_argument(
        "--krita",
        default="own",
        metavar="VERSIONS",
        help=f"'own' (the default), 'all', or some of {', '.join(ROOTS)}, run in Debian roots too",
    )
    commands.add_parser("lint", help="run the linters and the type checker")
    commands.add_parser("pins", help="write the hashes of the pinned packages anew")
    studio.add_command(commands)
    shipping.add_commands(commands)
    return top


def _end(_number: int, _frame: object) -> NoReturn:
    # As an exception, so that a display and a Krita that were started end too.
    raise SystemExit(FAILED)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A file or a pipe on Windows has not all the signs that names of folders have.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    sys.exit(main(sys.argv[1:]))
