"""The docker with 1,000 past jobs in a real Krita: first show, scrolling, idling."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.bench.table import show
from tests.krita.harness import krita_missing, play
from tests.krita.past_jobs import write_past_jobs

COUNTS = (0, 1000)


def run() -> dict[str, Any]:
    """One Krita without past jobs, one with; {} with a reason where there is no Krita."""
    reason = krita_missing()
    if reason:
        print(f"not run: {reason}")
        return {"not run": reason}
    found = {count: _play(count) for count in COUNTS}
    print(f"Krita {found[0]['krita']}, Qt {found[0]['qt']}")
    show(
        ("the main thread, by past jobs", *(str(count) for count in COUNTS)),
        [
            ("first show: until it is there, ms", *_each(found, "shown", "wall")),
            ("first show: its own computing of that, ms", *_each(found, "shown", "own")),
            ("its own computing until all are listed, ms", *(found[c]["open"] for c in COUNTS)),
        ],
    )
    many = found[COUNTS[-1]]
    scroll = many["scroll"]
    names = ("median", "99 %", "longest", "99 %, own", "longest, own")
    show(
        ("scrolling, ms a frame", *names),
        [(f"{scroll['frames']} frames", *(scroll[name] for name in names))],
    )
    print(f"longest hold-up while scrolling: {scroll['hold-up']['held']:.1f} ms")
    for name in ("idle without", "idle with"):
        print(f"{name} the docker: {many[name]['main thread']:.3f} % of a core, main thread")
    more = many["idle with"]["main thread"] - many["idle without"]["main thread"]
    print(f"idle: {more:.3f} % of a core more with the docker; timers of {many['timers']} ms")
    return {"krita": many["krita"], "by past jobs": found}


def _each(found: dict[int, dict[str, Any]], part: str, name: str) -> list[float]:
    return [round(found[count][part][name], 3) for count in COUNTS]


def _play(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write_past_jobs(data, count)
        # Without OpenGL: with an imitated graphics card the whole window is drawn for each change.
        return play(
            "bench_results",
            Path(folder) / "out",
            data=data,
            environment={"COUNT": str(count)},
            timeout=300,
            opengl=False,
        ).report
