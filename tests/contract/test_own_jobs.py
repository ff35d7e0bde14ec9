"""Whole jobs on own servers: progress, cancel, restarts of either side, lost answers."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from layer_edit.backends.base import Stage
from layer_edit.backends.openai_images import OpenAIImagesBackend, OpenAIImagesOptions
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.plan import Wish
from layer_edit.editing.source import Source
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.jobs.journal import Journal
from layer_edit.jobs.runner import Runner
from layer_edit.money import Ledger
from tests.contract.comfyui_kit import CALM, QUICK, a_backend, until
from tests.contract.job_matrix import SHORT, Heard
from tests.contract.wavespeed_kit import picture, table
from tests.double.answers import Answer, Delivery
from tests.double.comfyui import ComfyUIDouble
from tests.double.comfyui.server import loses
from tests.double.images import ImagesDouble

PLACE = Rect(0, 0, 48, 36)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    for module, name, value in SHORT:
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def double():
    with ComfyUIDouble() as running:
        yield running


class Job:
    """One job and the runner that carries it out."""

    def __init__(self, backend, folder, record=None):
        wish = Wish("make it night", backend.key, seed=7, size=Size(2304, 1728))
        self.record = record or JobRecord.new(wish, "Layer", PLACE)
        self.backend = backend
        self.heard = Heard()
        self.journal = Journal(folder)
        self.runner = Runner(self.journal, lambda _key: backend, self.heard)

    def start(self):
        """Begin it."""
        image = picture(*PLACE.size.as_tuple).convert("RGBA")
        self.runner.start(self.record, lambda: Source(image, PLACE))
        return self

    def resume(self):
        """As at Krita's next start."""
        self.runner.resume(lambda _records: None)
        return self

    def until(self, *states):
        """Wait for one of these states; returns the last news of it."""
        found = self.heard.until(
            lambda updates: bool(updates) and updates[-1].record.state in states
        )
        last = self.heard.updates[-1]
        assert found, last
        return last

    def close(self):
        """As at Krita's end."""
        self.runner.close()
        self.backend.close()

    @property
    def fractions(self):
        """How far it was said to be while it ran."""
        return [
            one.fraction
            for one in self.heard.updates
            if one.stage is Stage.RUNNING and one.fraction is not None
        ]

    @property
    def kept(self):
        """The record on disk."""
        return self.journal.folder(self.record.id).load()


def test_a_job_reports_and_costs_nothing(double, tmp_path):
    """Its progress is the server's own; the picture is the double's; a budget does not count it."""
    double.work.step_seconds = 0.005
    job = Job(a_backend(double), tmp_path).start()
    done = job.until(JobState.READY)
    assert len(job.fractions) > 5 and job.fractions == sorted(job.fractions)
    assert done.record.price == 0.0
    size = done.layer.bounds.size.as_tuple
    image = Image.frombytes("RGBA", size, done.layer.data, "raw", "BGRA").convert("RGB")
    apart = ImageChops.difference(image, ImageChops.invert(picture(*PLACE.size.as_tuple)))
    assert max(ImageStat.Stat(apart).mean) < 12
    ledger = Ledger()
    ledger.hear(done.record)
    assert ledger.session == 0
    ledger.check(done.record.price, budget=0.01)
    job.close()


@pytest.mark.parametrize("running", [True, False])
def test_a_cancel_stops_the_server(double, tmp_path, running):
    """The one that runs is interrupted, one that waits leaves the queue; nothing was spent."""
    double.work.gate.clear()
    other = Job(a_backend(double), tmp_path / "other").start()
    until(lambda: double.work.running, "the other runs")
    mine = other if running else Job(a_backend(double), tmp_path / "mine").start()
    if not running:
        until(lambda: double.work.pending, "waits")
        mine.heard.until(lambda updates: updates[-1].stage is Stage.WAITING)
    mine.runner.cancel(mine.record.id)
    told = mine.until(JobState.CANCELLED)
    assert "nothing was spent" in told.record.message
    if running:
        until(lambda: not double.work.running, "interrupted")
        assert double.asked("/interrupt")
    else:
        until(lambda: not double.work.pending, "taken out")
        assert not double.asked("/interrupt")
        double.work.gate.set()
        other.until(JobState.READY)
        mine.close()
    other.close()


def test_kritas_end_lets_it_go_on_there(double, tmp_path):
    """At the next start it is collected by its id: it ran once, and nothing was interrupted."""
    double.work.gate.clear()
    first = Job(a_backend(double), tmp_path).start()
    until(lambda: double.work.running, "runs")
    first.heard.until(lambda updates: updates[-1].stage is Stage.RUNNING)
    first.close()
    double.work.gate.set()
    until(lambda: double.work.history, "ended meanwhile")
    second = Job(a_backend(double), tmp_path, first.kept).resume()
    assert second.until(JobState.READY).record.prediction.id == double.prompts[0].id
    assert len(double.prompts) == 1
    assert not double.asked("/interrupt")
    second.close()


