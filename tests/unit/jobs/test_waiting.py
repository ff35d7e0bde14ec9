"""Jobs that wait alone, and together."""

import math
from statistics import mean

import pytest

from layer_edit.backends.base import BusyError, NetworkError, Prediction, PredictionState
from layer_edit.jobs import waiting
from layer_edit.jobs.spread import Spread
from layer_edit.jobs.waiting import Group, Waiter
from tests.fake_backend import EchoBackend, QuietHands

EVEN = Spread.of([5 + 7 * (number + 0.5) / 40 for number in range(40)])


class Clock(QuietHands):
    """Time that passes only by waiting, and the Watch that waits."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(waiting.time, "monotonic", lambda: self.now)

    def wait(self, seconds):
        assert seconds >= 0
        self.now += seconds + 1e-6


class Lister(EchoBackend):
    """Lists predictions that end at known times."""

    def __init__(self, clock, ends):
        super().__init__()
        self.clock = clock
        self.ends = ends
        self.looks = 0

    def poll_many(self, predictions):
        self.looks += 1
        self._call("poll_many")
        done = {True: PredictionState.COMPLETED, False: PredictionState.RUNNING}
        return {
            one.id: done[self.clock.now >= self.ends[one.id]]
            for one in predictions
            if one.id in self.ends
        }


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def waiters(group, backend, ids, spread=EVEN):
    return [Waiter(group, backend, Prediction(name), spread, 0.0).__enter__() for name in ids]


def test_one_look_serves_all(clock):
    """The end of one is seen within a look; what the others hear costs them nothing."""
    ends = {"a": 1008.0, "b": 1009.0, "c": 1010.0, "d": 1011.0}
    backend, group = Lister(clock, ends), Group()
    for waiter, end in zip(waiters(group, backend, ends), ends.values(), strict=True):
        while clock.now < end:
            waiter.sleep(clock)
        assert clock.now < end + 0.6
        waiter.__exit__(None, None, None)
    assert backend.looks <= 30
    assert backend.calls == ["poll_many"] * backend.looks


def test_jobs_of_which_nothing_is_known_share_their_polls(clock):
    """The more wait, the sooner an end is seen, with no more requests a job than one alone makes.

    One alone is asked for every two seconds.
    """
    ends = {str(number): 1005 + number * 0.3 for number in range(24)}
    backend, group = Lister(clock, ends), Group()
    late = []
    for waiter, end in zip(waiters(group, backend, ends, Spread()), ends.values(), strict=True):
        while clock.now < end:
            waiter.sleep(clock)
        late.append(clock.now - end)
        waiter.__exit__(None, None, None)
    assert mean(late[:12]) < 0.2
    assert mean(late) < 0.5
    assert backend.looks / len(ends) < 3


def test_a_job_alone_makes_no_looks(clock):
    """Nor do jobs of a backend that cannot list."""
    lister, group = Lister(clock, {"a": 0.0}), Group()
    waiters(group, lister, ["a"])[0].sleep(clock)
    first, *_ = waiters(Group(), EchoBackend(), ["b", "c", "d"])
    first.sleep(clock)
    assert lister.looks == 0
    assert clock.now > 1010


def test_what_is_not_listed_is_polled_as_if_alone(clock):
    """A service that lists some later, or never, delays nobody."""
    backend, group = Lister(clock, {"b": 1008.0, "c": 1008.0}), Group()
    unlisted = waiters(group, backend, ["a", "b", "c"])[0]
    pauses = []
    while clock.now < 1009:
        before = clock.now
        unlisted.sleep(clock)
        pauses.append(clock.now - before)
    assert max(pauses[1:]) < 0.7


def test_a_list_that_is_behind_delays_by_some_seconds_at_most(clock):
    """Each job is polled from time to time whatever the list says."""
    backend, group = Lister(clock, dict.fromkeys("abc", math.inf)), Group()
    waiters(group, backend, "abc")[0].sleep(clock)
    assert 1005 <= clock.now <= 1012


def test_a_list_that_is_wrong_is_not_believed_again(clock):
    """A job that was called ended and still runs is polled as if alone from then on."""
    backend, group = Lister(clock, dict.fromkeys("abc", 0.0)), Group()
    one = waiters(group, backend, "abc")[0]
    one.sleep(clock)
    looks = backend.looks
    one.sleep(clock)
    assert backend.looks == looks
    one.sleep(clock)
    assert clock.now < 1008


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(NetworkError("Down."), 60), (BusyError("Full.", retry_after=90.0), 90)],
)
def test_looks_that_fail_stop_for_a_while(clock, error, seconds):
    """The jobs are polled one by one meanwhile; Retry-After is honoured."""
    backend, group = Lister(clock, dict.fromkeys("abc", math.inf)), Group()
    backend.faults["poll_many"] = [error]
    one = waiters(group, backend, "abc")[0]
    while backend.looks < 2:
        if backend.looks == 1 and not backend.faults["poll_many"]:
            backend.faults["poll_many"] = [NetworkError("Down.")]
            failed = clock.now
        one.sleep(clock)
    assert seconds - 8 <= clock.now - failed <= seconds + 8


def test_experience_is_not_needed(clock):
    """Without it each job's share of the looks keeps the documentation's pace, 2 s or more."""
    backend, group = Lister(clock, dict.fromkeys("abc", 1007.0)), Group()
    one = waiters(group, backend, "abc", Spread())[0]
    while clock.now < 1007:
        one.sleep(clock)
    assert 1007 <= clock.now <= 1007.7
    assert backend.looks / 3 <= 4
