"""The truth about jobs, in Redis: who waits, who runs, what came of it. Nothing is lost here.

Why not Celery's queue alone: a message that a worker took and died with can get lost between two
of its steps, comes back only after a long time, may come twice, and stands in one line for all.
So a Celery message here says no more than 'somebody should look': `take` then chooses the job.
A message too many finds nothing; for one too few the sweeper sends another.

- Accepting is one script: the job is in Redis, and with `appendfsync always` on its disk, before
  the client hears 'created'. An edit takes seconds and an fsync about a millisecond, so the safer
  of Redis's settings costs nothing that anybody would notice; 'everysec' could lose a second of
  accepted jobs in a power cut.
- Fair share: each key has a queue of its own. A free worker goes to the key with the fewest jobs
  running, of several to the one that was served longest ago. So a key with nothing running comes
  next, however many jobs another has queued, and keys with work share the workers evenly. A key
  over its limit of running jobs is passed over.
- A running job is leased to its worker, which renews the lease with each beat. A lease that ran
  out (the worker died, or was cut off) puts the job back at the head of its key's queue, twice at
  most; then it fails and says so. Only the holder of the lease may write the end, so that a
  worker that was taken for dead and comes back changes nothing: one job, one result.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from . import scripts
from .jobs import Job

PREFIX = "studio:"
CALLS = "studio-calls"
"""Celery's list of calls that no worker has taken yet."""

FORGET_WORKER = 3600.0
"""Seconds after which a worker that is not heard of is no longer kept in mind."""

DIED = (
    "The worker died {attempts} times while it ran this job, which is not tried again: "
    "nothing was charged; try another picture or ask whoever runs the studio."
)


