"""The command line: the same plan, job and compose code without Krita and without Qt."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from ..editing.errors import CancelledError, LayerEditError
from .commands import COMMANDS
from .options import parser

STOPPED = 130
"""What shells return for a program that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 bad usage, 3 refused, 4 network."""
    options = parser(COMMANDS).parse_args(arguments)
    try:
        options.command(options)
    except LayerEditError as error:
        if options.json:
            print(json.dumps({"error": error.message, "detail": error.detail}, ensure_ascii=False))
        print(f"layer_edit: {error.message}", file=sys.stderr)
        return STOPPED if isinstance(error, CancelledError) else error.exit_code
    return 0
