"""The test run in several Kritas: their Debian roots made beside the tests, and one table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from .console import OK, Console, InstallerError

AT_A_TIME = 2
"""Roots that are made at the same time: one loads while the other unpacks."""

NO_TESTS = 5
"""What pytest returns when nothing was chosen."""


class Silent(Console):
    """For work beside other output."""

    def say(self, line: str) -> None:
        """Nothing."""


class Making:
    """Makes things one or two at a time on threads, as a context that ends with its block.

    `make` gets a thing's name and an event that is set when it should stop.
    """

    def __init__(self, make: Callable[[str, threading.Event], None]) -> None:
        self._make = make
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(AT_A_TIME)
        self._made: dict[str, Future[None]] = {}

    def __enter__(self) -> Making:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def begin(self, names: Sequence[str]) -> None:
        """Begin to make these, the first one first."""
        for name in names:
            self._made[name] = self._pool.submit(self._make, name, self._stop)

    def ready(self, name: str) -> bool:
        """Whether `why_not` would answer at once."""
        return self._made[name].done()

    def why_not(self, name: str) -> str:
        """Wait until it is made: '', or the reason why it cannot be."""
        try:
            self._made[name].result()
        except InstallerError as error:
            return error.message
        except OSError as error:  # a full disk, a folder without rights
            return f"{error}."
        return ""


@dataclass(frozen=True)
class Row:
    """What the tests in one Krita came to; `not_run` says why there were none."""

    krita: str
    exit_code: int = OK
    minutes: float = 0.0
    not_run: str = ""
    summary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the whole run has failed by this row."""
        return self.exit_code not in (OK, NO_TESTS)

    @property
    def remark(self) -> str:
        """What the figures do not tell."""
        ran = self.summary.get("kritas", [])
        if self.not_run:
            return f"not run: {self.not_run}"
        if self.exit_code == NO_TESTS:
            return "no tests were chosen"
        if self.failed and not self.summary:
            return f"pytest ended with {self.exit_code} and without a summary"
        if self.failed and not self.summary["failed"]:
            return f"pytest ended with {self.exit_code}"
        if self.krita[0].isdigit() and any(not one.startswith(self.krita) for one in ran):
            return f"this is no Krita {self.krita}: its Debian suite has moved on"
        return ""

    def cells(self) -> list[str]:
        """The row as it is printed."""
        counts = [str(self.summary.get(name, "-")) for name in ("passed", "failed", "skipped")]
        ran = ", ".join(self.summary.get("kritas", [])) or "-"
        return [self.krita, ran, *counts, f"{self.minutes:.1f}", self.remark]


def table(rows: Sequence[Row]) -> str:
    """All rows below their headings, and what was started again below them."""
    heads = ["Krita", "ran", "passed", "failed", "skipped", "minutes", ""]
    lines = [heads, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    text = [
        "  ".join(
            cell.rjust(width) if 2 <= at <= 5 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    again = [f"Krita {row.krita}: {one}" for row in rows for one in row.summary.get("again", [])]
    return "\n".join((*text, *again))
