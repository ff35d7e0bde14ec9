"""One artist's many jobs do not keep another's one waiting."""

from __future__ import annotations

from tests.studio.engine import Control

MANY = 200


def test_one_job_waits_at_most_for_those_that_run_when_it_comes(studio):
    """200 of one key, then one of another: it is begun as soon as a worker is free."""
    many, one = studio.key("many"), studio.key("one")
    studio.control(Control(seconds=(0.2, 0.2)))
    jobs = [many.submit() for _ in range(MANY)]
    studio.wait_for(lambda: studio.queue.counts()[1] == 2)
    single = one.submit()
    came = studio.queue.get("one", single).created
    one.ended(single)
    begun = studio.queue.get("one", single).started
    studio.control(Control())
    ended = [studio.queue.get("many", job) for job in jobs]
    between = [job for job in ended if job.started and came < job.started < begun]
    running = [job for job in ended if job.started and job.started <= came
               and (not job.ended or job.ended > came)]  # fmt: skip
    assert between == [], "no job of the other key was begun while it waited"
    assert 1 <= len(running) <= 2
    assert begun - came < 200 * 0.2 / 2, "far less than the line of the others"
    studio.wait_for(lambda: studio.queue.counts() == (0, 0))


def test_keys_with_work_share_the_workers(studio):
    """Three keys with ten jobs each take turns, whoever came first."""
    studio.control(Control(seconds=(60, 60)))
    blocking = studio.key("blocking")
    blockers = [blocking.submit() for _ in range(2)]
    studio.wait_for(lambda: all(blocking.data(one)["progress"] for one in blockers))
    studio.control(Control(seconds=(0.03, 0.03)))
    jobs = []
    for name in ("ann", "ben", "cat"):
        client = studio.key(name)
        jobs += [(name, client.submit()) for _ in range(10)]
    blocking.ask("POST", "predictions/delete", json={"ids": blockers})
    studio.wait_for(lambda: studio.queue.counts() == (0, 0))
    order = [name for _, name in sorted((studio.queue.get(*job).started, job[0]) for job in jobs)]
    for first in range(len(order) - 5):
        # Two workers: one may end long before the other, and its next job be of the same key.
        assert len(set(order[first : first + 5])) == 3, order