def test_the_server_may_be_away_for_a_while(double, tmp_path):
    """It comes back with the result in its history: the job never stopped."""
    double.work.gate.clear()
    job = Job(a_backend(double, timeouts=QUICK), tmp_path).start()
    until(lambda: double.work.running, "runs")
    double.go_away()
    double.work.gate.set()
    until(lambda: double.work.history, "ended meanwhile")
    double.come_back()
    done = job.until(JobState.READY, JobState.INTERRUPTED)
    if done.record.state is JobState.INTERRUPTED:
        job.runner.start(done.record)
        job.until(JobState.READY)
    assert len(double.prompts) == 1
    job.close()


def test_a_restarted_server_has_lost_it(double, tmp_path):
    """The job has failed, and says to edit again."""
    double.work.gate.clear()
    job = Job(a_backend(double), tmp_path).start()
    until(lambda: double.work.running, "runs")
    double.go_away()
    double.work.forget(history=True)
    until(lambda: not double.work.running, "gone")
    double.come_back(forgets=True)
    done = job.until(JobState.FAILED, JobState.INTERRUPTED)
    if done.record.state is JobState.INTERRUPTED:
        job.runner.start(done.record)
        done = job.until(JobState.FAILED)
    assert "does not know this edit any more" in done.record.message
    job.close()


def test_a_lost_answer_is_found_and_not_sent_twice(double, tmp_path):
    """The prompt carries a mark by which it is known."""
    double.change = loses("/prompt")
    job = Job(a_backend(double), tmp_path).start()
    assert job.until(JobState.READY).record.prediction.id == double.prompts[0].id
    assert len(double.prompts) == 1
    job.close()


def test_an_answer_lost_with_the_server_is_uncertain(double, tmp_path):
    """It says that it costs nothing to send it again; then that works."""
    double.change = loses("/prompt")

    def lost(request, answer):
        if request.path.startswith(("/queue", "/history")):
            return Answer(200, b"", delivery=Delivery.RESET)
        return loses("/prompt")(request, answer)

    double.change = lost
    job = Job(a_backend(double), tmp_path).start()
    told = job.until(JobState.UNCERTAIN).record
    assert "costs nothing" in told.message and "$" not in told.message
    double.change = None
    job.runner.start(told)
    job.until(JobState.READY)
    assert len(double.prompts) == 1
    job.close()


def images_backend(double):
    options = OpenAIImagesOptions(base_url=double.url, timeouts=CALM)
    return OpenAIImagesBackend("", options, table().get("").limits)


def test_an_images_job(tmp_path):
    """One call, one layer."""
    with ImagesDouble() as double:
        job = Job(images_backend(double), tmp_path).start()
        assert job.until(JobState.READY).record.price == 0.0
        assert len(double.edits) == 1
        job.close()


def test_an_images_job_is_cancelled_while_it_is_made(tmp_path):
    """At once, and the place is free for the next."""
    with ImagesDouble() as double:
        double.gate.clear()
        job = Job(images_backend(double), tmp_path).start()
        until(lambda: double.edits, "asked for")
        job.runner.cancel(job.record.id)
        assert "nothing was spent" in job.until(JobState.CANCELLED).record.message
        until(lambda: not job.runner._tasks, "the worker has ended")
        double.gate.set()
        job.close()


def test_an_images_job_whose_answer_is_lost(tmp_path):
    """Failed, told, and not sent a second time by itself."""
    with ImagesDouble() as double:
        double.change = lambda answer: Answer(200, b"", delivery=Delivery.RESET)
        job = Job(images_backend(double), tmp_path).start()
        assert "edit again" in job.until(JobState.FAILED).record.message
        assert len(double.edits) == 1
        job.close()


def test_an_images_job_at_kritas_end(tmp_path):
    """The line is hung up; at the next start it is simply made again."""
    with ImagesDouble() as double:
        double.gate.clear()
        first = Job(images_backend(double), tmp_path).start()
        until(lambda: double.edits, "asked for")
        first.close()
        until(lambda: not first.runner._tasks, "the worker has ended")
        double.gate.set()
        second = Job(images_backend(double), tmp_path, first.kept).resume()
        second.until(JobState.READY)
        assert len(double.edits) == 2
        second.close()


def test_an_images_job_cut_off_by_a_crash(tmp_path):
    """At the next start it is uncertain; sending it again is the user's choice."""
    with ImagesDouble() as double:
        double.gate.clear()
        first = Job(images_backend(double), tmp_path).start()
        until(lambda: double.edits, "asked for")
        left = first.kept
        first.close()
        until(lambda: not first.runner._tasks, "the worker has ended")
        first.journal.folder(left.id).save(left)
        double.gate.set()
        second = Job(images_backend(double), tmp_path, left).resume()
        told = second.until(JobState.UNCERTAIN).record
        assert "costs nothing" in told.message
        assert len(double.edits) == 1
        second.runner.start(told, send_again=True)
        second.until(JobState.READY)
        second.close()
