"""200 jobs while workers, front and Redis are killed at random: every accepted job ends once."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter

import requests

from tests.studio.engine import Control
from tests.studio.kit import MODEL, Client, Studio, a_body, running

JOBS = 200
KILLS = 10
SEED = 8
ENDS = 90.0
"""Seconds after the last kill within which all must have ended."""


def test_every_accepted_job_ends_exactly_once(tmp_path, capsys):
    """Three keys, two workers, ten kills; nothing is lost, nothing is done twice, nothing hangs."""
    with running(tmp_path, workers=2, STUDIO_ATTEMPTS="12") as studio:
        studio.control(Control(seconds=(0.01, 0.05)))
        accepted = Accepted([studio.key(name) for name in ("ann", "ben", "cat")])
        sender = threading.Thread(target=accepted.send, args=(JOBS,))
        began = time.monotonic()
        sender.start()
        killed = kill_at_random(studio, accepted)
        sender.join(ENDS)
        assert not sender.is_alive(), "submitting hangs"
        for child in studio.processes.children.values():
            if not child.runs:
                child.start()
        ended = [(client, job, client.ended(job, ENDS)) for client, job in accepted.jobs]
        took = time.monotonic() - began
        check(studio, ended)
        check_log(studio.logs())
        again = int(studio.queue.totals().get("run_again", 0))
    with capsys.disabled():
        print(f"\nchaos: {len(ended)} jobs accepted, {accepted.refused} answers lost or refused, "
              f"killed {', '.join(killed)}; {again} jobs run again, {took:.1f} s")  # fmt: skip


def check(studio: Studio, ended: list[tuple[Client, str, dict]]) -> None:
    """Each has one result, which is there, and the totals agree with what clients saw."""
    assert len({job for _, job, _ in ended}) == len(ended) == JOBS
    pictures = studio.folder / "pictures" / "outputs"
    for _client, job, data in ended:
        assert data["status"] == "completed", data
        assert requests.get(data["outputs"][0], timeout=5).status_code == 200
        assert len(list(pictures.glob(f"{job}-*"))) >= 1
    totals = studio.queue.totals()
    # A submit whose answer was lost may have been accepted too: then it has ended as well.
    studio.wait_for(lambda: studio.queue.counts() == (0, 0))
    totals = studio.queue.totals()
    assert totals["accepted"] == totals["completed"] + totals.get("failed", 0) >= JOBS
    assert totals.get("failed", 0) == 0


def check_log(text: str) -> None:
    """No job was brought to an end twice, by whatever worker."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")
             and line.endswith("}")]  # fmt: skip
    ends = Counter(line["job"] for line in lines if line["event"] in ("completed", "failed"))
    assert max(ends.values()) == 1 and len(ends) >= JOBS - KILLS


def kill_at_random(studio: Studio, accepted: Accepted) -> list[str]:
    """Kill, wait a little, start again; ten times, spread over the sending."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not a secret
    names = list(studio.processes.children)
    # Each is killed twice at least, in a random order.
    order = [*names, *names, *chance.choices(names, k=KILLS - 2 * len(names))]
    chance.shuffle(order)
    for number, name in enumerate(order, 1):
        studio.wait_for(lambda n=number: len(accepted.jobs) >= JOBS * n // (KILLS + 1))
        child = studio.processes.children[name]
        child.kill()
        time.sleep(chance.uniform(0, 0.5))
        child.start()
    return order


class Accepted:
    """Submits from one thread; keeps what was accepted for sure."""

    def __init__(self, clients: list[Client]) -> None:
        self.clients = clients
        self.jobs: list[tuple[Client, str]] = []
        self.refused = 0

    def send(self, count: int) -> None:
        """Submit until that many were accepted, however often the answer is another one."""
        give_up = time.monotonic() + ENDS
        while len(self.jobs) < count and time.monotonic() < give_up:
            client = self.clients[len(self.jobs) % len(self.clients)]
            try:
                answer = client.ask("POST", MODEL, json=a_body())
            except requests.RequestException:
                self.refused += 1
                time.sleep(0.1)
                continue
            if answer.status_code == 200:
                self.jobs.append((client, answer.json()["data"]["id"]))
            else:
                self.refused += 1
                time.sleep(0.1)
