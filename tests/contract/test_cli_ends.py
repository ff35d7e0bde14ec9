"""How unsuccessful edits of the command line end: nothing is paid for later by itself."""

from __future__ import annotations

import os
import signal

import pytest

from layer_edit.jobs.job import JobState
from tests.contract.cli_kit import CommandLine, ended
from tests.contract.comfyui_kit import until
from tests.double import Call, Fault, SimulatedModel, WaveSpeedDouble

SMALL = SimulatedModel(scale=1 / 32)
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


@pytest.fixture
def line(tmp_path):
    return CommandLine(tmp_path)


@pytest.mark.parametrize(
    ("fault", "call", "code"),
    [
        (Fault.CREDIT_400, Call.SUBMIT, 3),
        (Fault.HTTP_401, Call.SUBMIT, 3),
        (Fault.REFUSED, Call.SUBMIT, 4),
        (Fault.FAILED_1200, Call.POLL, 3),
    ],
)
def test_a_failed_edit_is_not_sent_later(line, fault, call, code):
    """Neither by Krita's start nor by 'resume': it has failed, and the journal says so."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(fault, call)
        returned, _, said = line.edit(double)
        assert returned == code, said
        assert "layer_edit resume" not in said
        double.clear_faults()
        submits = double.submits
        (record,) = line.records
        assert record.state is JobState.FAILED
        assert record.message and record.message in said
        line.start_krita(double)
        assert "nothing to resume" in line.run(double, "resume")[1]
        assert (double.submits, double.spent) == (submits, 0.0)


@POSIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_edit_stopped_before_it_was_sent_is_not_sent_later(line, name):
    """Ctrl-C, the end of the terminal or of the machine: nothing was spent, nothing will be."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.HTTP_429, Call.SUBMIT)
        process = line.start_edit(double)
        until(lambda: double.submits, "asked for a place")
        process.send_signal(signal.Signals[name])
        code, _, said = ended(process)
        assert code == 130, said
        assert "nothing was spent" in said
        double.clear_faults()
        assert [record.state for record in line.records] == [JobState.CANCELLED]
        line.start_krita(double)
        assert "nothing to resume" in line.run(double, "resume")[1]
        assert double.spent == 0.0


@POSIX
def test_an_edit_stopped_after_it_was_sent_is_collected_by_whoever_comes_first(line):
    """Krita's start collects it, which is free; 'resume' then writes the file."""
    with WaveSpeedDouble(duration=2, model=SMALL) as double:
        process = line.start_edit(double)
        until(lambda: double.count(Call.POLL), "polled")
        process.send_signal(signal.SIGINT)
        code, _, said = ended(process)
        assert code == 130 and "layer_edit resume" in said
        assert [record.state for record in line.records] == [JobState.INTERRUPTED]
        line.start_krita(double)
        assert [record.state for record in line.records] == [JobState.READY]
        code, _, said = line.run(double, "resume")
        assert code == 0, said
        assert (line.folder / "out.png").exists()
        assert double.submits == 1


def test_an_edit_whose_answer_is_lost_stays_uncertain(line):
    """Krita's start leaves it to the user; looking again is free and finds it."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.RESET_AFTER, Call.SUBMIT, times=1)
        double.set_fault(Fault.HTTP_401, Call.HISTORY)
        code, _, said = line.edit(double)
        assert code == 3, said
        assert "layer_edit resume" in said and "collects" not in said
        double.clear_faults()
        assert [record.state for record in line.records] == [JobState.UNCERTAIN]
        assert line.start_krita(double) == []
        assert line.run(double, "resume")[0] == 0
        assert (double.submits, double.spent) == (1, double.price)


def test_a_result_that_cannot_be_fetched_is_resumed(line):
    """What was accepted and paid for is interrupted, not failed."""
    with WaveSpeedDouble(model=SMALL) as double:
        double.set_fault(Fault.HTTP_401, Call.POLL)
        code, _, said = line.edit(double)
        assert code == 3 and "layer_edit resume" in said
        double.clear_faults()
        assert [record.state for record in line.records] == [JobState.INTERRUPTED]
        assert line.run(double, "resume")[0] == 0
        assert (line.folder / "out.png").exists()
        assert double.submits == 1
