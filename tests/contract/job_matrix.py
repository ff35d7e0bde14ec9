"""Every fault at every stage of a whole job: threads, journal, backend and what a user then does.

`PYTHONPATH=plugin python3 -m tests.contract.job_matrix` prints the table.

A cell runs one job with a fault that lasts. When it has stopped, or waits, the fault ends and
'Krita is started again': what is interrupted is gone on with from disk; what is uncertain is
looked for again, and sent again by the user only where nothing was accepted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from layer_edit.backends.base import Stage
from layer_edit.backends.net import reading
from layer_edit.backends.wavespeed import (
    MemoryUploads,
    WaveSpeedBackend,
    WaveSpeedOptions,
)
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.plan import Wish
from layer_edit.editing.source import Source
from layer_edit.jobs import pace, sending, spread, work
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import RESULT, Journal
from layer_edit.jobs.runner import JobUpdate, Runner
from tests import fake_backend
from tests.contract.fault_matrix import NEEDS_SYNC, cells
from tests.contract.wavespeed_kit import QUICK, picture, table
from tests.double import Call, Fault, SimulatedModel, WaveSpeedDouble

ENDED = (JobState.READY, JobState.FAILED, JobState.UNCERTAIN, JobState.INTERRUPTED)
DEADLINE = 30.0
"""Seconds in which a job must have stopped."""

PLACE = Rect(0, 0, 48, 36)
SIZE = Size(2304, 1728)
AT_ONCE = 4

SHORT = (
    (pace, "RETRY_SECONDS", 0.01),
    (pace, "MAX_FREE_RETRIES", 2),
    (pace, "SLOT_SECONDS", 0.1),
    (sending, "LOOKS", (0.02, 0.05)),
    (spread, "SPARSE", 0.02),
    (spread, "FASTEST", 0.02),
    (work, "MAX_RUN_SECONDS", 1.0),
    (reading, "MAX_RETRY_AFTER", 0.2),
)
"""Pauses for tests: (module, name, value)."""


class Heard(fake_backend.Heard):
    """Listens to one runner, and waits."""

    def until(self, found: Callable[[list[JobUpdate]], bool], seconds: float = DEADLINE) -> bool:
        """Whether that came true of the updates in time."""
        with self.changed:
            return self.changed.wait_for(lambda: found(self.updates), seconds)


@dataclass(frozen=True)
class Outcome:
    """What became of one job. `meanwhile`: its state while the fault lasted, 'waiting' for a free
    slot, or 'hung'. `asked`: free requests about the prediction."""

    fault: Fault
    stage: Call
    meanwhile: str
    final: str
    submits: int
    late_submits: int
    accepted: int
    spent: float
    asked: int
    message: str
    pixels: str
    kept: bool
    leaks: tuple[str, ...]
    seconds: float


def run_cell(fault: Fault, stage: Call, folder: Path) -> Outcome:
    """Run the job of one cell; its journal is made in `folder`."""
    began = time.monotonic()
    sync = stage is Call.SUBMIT and fault in NEEDS_SYNC
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 64), slow_seconds=1.2) as double:
        double.set_fault(fault, stage)
        job = Job(double, folder, sync_mode=sync)
        job.start()
        meanwhile, message = job.state, job.message
        double.clear_faults()
        job.go_on()
        job.close()
        return Outcome(
            fault,
            stage,
            meanwhile,
            job.state,
            double.submits,
            _late_submits(double),
            double.accepted,
            double.spent,
            sum(double.count(call) for call in (Call.POLL, Call.FETCH, Call.HISTORY)),
            message,
            job.pixels,
            job.folder.has(RESULT),
            (*double.violations, *keys_in(folder, double.key)),
            time.monotonic() - began,
        )


class Job:
    """One job, whoever runs it: `start`, then `go_on` as often as Krita is started."""

    def __init__(
        self,
        double: WaveSpeedDouble,
        folder: Path,
        *,
        sync_mode: bool = False,
        uploads: MemoryUploads | None = None,
    ) -> None:
        self.double = double
        self.journal = Journal(folder)
        wish = Wish("make it warmer", "wavespeed", seed=7, size=SIZE)
        self.record = JobRecord.new(wish, "Layer", PLACE)
        self.folder = self.journal.folder(self.record.id)
        self._uploads = uploads or MemoryUploads()
        self._options = WaveSpeedOptions(base_url=double.url, timeouts=QUICK, sync_mode=sync_mode)
        self._open()

    def _open(self) -> None:
        self.heard = Heard()
        self.backend = WaveSpeedBackend(
            self.double.key,
            table(),
            self._options,
            uploads=self._uploads,
            known_ids=self._known_ids,
        )
        self.runner = Runner(self.journal, lambda _key: self.backend, self.heard)

    def _known_ids(self) -> set[str]:
        return {one.prediction.id for one in self.journal.records() if one.prediction}

    def close(self) -> None:
        """End the runner, as Krita's end does."""
        self.runner.close()
        self.backend.close()

    def start(self) -> None:
        """Begin it, and wait until it has stopped or waits for a slot."""
        image = picture(*PLACE.size.as_tuple).convert("RGBA")
        self.runner.start(self.record, lambda: Source(image, PLACE))
        self.heard.until(lambda updates: _stopped(updates) or _waits(updates))

    def go_on(self) -> None:
        """Start Krita again and do what a user would, until it has ended."""
        if self.state == "waiting":
            self.heard.until(_stopped)
        if self.state in ("interrupted", "uncertain"):
            self._again(self.folder.load())
        if self.state == "uncertain" and not self.double.accepted:
            self._again(self.folder.load(), send_again=True)

    def _again(self, record: JobRecord, *, send_again: bool = False) -> None:
        self.close()
        self._open()
        self.runner.start(record, send_again=send_again)
        self.heard.until(_stopped)

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        updates = self.heard.updates
        if _stopped(updates):
            return updates[-1].record.state.value
        return "waiting" if _waits(updates) else "hung"

    @property
    def message(self) -> str:
        """What the user was told last."""
        return self.heard.updates[-1].record.message

    @property
    def pixels(self) -> str:
        """'right' for the double's edit of the picture, '' without a result."""
        layers = [update.layer for update in self.heard.updates if update.layer]
        if not layers:
            return ""
        size = layers[-1].bounds.size.as_tuple
        image = Image.frombytes("RGBA", size, layers[-1].data, "raw", "BGRA").convert("RGB")
        blue, green, red = picture(*PLACE.size.as_tuple).split()
        wanted = Image.merge("RGB", (red, green, blue))
        if size != wanted.size:
            return f"of {size}"
        off = max(ImageStat.Stat(ImageChops.difference(image, wanted)).mean)
        return "right" if off < 12 else f"off by {off:.0f}"


