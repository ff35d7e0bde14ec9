"""Every fault at every stage of a job, as a table.

`PYTHONPATH=plugin python3 -m tests.contract.fault_matrix` prints it.

A cell runs one job as a careful caller would: the submit once; after a lost answer the history;
polls and downloads again, which is free. While the fault lasts the job gets as far as it gets;
then the fault ends and the job is gone on with. What counts: it never submits twice, never loses
what was paid for, and never raises anything but the documented errors.
"""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import dataclass

from layer_edit.backends.base import Prediction, PredictionState, UncertainError
from layer_edit.backends.wavespeed import WaveSpeedBackend
from layer_edit.editing.errors import LayerEditError, UnreachableError
from tests.contract.wavespeed_kit import QUICK, RecordingWatch, a_backend, a_request, opened
from tests.double import Call, Fault, SimulatedModel, WaveSpeedDouble

STAGES = (Call.UPLOAD, Call.SUBMIT, Call.POLL, Call.FETCH)
NEEDS_SYNC = {
    Fault.OUTPUTS_OBJECTS,
    Fault.OUTPUTS_STRING,
    Fault.OUTPUTS_BASE64,
    Fault.OUTPUTS_DATA_URI,
    Fault.OUTPUTS_EMPTY,
    Fault.OUTPUT_PLAIN_HTTP,
    Fault.NSFW,
    Fault.SYNC_5004,
}
"""Faults that strike a submit's answer only in sync mode."""


@dataclass(frozen=True)
class Cell:
    """What became of one job.

    `during`: the error's class or the state while the fault lasted. `final`: 'result', 'failed',
    'declined' or 'not sent' after it ended. `asked`: free requests made after the submit.
    """

    fault: Fault
    stage: Call
    during: str
    final: str
    submits: int
    accepted: int
    spent: float
    price: float
    asked: int
    message: str
    violations: tuple[str, ...]
    seconds: float


def cells() -> list[tuple[Fault, Call]]:
    """All pairs that make sense."""
    return [(fault, stage) for fault in Fault for stage in STAGES if stage in fault.calls]


def run_cell(fault: Fault, stage: Call) -> Cell:
    """Run the job of one cell."""
    began = time.monotonic()
    sync = stage is Call.SUBMIT and fault in NEEDS_SYNC
    with WaveSpeedDouble(model=SimulatedModel(scale=1 / 64), slow_seconds=1.2) as double:
        backend = a_backend(double, timeouts=QUICK, sync_mode=sync)
        double.set_fault(fault, stage)
        job = _Job(backend, double)
        try:
            job.run()
        finally:
            backend.close()
    return Cell(
        fault,
        stage,
        job.during,
        job.final,
        double.submits,
        double.accepted,
        double.spent,
        double.price,
        double.count(Call.POLL) + double.count(Call.FETCH) + double.count(Call.HISTORY),
        job.message,
        tuple(double.violations),
        time.monotonic() - began,
    )


class _Job:
    """One job and its caller."""

    def __init__(self, backend: WaveSpeedBackend, double: WaveSpeedDouble) -> None:
        self.backend = backend
        self.double = double
        self.watch = RecordingWatch()
        self.request = a_request()
        self.during = ""
        self.message = ""
        self.final = ""

    def run(self) -> None:
        prediction = self._submitted()
        if prediction is not None:
            self._collected(prediction)

    def _submitted(self) -> Prediction | None:
        sent_at = time.time()
        try:
            return self.backend.submit(self.request, self.watch)
        except UncertainError as error:
            self._note(error)
            self.double.clear_faults()
            found = self.backend.recover(self.request, sent_at)
            if found is None:
                self.final = "not sent"
            return found
        except LayerEditError as error:
            self._note(error)
            self.final = "not sent" if isinstance(error, UnreachableError) else "declined"
            return None

    def _collected(self, prediction: Prediction) -> None:
        """Poll and fetch with the fault for a while, then without it."""
        for faulty in (True, False):
            if not faulty:
                self.double.clear_faults()
            with contextlib.suppress(LayerEditError):
                prediction = self._polled(prediction)
                if prediction.state is PredictionState.FAILED:
                    self.during = self.during or "FAILED"
                    self.message = self.message or prediction.error
                    self.final = "failed"
                    return
                opened(self._fetched(prediction))
                self.during = self.during or "COMPLETED"
                self.final = "result"
                return
        self.final = "lost"

    def _polled(self, prediction: Prediction) -> Prediction:
        for _ in range(3):
            if prediction.state is not PredictionState.RUNNING:
                return prediction
            try:
                prediction = self.backend.poll(prediction, self.watch)
            except LayerEditError as error:
                self._note(error)
                raise
        if prediction.state is PredictionState.RUNNING:
            self.during = self.during or "RUNNING"
            raise UnreachableError("still running")
        return prediction

    def _fetched(self, prediction: Prediction) -> bytes:
        try:
            return self.backend.fetch(prediction, self.watch)
        except LayerEditError as error:
            self._note(error)
            raise

    def _note(self, error: LayerEditError) -> None:
        self.during = self.during or type(error).__name__
        self.message = self.message or error.message


def as_table(found: list[Cell]) -> str:
    """One line per cell."""
    lines = [
        f"{'fault':22}{'stage':8}{'meanwhile':16}{'in the end':11}{'submits':>8}{'spent':>7}"
        f"{'asked':>6}  message"
    ]
    lines += [
        f"{cell.fault.name:22}{cell.stage.value:8}{cell.during:16}{cell.final:11}"
        f"{cell.submits:>8}{cell.spent:>7.2f}{cell.asked:>6}  {cell.message}"
        for cell in found
    ]
    return "\n".join(lines)


def main() -> int:
    """Run all cells and print the table."""
    print(as_table([run_cell(*pair) for pair in cells()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
