"""What dies in the middle of a job, comes back, comes twice or comes late: one job, one end."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import pytest
import requests

from edit_studio.tasks import Waker
from tests.studio.engine import Control
from tests.studio.kit import Client, Studio, running

SLOW = Control(seconds=(1.0, 1.0))


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """A studio with one worker."""
    with running(tmp_path_factory.mktemp("one"), workers=1) as started:
        yield started


@pytest.fixture(autouse=True)
def quick(one):
    one.control(Control())


@pytest.fixture(scope="module")
def ann(one):
    return one.key("ann")


def begun(studio: Studio, client: Client, job: str) -> None:
    """Wait until a worker has it."""
    studio.wait_for(lambda: client.data(job)["status"] == "processing")


def outputs(studio: Studio, job: str) -> list[str]:
    """The result files of a job."""
    return [file.name for file in (studio.folder / "pictures" / "outputs").glob(f"{job}-*")]


def holder(studio: Studio) -> str:
    """The worker that says it has begun a job."""
    logs = {name: studio.folder / "log" / f"{name}.log" for name in studio.processes.children}
    return next((name for name, log in logs.items() if '"begun"' in log.read_text("utf-8")), "")


def test_a_job_whose_worker_dies_is_run_again(one, ann):
    """Killed in the middle: another run, one result."""
    worker = one.processes.children["worker-0"]
    one.control(SLOW)
    job = ann.submit()
    begun(one, ann, job)
    worker.kill()
    one.control(Control())
    worker.start()
    assert ann.ended(job)["status"] == "completed"
    assert one.queue.get("ann", job).attempts == 2
    assert len(outputs(one, job)) == 1


def test_a_job_that_kills_its_workers_fails_after_the_third(one, ann):
    """Run again twice at most, then it fails and says why; the next job is done."""
    worker = one.processes.children["worker-0"]
    one.control(Control(seconds=(30, 30)))
    job = ann.submit()
    for attempt in (1, 2, 3):
        one.wait_for(lambda n=attempt: one.queue.get("ann", job).attempts == n)
        worker.kill()
        worker.start()
    data = ann.ended(job)
    assert (data["status"], data["code"]) == ("failed", 1406)
    assert "died 3 times" in data["error"] and "nothing was charged" in data["error"]
    one.control(Control())
    assert ann.ended(ann.submit())["status"] == "completed"


def test_a_worker_asked_to_end_gives_its_job_back(one, ann):
    """SIGTERM in the middle: the job waits again, at once, and the run is not counted."""
    worker = one.processes.children["worker-0"]
    one.control(Control(seconds=(30, 30)))
    job = ann.submit()
    begun(one, ann, job)
    worker.ask_to_end()
    worker.wait(time.monotonic() + 10)
    assert worker.exit_code == 0
    assert (ann.data(job)["status"], one.queue.get("ann", job).attempts) == ("created", 0)
    one.control(Control())
    worker.start()
    assert ann.ended(job)["status"] == "completed"
    assert one.queue.get("ann", job).attempts == 1


def test_a_worker_that_slept_changes_nothing(tmp_path):
    """Stopped beyond its lease, then woken: the other worker's result stands, alone."""
    with running(tmp_path, workers=2) as two:
        client = two.key("ann")
        two.control(SLOW)
        job = client.submit()
        begun(two, client, job)
        name = two.wait_for(lambda: holder(two))
        sleeper = two.processes.children[name].process
        sleeper.send_signal(signal.SIGSTOP)
        data = client.ended(job)
        first = requests.get(data["outputs"][0], timeout=5).content
        sleeper.send_signal(signal.SIGCONT)
        two.wait_for(lambda: '"stopped"' in two.logs() or '"too late"' in two.logs())
        assert client.data(job) == data
        assert requests.get(data["outputs"][0], timeout=5).content == first
        assert two.queue.get("ann", job).attempts == 2
        assert len(outputs(two, job)) == 1


def test_calls_that_come_twice_give_one_result(one, ann):
    """Celery's messages repeated: every job is begun once."""
    waker = Waker(one.processes.redis.url)
    jobs = [ann.submit() for _ in range(5)]
    for _ in range(20):
        waker.wake()
    for job in jobs:
        assert ann.ended(job)["status"] == "completed"
        assert one.queue.get("ann", job).attempts == 1
        assert len(outputs(one, job)) == 1


def test_lost_calls_are_made_up_for(one, ann):
    """All of Celery's messages gone: the jobs are done all the same."""
    one.control(SLOW)
    jobs = [ann.submit() for _ in range(4)]
    one.redis.delete("studio-calls")
    one.control(Control())
    for job in jobs:
        assert ann.ended(job)["status"] == "completed"


def test_a_result_that_is_written_again_is_the_first(one, ann):
    """The holder of the lease is told that it is done, others that it is not theirs; nothing
    changes."""
    one.control(SLOW)
    running_one = ann.submit()
    begun(one, ann, running_one)
    held = one.queue.get("ann", running_one)
    stranger = replace(held, lease="f" * 32)
    assert not one.queue.complete(stranger, "outputs/other.png")
    assert not one.queue.renew(stranger, 60, 0.5) and not one.queue.give_back(stranger)
    ann.ended(running_one)
    ended = one.queue.get("ann", running_one)
    assert one.queue.complete(held, "outputs/other.png")
    assert not one.queue.fail(stranger, 5000, "late")
    assert not one.queue.renew(held, 60, 0.5) and not one.queue.give_back(held)
    assert one.queue.get("ann", running_one) == ended


def test_redis_front_and_worker_killed_lose_no_accepted_job(one, ann):
    """All of them, with jobs queued and running; started again, every job is done."""
    one.control(SLOW)
    jobs = [ann.submit() for _ in range(6)]
    begun(one, ann, jobs[0])
    for child in one.processes.children.values():
        child.kill()
    one.control(Control())
    one.processes.start()
    for job in jobs:
        assert ann.ended(job)["status"] == "completed"
        assert len(outputs(one, job)) == 1


def test_without_redis_the_front_says_503(one, ann):
    """A submit is refused, not lost; health says so; afterwards all is well by itself."""
    redis = one.processes.children["redis"]
    redis.kill()
    answer = ann.ask("GET", "balance")
    assert (answer.status_code, answer.json()["code"]) == (503, 503)
    assert requests.get(f"{one.url}/health", timeout=5).status_code == 503
    assert "studio_queue_up 0.0" in requests.get(f"{one.url}/metrics", timeout=5).text
    one.processes.start_redis()
    assert ann.ended(ann.submit())["status"] == "completed"
