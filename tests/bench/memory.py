"""Krita's resident memory after 50 edits of 2048 x 2048 and 50 undos, beside Krita's own layers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.table import show
from tests.krita.harness import krita_missing, play

MODES = ("empty layer", "filled layer", "edit")
MOMENTS = ("start", "after the rounds", "after the undos", "without the redo history")


def run() -> dict[str, Any]:
    """One Krita for each mode; {} with a reason where there is no Krita."""
    reason = krita_missing()
    if reason:
        print(f"not run: {reason}")
        return {"not run": reason}
    rounds = os.environ.get("ROUNDS", "50")
    found = {mode: _play(mode, rounds) for mode in MODES}
    print(f"Krita {found['edit']['krita']}, {rounds} rounds")
    show(
        ("resident memory, MB", *MODES),
        [(moment, *(found[mode][moment] for mode in MODES)) for moment in MOMENTS],
    )
    return {"krita": found["edit"]["krita"], "megabytes": found}


def _play(mode: str, rounds: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"MODE": mode, "ROUNDS": rounds}
        return play("bench_memory", Path(folder), environment=environment, timeout=900).report
