"""How much of a picture an edit leaves as it was, on cases with known truth.

`python3 -m tests.bench fidelity` reports the pictures that were held out; `--half tuning` takes
those that the program was tuned on, and `--sheets FOLDER` draws contact sheets of either.

Every edit has the instruction that a person would type, and the program reads it: what asks for
the whole picture is one of it whatever the pixels say. How many edits of the whole picture are
recognised is given twice: with the instruction, as the program works, and by the pixels alone,
as for any instruction that it does not understand: the instructions here are plain ones. Local
edits are protected as the program does it with theirs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from layer_edit.editing.asks import asks_for_all
from layer_edit.editing.protect import protect
from tests.bench.fidelity_damage import KINDS, drawn, placed, returned
from tests.bench.fidelity_edits import (
    GLOBAL,
    GLOBAL_INSTRUCTIONS,
    LOCAL,
    LOCAL_INSTRUCTIONS,
    global_truth,
    local_truth,
)
from tests.bench.fidelity_measure import measured
from tests.bench.fidelity_pictures import PICTURES, Picture, sample
from tests.bench.fidelity_sheets import strip, write_sheets
from tests.bench.table import show

GLOBAL_KINDS = ("nothing", "shift", "cast", "JPEG 85", "smaller", "typical", "everything")

ROUNDS = 7

Row = dict[str, Any]


def run(half: str, sheets: Path | None = None) -> Row:
    """All cases of one half of the pictures; contact sheets into a folder where one is given."""
    pictures = [picture for picture in PICTURES if picture.half == half]
    names = ", ".join(picture.name for picture in pictures)
    print(f"{half} half: {names}; {os.cpu_count()} cores, one case on each")
    with Pool() as pool:
        done = pool.map(
            _of_picture, [(picture, sheets is not None) for picture in pictures], chunksize=1
        )
    local = [row for rows, _, _ in done for row in rows]
    wide = [row for _, rows, _ in done for row in rows]
    if sheets is not None:
        write_sheets(sheets, [entry for _, _, strips in done for entry in strips])
    by_kind = _table("damage", local, "kind", KINDS)
    by_edit = _table("edit", local, "edit", tuple(LOCAL))
    recognised = _recognised(wide)
    seconds = _seconds()
    goals = _goals(by_kind["all"], wide, seconds)
    return {
        "half": half,
        "by damage": by_kind,
        "by edit": by_edit,
        "global": recognised,
        "4 megapixels, s": seconds,
        "goals": goals,
        "cases": local,
        "global cases": wide,
    }


def _of_picture(job: tuple[Picture, bool]) -> tuple[list[Row], list[Row], list[Any]]:
    """Every case of one picture: local rows, global rows, strips for the sheets."""
    picture, wants_strips = job
    local, strips = [], []
    for edit in LOCAL:
        truth, whole = local_truth(picture, edit), asks_for_all(LOCAL_INSTRUCTIONS[edit])
        for kind in KINDS:
            name = f"{picture.name}/{edit}"
            placement, damage = placed(truth.source.size, name), drawn(kind, name)
            result = returned(truth.edited, placement, damage)
            figures, found = measured(truth, result, placement, damage, whole)
            local.append({"picture": picture.name, "edit": edit, "kind": kind, **figures})
            if wants_strips:
                strips.append((kind, strip(name, truth, result, found)))
    wide = [row for edit in GLOBAL for row in _global_rows(picture, edit)]
    return local, wide, strips


def _global_rows(picture: Picture, edit: str) -> list[Row]:
    """Whether a global edit is recognised after each damage; none where it is no case."""
    truth, rows = global_truth(picture, edit), []
    asked = asks_for_all(GLOBAL_INSTRUCTIONS[edit])
    for kind in GLOBAL_KINDS if truth else ():
        assert truth is not None
        name = f"{picture.name}/{edit}"
        placement, damage = placed(truth.source.size, name), drawn(kind, name)
        found = protect(truth.source, returned(truth.edited, placement, damage), placement)
        seen = found.is_global and found.mask is None
        # Asked for, it is one without a look at the pixels: protect's own tests.
        row = {"picture": picture.name, "edit": edit, "kind": kind}
        rows.append({**row, "recognised": asked or seen, "by pixels": seen})
    return rows


COLUMNS: tuple[tuple[str, str, Callable[[list[float]], float], str], ...] = (
    ("off px, median", "off", median, ".3f"),
    ("95 %", "off", lambda values: float(np.percentile(values, 95)), ".3f"),
    ("IoU, median", "IoU", median, ".3f"),
    ("identical %", "identical", lambda values: 100 * float(np.mean(values)), ".2f"),
    ("ΔE unchanged", "unchanged ΔE", lambda values: float(np.mean(values)), ".2f"),
    ("of 8 px means", "unchanged ΔE of means", lambda values: float(np.mean(values)), ".2f"),
    ("ΔE of the edit", "edit ΔE", lambda values: float(np.mean(values)), ".2f"),
)
"""Heading, figure, how cases are put together, format."""


def _table(title: str, rows: list[Row], key: str, values: Iterable[str]) -> Row:
    """Print and return the figures by `key` and for all; in brackets those of doing nothing."""
    parts = {value: [row for row in rows if row[key] == value] for value in values}
    parts["all"] = rows
    summary: Row = {}
    for name, part in parts.items():
        summary[name] = {"cases": len(part)}
        for heading, figure, together, _ in COLUMNS:
            summary[name][heading] = together([row[figure] for row in part])
            summary[name][heading + " plain"] = together([row[figure + " plain"] for row in part])
        summary[name]["taken for global"] = sum(row["global"] for row in part)
    print(f"\nby {title}; in brackets: pasting the resized result")
    show(
        (title, "cases", *(heading for heading, *_ in COLUMNS)),
        [
            (
                name,
                figures["cases"],
                *(
                    f"{figures[heading]:{form}} ({figures[heading + ' plain']:{form}})"
                    for heading, _, _, form in COLUMNS
                ),
            )
            for name, figures in summary.items()
        ],
    )
    return summary


def _recognised(rows: list[Row]) -> Row:
    """Print and return how many of each global edit are recognised, and name those that are not."""
    found = {}
    for edit in (*GLOBAL, "all"):
        part = [row for row in rows if edit in (row["edit"], "all")]
        found[edit] = {
            way: f"{sum(row[way] for row in part)} of {len(part)}"
            for way in ("recognised", "by pixels")
        }
    print()
    show(
        ("edit of the whole picture", "recognised with its instruction", "by the pixels alone"),
        [(edit, *ways.values()) for edit, ways in found.items()],
    )
    for way, words in (("recognised", ""), ("by pixels", " by the pixels alone")):
        for row in rows:
            if not row[way]:
                print(f"not recognised{words}: {row['picture']}, {row['edit']}, {row['kind']}")
    return found


def _seconds() -> Row:
    """Processor and elapsed seconds of 2560 × 1600 pixels, median of the rounds."""
    picture = sample()
    damage, placement = drawn("everything", "time"), placed(picture.size, "time")
    result = returned(LOCAL["add"](PICTURES[0], picture), placement, damage)
    spent, elapsed = [], []
    for _ in range(ROUNDS):
        start, clock = time.process_time(), time.perf_counter()
        protect(picture.convert("RGBA"), result, placement)
        spent.append(time.process_time() - start)
        elapsed.append(time.perf_counter() - clock)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"\n2560 × 1600 pixels, result {result.width} × {result.height}: {median(spent):.2f} s of "
        f"one core, {median(elapsed):.2f} s elapsed; medians of {ROUNDS}, load of the machine "
        f"{load:.1f}"
    )
    return {"processor": median(spent), "elapsed": median(elapsed), "load": load}


def _goals(all_cases: Row, wide: list[Row], seconds: Row) -> Row:
    found = {
        "alignment, median ≤ 0.10 px": all_cases["off px, median"] <= 0.10,
        "alignment, 95 % ≤ 0.30 px": all_cases["95 %"] <= 0.30,
        "mask, IoU median ≥ 0.90": all_cases["IoU, median"] >= 0.90,
        "unchanged and identical ≥ 99.5 %": all_cases["identical %"] >= 99.5,
        "unchanged, mean ΔE00 ≤ 1.0": all_cases["ΔE unchanged"] <= 1.0,
        "edit, mean ΔE00 ≤ 2.0": all_cases["ΔE of the edit"] <= 2.0,
        "every global edit recognised": all(row["recognised"] for row in wide),
        "every global edit recognised by the pixels alone": all(row["by pixels"] for row in wide),
        "no local edit taken for global": all_cases["taken for global"] == 0,
        "4 megapixels ≤ 1.5 s of one core": seconds["processor"] <= 1.5,
    }
    print()
    show(("goal", ""), [(goal, "PASS" if is_so else "miss") for goal, is_so in found.items()])
    return found
