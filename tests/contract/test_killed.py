"""A process killed at any write of its journal loses no result and pays for none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.double import KEY, WaveSpeedDouble

ROOT = Path(__file__).resolve().parents[2]
MOST_WRITES = 30


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_killed_at_every_journal_step_and_restarted(tmp_path, capsys):
    """At each step, before and after its write: the result arrives, one submit was paid."""
    Image.effect_noise((64, 64), 90).convert("RGB").save(tmp_path / "in.png")
    rows = []
    for when in ("before", "after"):
        for step in range(1, MOST_WRITES):
            outcome = _killed_and_restarted(
                tmp_path / f"{when}{step}", tmp_path / "in.png", when, step
            )
            if outcome is None:
                break
            rows.append((when, step, *outcome))
    with capsys.disabled():
        print(f"\n{'killed':8} {'write':>5} {'where it stood':22} {'how it went on':34} submits  $")
        for when, step, stood, how, submits, spent in rows:
            print(f"{when:8} {step:>5} {stood:22} {how:34} {submits:>7} {spent:5.2f}")
    assert len(rows) >= 14, "a job has at least seven writes"
    assert all(submits == 1 for *_rest, submits, _spent in rows)


def _killed_and_restarted(folder: Path, picture: Path, when: str, step: int):
    """None when the job has no such step; else where it stood, how it went on, what it cost."""
    folder.mkdir()
    out = folder / "out.png"
    with WaveSpeedDouble() as double:
        arguments = ("edit", picture, "make it old", "-o", out, "--backend", "wavespeed")
        address = ("--base-url", double.url)
        child = _run(folder, "tests.kill_child", *arguments, *address, step=step, when=when)
        if child.returncode == 0:
            return None
        assert child.returncode == -signal.SIGKILL, child.stderr
        stood, how = _state(folder), "resume"
        again = _run(folder, "layer_edit", "resume", *address)
        if not again.returncode and not out.exists():
            how = "nothing was begun: edit once more"
            again = _run(folder, "layer_edit", *arguments, *address)
        elif again.returncode == 4:
            how = "not in the history: user sends again"
            again = _run(folder, "layer_edit", "resume", "--send-again", *address)
        assert again.returncode == 0, again.stderr
        with Image.open(out) as result:
            assert result.size == (64, 64)
        assert double.violations == []
        return stood, how, double.submits, double.spent


def _state(folder: Path) -> str:
    """What the disk says of the job, in two words."""
    from layer_edit.jobs.journal import RESULT, Journal

    records = Journal(folder / "data" / "jobs").records()
    if not records:
        return "nothing on disk"
    record = records[0]
    if Journal(folder / "data" / "jobs").folder(record.id).has(RESULT):
        return f"{record.state.value}, result kept"
    if record.prediction is not None:
        return f"accepted, {record.prediction.state.value}"
    return "sending" if record.sent_at else "prepared"


def _run(folder: Path, module: str, *arguments: object, step: int = 0, when: str = "before"):
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "plugin"), str(ROOT))),
        "LAYER_EDIT_DATA": str(folder / "data"),
        "LAYER_EDIT_KILL_AT": str(step),
        "LAYER_EDIT_KILL_WHEN": when,
        "WAVESPEED_API_KEY": KEY,
    }
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
