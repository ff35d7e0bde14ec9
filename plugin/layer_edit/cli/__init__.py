"""The command line: the same plan, job and compose code without Krita and without Qt."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from .commands import COMMANDS
from .options import parser
from .telling import reported

BROKEN_PIPE = 141
"""What shells return for a program whose reader had enough."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 bad usage, 3 refused, 4 network.

    Of several jobs the highest code counts.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal need not know all characters, and names of files need not be text.
        sys.stdout.reconfigure(errors="backslashreplace")
    options = parser(COMMANDS).parse_args(arguments)
    try:
        code = reported(lambda: options.command(options), options.json)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still to be written must not fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code