class Queue:
    """Jobs of all keys. Every method may raise redis.RedisError, and has then done all or nothing.

    Times are Unix seconds.
    """

    def __init__(self, client: redis.Redis, prefix: str = PREFIX) -> None:
        self._redis: Any = client
        self._prefix = prefix
        self._scripts = {
            name: client.register_script(getattr(scripts, name))
            for name in (
                "SUBMIT", "TAKE", "RENEW", "FINISH", "GIVE_BACK", "EXPIRE", "RUNNABLE", "DELETE"
            )
        }  # fmt: skip

    # For the front

    def submit(self, job: Job, most_queued: int) -> bool:
        """Accept a job for good; False when its key has too many waiting."""
        fields = [text for pair in job.own_fields().items() for text in pair]
        return bool(self._run("SUBMIT", job.owner, job.id, job.created, most_queued, *fields))

    def get(self, owner: str, job_id: str) -> Job | None:
        """A job of that key."""
        found = self._redis.hgetall(f"{self._prefix}job:{job_id}")
        return Job.read(job_id, found) if found and found.get("owner") == owner else None

    def history(self, owner: str, after: float, before: float) -> Iterable[Job]:
        """A key's jobs made in that time, newest first; asked for in portions."""
        name, start, portion = f"{self._prefix}history:{owner}", 0, 200
        while ids := self._redis.zrevrangebyscore(name, before, after, start, portion):
            yield from self._many(ids)
            start += portion

    def delete(self, owner: str, job_id: str) -> Job | None:
        """Forget a job, whatever its state; a running one is stopped. Returns it as it was."""
        flat = self._run("DELETE", owner, job_id)
        return Job.read(job_id, dict(zip(flat[::2], flat[1::2], strict=True))) if flat else None

    def open_ticket(self, name: str, size: int, seconds: int) -> None:
        """An upload of that many bytes may come under that name."""
        self._redis.set(f"{self._prefix}ticket:{name}", size, ex=seconds)

    def ticket(self, name: str) -> int | None:
        """How many bytes may come under that name; None for none."""
        size = self._redis.get(f"{self._prefix}ticket:{name}")
        return None if size is None else int(size)

    def close_ticket(self, name: str) -> None:
        """The upload has come."""
        self._redis.delete(f"{self._prefix}ticket:{name}")

    # For workers

    def take(self, seconds: float) -> Job | None:
        """The next job by fair share, leased for so long; None when there is none to run."""
        lease = secrets.token_hex(16)
        job_id = self._run("TAKE", lease, seconds)
        if not job_id:
            return None
        return Job.read(job_id, self._redis.hgetall(f"{self._prefix}job:{job_id}"))

    def renew(self, job: Job, seconds: float, progress: float) -> bool:
        """Keep the lease; False when the job is no longer this worker's (deleted, or given on)."""
        return bool(self._run("RENEW", job.id, job.lease, seconds, round(progress, 4)))

    def complete(self, job: Job, output: str, notes: Sequence[str] = ()) -> bool:
        """Write the result down; False when the job is no longer this worker's."""
        fields = ("state", "completed", "output", output, "notes", "\n".join(notes))
        return bool(self._run("FINISH", job.id, job.lease, "completed", *fields))

    def fail(self, job: Job, code: int, error: str) -> bool:
        """Write down why it failed; False when the job is no longer this worker's."""
        fields = ("state", "failed", "code", code, "error", error)
        return bool(self._run("FINISH", job.id, job.lease, "failed", *fields))

    def give_back(self, job: Job) -> bool:
        """Put it back as if it had not been begun: the worker is asked to end."""
        return bool(self._run("GIVE_BACK", job.id, job.lease, 1))

    # For the sweeper

    def expire(self, attempts: int) -> tuple[list[str], list[str]]:
        """Deal with leases that ran out: ids to be run again, ids that failed for good."""
        again, failed = self._run("EXPIRE", attempts, DIED.format(attempts=attempts))
        return again, failed

    def runnable(self) -> int:
        """How many queued jobs could run now, were there workers enough."""
        return int(self._run("RUNNABLE"))

    def calls(self) -> int:
        """How many calls to workers nobody has taken yet."""
        return int(self._redis.llen(CALLS))

    def made_before(self, created: float, most: int = 500) -> list[Job]:
        """The oldest jobs made before then."""
        return self._many(
            self._redis.zrangebyscore(f"{self._prefix}created", "-inf", created, 0, most)
        )

    # For metrics

    def totals(self) -> Mapping[str, float]:
        """Counts and sums of seconds since ever."""
        found = self._redis.hgetall(f"{self._prefix}totals")
        return {name: float(value) for name, value in found.items()}

    def counts(self) -> tuple[int, int]:
        """Jobs queued and running."""
        owners = self._redis.smembers(f"{self._prefix}waiting")
        queued = sum(self._redis.llen(f"{self._prefix}queue:{owner}") for owner in owners)
        return queued, int(self._redis.zcard(f"{self._prefix}leases"))

    def beat(self, worker: str) -> None:
        """A worker is there. Those not heard of for a while are forgotten."""
        now = self._now()
        self._redis.zadd(f"{self._prefix}workers", {worker: now})
        self._redis.zremrangebyscore(f"{self._prefix}workers", "-inf", now - FORGET_WORKER)

    def workers(self, seconds: float) -> int:
        """How many workers were heard of in the last seconds."""
        since = self._now() - seconds
        return int(self._redis.zcount(f"{self._prefix}workers", since, "+inf"))

    def _now(self) -> float:
        seconds, microseconds = self._redis.time()
        return float(seconds + microseconds / 1e6)

    def server_age(self) -> float:
        """Seconds since Redis was started."""
        return float(self._redis.info("server")["uptime_in_seconds"])

    def _run(self, name: str, *arguments: object) -> Any:
        return self._scripts[name](args=(self._prefix, *map(str, arguments)))

    def _many(self, ids: Sequence[str]) -> list[Job]:
        pipe = self._redis.pipeline(transaction=False)
        for job_id in ids:
            pipe.hgetall(f"{self._prefix}job:{job_id}")
        return [
            Job.read(job_id, found)
            for job_id, found in zip(ids, pipe.execute(), strict=True)
            if found
        ]


def connect(url: str) -> redis.Redis:
    """A client that reconnects, once, and gives up on a silent Redis after some seconds."""
    client: redis.Redis = redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=10,
        socket_connect_timeout=5,
        retry=Retry(ConstantBackoff(0.05), 2),
    )
    return client
