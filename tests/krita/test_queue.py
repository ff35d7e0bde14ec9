"""Several jobs in a real Krita: queued, cancelled, placed in the document they came from."""

from dataclasses import replace

import pytest
from PIL import Image

from layer_edit.editing.codec import encode
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.placement import Placement
from layer_edit.editing.plan import Wish
from layer_edit.editing.source import Source
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import RESULT, Journal
from layer_edit.jobs.kept import write_source
from tests.double import KEY, WaveSpeedDouble
from tests.krita.harness import play


@pytest.fixture(scope="module")
def queued(tmp_path_factory):
    """Jobs of six seconds, two at once, against the double."""
    folder = tmp_path_factory.mktemp("queue")
    write_left_over(folder / "data")
    with WaveSpeedDouble(duration=6) as double:
        outcome = play(
            "queue",
            folder,
            environment={"WAVESPEED_API_KEY": KEY},
            settings={"wavespeed_url": double.url},
        )
        yield outcome.report, double


def write_left_over(data):
    """What is on disk when Krita ends while it places a result."""
    target, size = Rect(0, 0, 60, 40), Size(60, 40)
    record = JobRecord.new(Wish("left over", "offline", seed=1), "Background", target)
    record = replace(record, placement=Placement(target, size, target), share=1.0)
    folder = Journal(data / "jobs").folder(record.id)
    write_source(folder, Source(Image.new("RGB", (60, 40), "red"), target), None)
    folder.write(RESULT, encode(Image.new("RGB", (60, 40), "blue")).data)
    folder.save(record.moved(JobState.READY))


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


def test_what_was_being_placed_when_krita_ended_is_kept_and_can_be_inserted(queued):
    """It does not say 'Placing' for ever, and says why it is no layer."""
    found = queued[0]["left over"]
    assert "Kept, not placed" in found["before"]
    assert "insert it" in found["tooltip"]
    assert "Done" in found["after"]
    assert found["layers"][1:] == ["left over"]


def test_a_document_that_is_closed_while_krita_is_busy_with_it_holds_nothing_up(queued):
    """Its result is kept with the reason; the next edit, in another document, became a layer."""
    found = queued[0]["closed while busy"]
    assert "Placing" in found["in the transform"]
    assert "Kept, not placed" in found["closed"]
    assert "closed" in found["error line"]


def test_placing_can_be_cancelled_and_nothing_else_is_offered_then(queued):
    """The result is kept, says so, and a click makes it a layer later."""
    found = queued[0]["placing"]
    assert found["status"].startswith("Placing")
    assert found["offered"] == {"buttons": [], "cancel": True}
    assert "Kept, not placed" in found["cancelled"]
    assert "kept" in found["error line"]
    assert found["offered then"] == {"buttons": ["insert", "forget", "more"], "cancel": False}
    assert len(found["layers"]) == 1
    assert found["inserted"][1:] == ["invert"]
