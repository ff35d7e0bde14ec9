"""A worker's corners, with a queue and an engine that do what a test tells them."""

from __future__ import annotations

import io
import time

import pytest
import redis

from edit_studio.engines import Edited
from edit_studio.jobs import Job
from edit_studio.log import Log
from edit_studio.settings import Settings
from edit_studio.store import Folder
from edit_studio.worker import Worker
from tests.contract.wavespeed_kit import encoded, picture
from tests.studio.kit import MODEL

PICTURE = f"uploads/{'a' * 32}.png"


class OneJob:
    """A queue that has one job, and keeps what becomes of it."""

    def __init__(self, job: Job) -> None:
        self.waiting = [job]
        self.ends: list[tuple] = []

    def take(self, _seconds):
        return self.waiting.pop() if self.waiting else None

    def complete(self, _job, output, notes=()):
        self.ends.append(("completed", output, notes))
        return True

    def fail(self, _job, code, error):
        self.ends.append(("failed", code, error))
        return True

    def runnable(self):
        return 0

    calls = runnable


class Echo:
    """Gives back what it got."""

    def run(self, request, _watch):
        return Edited(request.images[0].data)


class Unasked:
    """Nobody is called."""

    def wake(self):
        raise AssertionError("no job is left to be called for")


def a_job(**changes) -> Job:
    inputs = {"prompt": "x", "images": [PICTURE], "output_format": "png"}
    fields = {"model": MODEL, "inputs": inputs, "pictures": (PICTURE,), **changes}
    return Job("j1", "ann", seed=1, created=time.time(), **fields)


def a_worker(tmp_path, queue, engine=None) -> Worker:
    store = Folder(tmp_path)
    store.put(PICTURE, encoded(picture()).data)
    log = Log("w", stream=io.StringIO())
    return Worker(Settings(), queue, store, engine or Echo(), Unasked(), "w", log)


@pytest.mark.parametrize(
    "changes", [{"model": "vendor/of-a-newer-front"}, {"pictures": ("uploads/..",)}]
)
def test_a_job_that_cannot_be_read_fails_alone(tmp_path, changes):
    """It fails at once and for its own reason, not three times as if the worker had died."""
    queue = OneJob(a_job(**changes))
    a_worker(tmp_path, queue).look()
    assert [(end[0], end[1]) for end in queue.ends] == [("failed", 5000)]
    assert "The engine failed" in queue.ends[0][2]


def test_a_result_stays_whose_end_may_be_written_down(tmp_path):
    """Redis goes away in the middle of the last step and the worker is asked to end: nobody knows
    whether the job is completed, so its picture must not be deleted."""

    class GoesAway(OneJob):
        def complete(self, *arguments, **named):
            super().complete(*arguments, **named)
            worker.stop()
            raise redis.ConnectionError

    queue = GoesAway(a_job())
    worker = a_worker(tmp_path, queue)
    worker.look()
    assert Folder(tmp_path).get(queue.ends[0][1]) is not None
