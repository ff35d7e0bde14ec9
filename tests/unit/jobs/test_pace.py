"""When a job is asked about."""

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.backends.base import BusyError, NetworkError
from layer_edit.editing.plan import Wish
from layer_edit.jobs import pace as module
from layer_edit.jobs import spread
from layer_edit.jobs.pace import Pace, patiently
from layer_edit.jobs.spread import Spread, pause, pause_of_all
from tests.fake_backend import QuietHands

WISH = Wish("x", "wavespeed")
EVEN = [5 + 7 * (number + 0.5) / 40 for number in range(40)]
"""Durations spread evenly over 5–12 s."""


def polls(known: Spread, duration: float, step=pause) -> tuple[int, float]:
    """How many polls a job of that duration takes, and how late its end is seen."""
    age, count = 0.0, 0
    while age < duration:
        age += step(known, age)
        count += 1
    return count, age - duration


def test_without_experience_two_seconds_and_growing():
    """The documentation's own pace."""
    ages, waits = [0.0], []
    while len(waits) < 20:
        waits.append(pause(Spread(), ages[-1]))
        ages.append(ages[-1] + waits[-1])
    assert waits[0] == 2.0
    assert waits == sorted(waits)
    assert waits[-1] == 6.0


def test_experience_asks_late_and_oftener_the_nearer_the_end_must_be():
    """No poll before it may end; then closer together; far apart again when all is overdue."""
    known = Spread.of(EVEN)
    assert polls(known, 4.5)[0] == 1
    assert 0.3 < pause(known, 6.0) < 0.6
    assert pause(known, 10.5) < pause(known, 6.0)
    assert pause(known, 12.5) == 0.25
    assert pause(known, 60.0) == 6.0


def test_one_slow_job_does_not_leave_the_next_unseen():
    """However long the only one took, the next is asked for within half a minute."""
    known = Spread.of([600.0])
    assert pause(known, 0.0) == 30.0
    assert polls(known, 8.0)[1] < 30
    assert polls(known, 540.0)[0] <= 20


def test_the_pauses_beat_equal_ones():
    """Less late than with equal pauses, with no more polls."""

    def equal(_known, age):
        return 5.0 - age if age < 5.0 else 0.43

    known = Spread.of(EVEN)
    durations = [5 + 7 * number / 997 for number in range(997)]
    ours = [polls(known, one) for one in durations]
    theirs = [polls(known, one, equal) for one in durations]
    assert mean(count for count, _ in ours) <= mean(count for count, _ in theirs)
    assert mean(late for _, late in ours) < 0.95 * mean(late for _, late in theirs)


@given(st.lists(st.floats(0.1, 500), min_size=1, max_size=60), st.floats(0.1, 900))
def test_polls_stay_polite_for_any_experience(durations, duration):
    """Never faster than four a second, and the end is seen within the longest pause."""
    known, age = Spread.of(durations), 0.0
    while age < duration:
        wait = pause(known, age)
        assert wait >= 0.25
        age += wait
    assert age - duration <= max(6.0, known.first + 2.0)


@given(st.lists(st.floats(0.1, 500), min_size=1, max_size=60), st.floats(0, 600), st.floats(0, 99))
def test_the_expected_lateness_grows_with_the_wait(durations, age, wait):
    """It is never negative and never more than the wait."""
    known = Spread.of(durations)
    if not known.is_past(age):
        late = known.lateness(age, wait)
        assert -1e-6 <= late <= wait + 1e-6
        assert late <= known.lateness(age, wait + 1) + 1e-6


def test_a_pause_ends_when_the_expected_lateness_is_reached():
    """Not before, and not after, between the shortest and the longest pause."""
    known = Spread.of(EVEN)
    for age in (0.0, 5.5, 7.0, 9.0):
        assert known.lateness(age, pause(known, age)) == pytest.approx(spread.LATENESS, rel=0.15)


def test_a_request_for_many_comes_before_that_for_any():
    """Those who wait together are asked for sooner than each alone, and not before any may end."""
    known = Spread.of(EVEN)
    jobs = [(known, age) for age in (6.0, 7.0, 8.0)]
    together = pause_of_all(jobs, spread.LATENESS, 0.1)
    assert 0.1 <= together < min(pause(*job) for job in jobs)
    early = [(known, 0.0), (known, 1.0)]
    assert pause_of_all(early, spread.LATENESS, 0.1) > known.first - 1.0


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
    faults[:] = [BusyError("Full.", 0.0)] * 3
    assert patiently(attempt, hands) == "result"
    assert waited[2:] == [2.0, 4.0, 8.0], "'Retry-After: 0' is no leave to ask without a pause"
    del waited[2:]
    faults[:] = [NetworkError("Down.")] * 99
    with pytest.raises(NetworkError):
        patiently(attempt, hands)
    assert len(waited) == 2 + module.MAX_FREE_RETRIES
