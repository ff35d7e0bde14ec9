"""What can be written on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from ..assembly import TITLES
from ..editing.protect import MODES
from ..editing.request import FORMATS, SEED_RANGE

Command = Callable[[argparse.Namespace], int | None]
"""Carries out a command; gives an exit code where it is not 0. Raises LayerEditError."""


class _Parser(argparse.ArgumentParser):
    """argparse with exit code 2 and one sentence, no usage block in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"layer_edit: {message}; 'layer_edit --help' lists the options.\n")


def parser(calls: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser; its namespace's `command` is the one of `calls` that was asked for."""
    made = _Parser(prog="layer_edit", description="Edit pictures by instruction.")
    commands = made.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, text: str) -> _Parser:
        sub: _Parser = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=calls[name])
        sub.add_argument("--json", action="store_true", help="print JSON")
        sub.add_argument("--base-url", metavar="URL", help="address of the backend's server")
        return sub

    _add_edits(command("edit", "edit a picture file"))
    resume = command("resume", "collect what an interrupted edit left at the service")
    resume.add_argument("job", nargs="?", help="a job's id; all unfinished ones when left away")
    resume.add_argument("-o", "--output", type=Path, metavar="OUT", help="another file than before")
    resume.add_argument(
        "--send-again",
        action="store_true",
        help="for an uncertain job: send it once more, which may cost twice",
    )
    _add_mask(resume)
    command("jobs", "list the jobs in the journal")
    command("balance", "tell what is left on the WaveSpeed account")
    return made


def _add_mask(to: _Parser) -> None:
    to.add_argument(
        "--mask",
        type=Path,
        metavar="FILE",
        help="write where the result shows as an 8-bit grey PNG of the picture's size",
    )


def _add_edits(edit: _Parser) -> None:
    edit.add_argument("input", type=Path, metavar="IN", help="PNG, JPEG or WebP")
    edit.add_argument("instruction", help="what should change, such as 'slightly warmer'")
    edit.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    edit.add_argument("--backend", choices=tuple(TITLES), default="offline")
    edit.add_argument("--model", default="", help="'full' (the default) or 'draft', half price")
    edit.add_argument("--seed", type=int, help=f"1 to {SEED_RANGE[-1]}; random when left away")
    edit.add_argument("--size", metavar="W*H", help="output size to ask the service for")
    edit.add_argument("--format", choices=FORMATS, default="png", help="what the service sends")
    edit.add_argument("--sync", action="store_true", help="let one long request bring the result")
    edit.add_argument("--base64", action="store_true", help="get the result inside the answer")
    edit.add_argument(
        "--protect",
        choices=MODES,
        default="soft",
        help="how what an AI model was not asked to change is kept",
    )
    _add_mask(edit)
    edit.add_argument("--graph", metavar="FILE", help="for comfyui: a graph of your own")
    edit.add_argument("--reference", type=Path, action="append", default=[], metavar="FILE")
