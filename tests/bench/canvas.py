"""Capture and insert in a real Krita: the longest hold-up of its event loop, in milliseconds."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.table import middle, show
from tests.krita.harness import krita_missing, play

SIDES = (2048, 4096)
ROUNDS = 3
COLUMNS = (
    "idle",
    "empty layer",
    "plain capture",
    "capture",
    "plain insert",
    "insert",
    "masked insert",
    "capture total",
    "insert total",
    "masked insert total",
)


def run() -> dict[str, Any]:
    """One Krita, all sizes, medians over the rounds; {} with a reason where there is no Krita."""
    reason = krita_missing()
    if reason:
        print(f"not run: {reason}")
        return {"not run": reason}
    with tempfile.TemporaryDirectory() as folder:
        report = play(
            "bench_canvas",
            Path(folder),
            environment={"SIZES": json.dumps(SIDES), "ROUNDS": str(ROUNDS)},
            timeout=600,
        ).report
    medians = {
        side: {
            name: middle([row[name] for row in report["bench"] if row["side"] == side])
            for name in COLUMNS
        }
        for side in SIDES
    }
    print(f"Krita {report['krita']}, Qt {report['qt']}")
    print(f"import of the plugin inside Krita: {report['import_ms']:.1f} ms")
    show(
        ("longest hold-up, ms (median)", *(f"{side} × {side}" for side in SIDES)),
        [(name, *(medians[side][name] for side in SIDES)) for name in COLUMNS],
    )
    return {"import_ms": report["import_ms"], "krita": report["krita"], "longest_ms": medians}
