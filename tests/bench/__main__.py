"""Runs the named benches (all when none is named), prints their tables and keeps them as JSON.

Starts itself again in the project's own environment when the libraries are not at hand.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BENCHES = {
    "offline": "one offline edit of 4 megapixels, by adjustment",
    "polling": "from completion to detection, and polls a job, beside the official SDK",
    "memory": "resident memory of Krita after 50 edits and 50 undos, beside its own layers",
    "studio": "throughput by workers, overhead beside the direct call, 10,000 queued jobs",
    "results": "the docker with 1,000 past jobs in a real Krita: opening, scrolling, idling",
    "canvas": "import, capture and insert in a real Krita, beside Krita's own and the plain way",
    "fidelity": "what an edit leaves as it was, on cases with known truth, beside doing nothing",
}

LIBRARIES = ("PIL", "requests", "hypothesis", "numpy", "scipy", "skimage", "fastapi", "celery")
"""What the benches import."""


def main() -> int:
    """Run what was asked for; 0 when all benches ran."""
    options = _parser().parse_args()
    if not all(importlib.util.find_spec(name) for name in LIBRARIES):
        return _in_environment()
    sys.path[:0] = [str(ROOT), str(ROOT / "plugin")]
    result = {"machine": f"{os.cpu_count()} cores, Python {platform.python_version()}"}
    for name in options.names or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        run = importlib.import_module(f"tests.bench.{name}").run
        result[name] = run(options.half, options.sheets) if name == "fidelity" else run()
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", type=Path, help="file for all figures")
    only = parser.add_argument_group("fidelity")
    only.add_argument(
        "--half",
        choices=("held-out", "tuning"),
        default="held-out",
        help="the pictures for the report, or those that the program was tuned on",
    )
    only.add_argument("--sheets", type=Path, help="folder for a contact sheet by damage")
    return parser


def _in_environment() -> int:
    sys.path.insert(0, str(ROOT))
    from installer.console import Console
    from installer.environment import test_environment
    from installer.metadata import load

    python = str(test_environment(load(), Console()))
    os.execv(python, [python, "-m", "tests.bench", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
