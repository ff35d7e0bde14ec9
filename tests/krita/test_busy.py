"""Krita stays usable while a job runs at the service."""

import pytest
from PIL import ImageChops

from tests.double import KEY, WaveSpeedDouble
from tests.keysearch import holders
from tests.krita.harness import play
from tests.krita.kra import read_kra, rgba

JOB_SECONDS = 10
LIMIT_MS = 60
ATTEMPTS = 3
"""Other work on the machine only ever makes a hold-up longer: the quietest attempt counts."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A ten-second edit of 2048 x 2048 pixels; the double answers from this process."""
    for attempt in range(ATTEMPTS):
        with WaveSpeedDouble(duration=JOB_SECONDS) as double:
            outcome = play(
                "busy",
                tmp_path_factory.mktemp("busy"),
                environment={"WAVESPEED_API_KEY": KEY},
                settings={"wavespeed_url": double.url},
            )
        if outcome.report["gaps_ms"]["job"] < LIMIT_MS or attempt == ATTEMPTS - 1:
            return outcome, double
    raise AssertionError("unreachable")


def test_no_hold_up_of_60_ms_while_the_job_runs(busy, capsys):
    """The longest time the event loop was held up outside capture and insert is under 60 ms."""
    outcome, _double = busy
    gaps = outcome.report["gaps_ms"]
    with capsys.disabled():
        print("\nlongest hold-up of Krita's event loop, in ms, during a job of 10 s:")
        for label, longest in gaps.items():
            print(f"  {label:18} {longest:7.1f}")
    assert gaps["job"] < LIMIT_MS


def test_one_request_was_paid_and_its_result_is_the_layer(busy):
    """One submit, no key anywhere it should not be, and the double's edit in the document."""
    outcome, double = busy
    assert double.submits == 1
    assert double.violations == []
    file = read_kra(outcome.folder / "edited.kra")
    result, source = (rgba(layer, file.size).convert("RGB") for layer in file.layers)
    assert ImageChops.difference(result, source).getbbox() is None, "white stays white"
    assert outcome.report["running"].startswith("Running")


def test_the_key_is_nowhere_on_disk(busy):
    """Neither the journal nor the log nor the document has it."""
    outcome, _double = busy
    assert len(list((outcome.folder / "data").rglob("*"))) > 5
    assert holders(outcome.folder, KEY) == []
