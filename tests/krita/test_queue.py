"""Several jobs in a real Krita: queued, cancelled, placed in the document they came from."""

import pytest

from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import play


@pytest.fixture(scope="module")
def queued(tmp_path_factory):
    """Jobs of six seconds, two at once, against the double."""
    with WaveSpeedDouble(duration=6) as double:
        outcome = play(
            "queue",
            tmp_path_factory.mktemp("queue"),
            environment={"WAVESPEED_API_KEY": KEY},
            settings={"wavespeed_url": double.url},
        )
        yield outcome.report, double


@pytest.mark.parametrize("stage", ["captured", "queued", "running"])
def test_cancel_works_at_every_stage(queued, stage):
    """The list says 'Cancelled' at once."""
    report, _double = queued
    assert report["said"][stage].startswith("Cancelled")


def test_a_third_job_waits_for_a_slot(queued):
    """Two run at once; the third is queued and says so."""
    report, _double = queued
    assert report["said"]["queued before"].startswith("Queued")


def test_only_what_was_sent_was_paid(queued):
    """Jobs cancelled before they were sent never reached the service."""
    report, double = queued
    assert double.submits == 2
    assert "charge" in report["tooltip"]


def test_the_result_went_to_its_own_document(queued):
    """The other document was in front when it arrived, and is unchanged."""
    report, _double = queued
    assert report["first"][-1] == "goes through"
    assert len(report["first"]) == 2
    assert len(report["second"]) == 1
    assert report["cancel enabled"] is False