def _stopped(updates: list[JobUpdate]) -> bool:
    return any(update.record.state in ENDED[1:] or update.layer for update in updates)


def _waits(updates: list[JobUpdate]) -> bool:
    return sum(update.stage is Stage.WAITING for update in updates) >= 2


def _late_submits(double: WaveSpeedDouble) -> int:
    """Submits that came after one was accepted."""
    if not double.tasks:
        return 0
    first = double.tasks[0].started
    return sum(seen.call is Call.SUBMIT and seen.at > first for seen in double.requests)


def keys_in(folder: Path, key: str) -> list[str]:
    """The files below a folder that hold the key."""
    return [
        f"key in {path.name}"
        for path in folder.rglob("*")
        if path.is_file() and key.encode() in path.read_bytes()
    ]


def run_all(folder: Path) -> list[Outcome]:
    """All cells, some at a time; the pauses must be short by then."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [
            pool.submit(run_cell, fault, stage, folder / f"{fault.name}-{stage.value}")
            for fault, stage in cells()
        ]
        return [future.result() for future in futures]


def as_table(found: list[Outcome]) -> str:
    """One line per cell."""
    lines = [
        f"{'fault':21}{'stage':7}{'meanwhile':12}{'final':8}{'submits':>7}{'spent $':>8}"
        f"{'free':>5}  message"
    ]
    lines += [
        f"{one.fault.name:21}{one.stage.value:7}{one.meanwhile:12}{one.final:8}{one.submits:>7}"
        f"{one.spent:>8.2f}{one.asked:>5}  {one.message[:60]}"
        for one in found
    ]
    return "\n".join(lines)


def main() -> int:
    """Run all cells and print the table."""
    for module, name, value in SHORT:
        setattr(module, name, value)
    with tempfile.TemporaryDirectory() as folder:
        print(as_table(run_all(Path(folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
