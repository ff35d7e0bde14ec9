"""What the user sees: short progress lines, one-sentence errors, exit codes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = 0
FAILED = 1
BAD_INPUT = 2
REFUSED = 3


class InstallerError(Exception):
    """Ends the command with one sentence for the user and `exit_code`."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


class InputError(InstallerError):
    """What the user gave cannot be used; raised before anything is started."""

    def __init__(self, message: str) -> None:
        super().__init__(message, BAD_INPUT)


@dataclass
class Console:
    """Writes lines to standard output and remembers how long each part took, in seconds."""

    parts: list[tuple[str, float]] = field(default_factory=list)

    def say(self, line: str) -> None:
        """One line, written at once so that a pipe sees it too."""
        print(line, flush=True)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Announce a part of the work and time it."""
        self.say(f"{name} …")
        start = time.monotonic()
        yield
        self.parts.append((name, time.monotonic() - start))

    def times(self) -> str:
        """All parts so far in one line, for example `Krita 12.3 s, edit 4.1 s`."""
        return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.parts)


def complain(error: InstallerError) -> int:
    """Print the error's sentence to standard error and return its exit code."""
    print(error.message, file=sys.stderr, flush=True)
    return error.exit_code
