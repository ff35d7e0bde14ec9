"""When a job is asked about."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.backends.base import BusyError, NetworkError
from layer_edit.editing.plan import Wish
from layer_edit.jobs import pace as module
from layer_edit.jobs.pace import Pace, patiently
from tests.fake_backend import QuietHands

WISH = Wish("x", "wavespeed")


class Clock:
    """Time that passes only by waiting."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(module.time, "time", lambda: self.now)

    def polls(self, pace, duration):
        """How many polls a job of that duration takes, and how late its end is seen."""
        start = self.now
        for count, wait in enumerate(pace.waits(WISH, start), 1):
            self.now += wait
            if self.now - start >= duration:
                return count, self.now - start - duration
        raise AssertionError


def test_without_experience_two_seconds_and_growing(monkeypatch):
    """The documentation's own pace."""
    Clock(monkeypatch)
    waits = list(islice(Pace().waits(WISH, 1000.0), 20))
    assert waits[0] == 2.0
    assert waits == sorted(waits)
    assert waits[-1] == 6.0


def test_experience_asks_late_and_often_where_the_end_is_near(monkeypatch):
    """No poll before the shortest duration seen, then every span/12."""
    clock = Clock(monkeypatch)
    pace = Pace()
    for seconds in (5.0, 8.0, 12.0):
        pace.learn(WISH, seconds)
    assert clock.polls(pace, 4.9)[0] == 1
    count, late = clock.polls(pace, 8.0)
    assert count <= 8
    assert late <= 0.6


@given(st.lists(st.floats(0.1, 500), min_size=1, max_size=60), st.floats(0.1, 900))
def test_polls_stay_polite_for_any_experience(durations, duration):
    """Never faster than four a second, and the end is seen within the sparse pause."""
    pace, start = Pace(), 1000.0
    for seconds in durations:
        pace.learn(WISH, seconds)
    now, count = start, 0
    original = module.time.time
    module.time.time = lambda: now
    try:
        for wait in pace.waits(WISH, start):
            assert count == 0 or wait >= 0.25
            now += wait
            count += 1
            if now - start >= duration:
                break
    finally:
        module.time.time = original
    assert now - start - duration <= max(6.0, min(durations[-module.KEPT :]))


def test_experience_is_kept_by_model_and_size(tmp_path):
    """A file that is damaged starts anew; another model's durations are its own."""
    file = tmp_path / "d.json"
    Pace(file).learn(WISH, 7.0)
    assert Pace(file).fraction(WISH, 0) is not None
    assert Pace(file).fraction(Wish("x", "wavespeed", model="draft"), 0) is None
    file.write_text("{")
    assert Pace(file).fraction(WISH, 0) is None


def test_free_calls_are_repeated_while_the_network_is_in_the_way():
    """Retry-After is honoured; what never works is raised in the end."""
    waited: list[float] = []
    hands = QuietHands()
    hands.wait = waited.append  # type: ignore
    faults = [BusyError("Full.", retry_after=3.5), NetworkError("Down.")]

    def attempt():
        if faults:
            raise faults.pop(0)
        return "result"

    assert patiently(attempt, hands) == "result"
    assert waited == [3.5, 4.0]
    faults[:] = [NetworkError("Down.")] * 99
    with pytest.raises(NetworkError):
        patiently(attempt, hands)
    assert len(waited) == 2 + module.MAX_FREE_RETRIES
