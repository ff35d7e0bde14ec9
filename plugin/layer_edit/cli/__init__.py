"""The command line: the same plan, job and compose code without Krita and without Qt."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import COMMANDS
from .options import parser
from .telling import reported


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 bad usage, 3 refused, 4 network.

    Of several jobs the highest code counts.
    """
    options = parser(COMMANDS).parse_args(arguments)
    return reported(lambda: options.command(options), options.json)
