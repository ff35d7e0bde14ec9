"""What past durations say about the next one, and how long it is then worth to wait."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

SPARSE = 2.0
"""Seconds: the documentation asks for 2 or more between polls, growing, for pictures."""

SPARSEST = 6.0
"""Seconds the pauses grow to."""

LONGEST = 30.0
"""Seconds without a poll at most: experience may be of one slow job."""

GROWTH = 0.15
"""Of a pause without experience: this share of the job's age."""

FASTEST = 0.25
"""Seconds: the least between two polls of one job."""

LATENESS = 0.017
"""Seconds a result may be expected to lie unseen before it is worth a request.

The wait d after which that much is expected is sqrt(2 · LATENESS / hazard): polls come with the
root of the chance that the job ends now, which is the least lateness for their number. For
durations spread evenly over 5–12 s it makes some 9 polls a job.
"""


@dataclass(frozen=True)
class Spread:
    """The expected duration of a job, in seconds.

    `knots` are the past durations in order, with one more a step before and one after: the next
    duration is as likely in any of the gaps between them. `areas` are the integrals of that
    distribution up to each knot. Both are empty without experience.
    """

    knots: tuple[float, ...] = ()
    areas: tuple[float, ...] = ()

    @classmethod
    def of(cls, durations: Sequence[float]) -> Spread:
        """From past durations in any order."""
        if not durations:
            return cls()
        seen = sorted(durations)
        # A tenth of the duration keeps one or two that happen to be alike from being a promise.
        gap = max((seen[-1] - seen[0]) / max(1, len(seen) - 1), 0.1 * seen[0] / len(seen))
        knots = (max(0.0, seen[0] - gap), *seen, seen[-1] + gap)
        areas = [0.0]
        for number in range(1, len(knots)):
            middle = (number - 0.5) / (len(knots) - 1)
            areas.append(areas[-1] + middle * (knots[number] - knots[number - 1]))
        return cls(knots, tuple(areas))

    @property
    def first(self) -> float:
        """The least it is expected to take; 0 without experience."""
        return self.knots[0] if self.knots else 0.0

    @property
    def typical(self) -> float:
        """The middle duration."""
        return self.knots[len(self.knots) // 2]

    def is_past(self, age: float) -> bool:
        """Whether a job of that age is older than any is expected to get."""
        return not self.knots or age >= self.knots[-1]

    def lateness(self, age: float, wait: float) -> float:
        """Seconds for which the result is expected to lie unseen by then, when a job that still
        ran at `age` is asked for after `wait`."""
        share, area = self._at(age)
        return (self._at(age + wait)[1] - area - share * wait) / (1.0 - share)

    def _at(self, age: float) -> tuple[float, float]:
        """The share of jobs that have ended by that age, and the integral of it."""
        knots, areas = self.knots, self.areas
        if age <= knots[0]:
            return 0.0, 0.0
        if age >= knots[-1]:
            return 1.0, areas[-1] + age - knots[-1]
        place = bisect_right(knots, age) - 1
        low = place / (len(knots) - 1)
        into = age - knots[place]
        share = low + into / (knots[place + 1] - knots[place]) / (len(knots) - 1)
        return share, areas[place] + into * (low + share) / 2


def pause(spread: Spread, age: float) -> float:
    """Seconds to wait before a job is asked for that still ran at `age`."""
    return pause_of_all([(spread, age)], LATENESS, FASTEST)


def pause_of_all(jobs: Collection[tuple[Spread, float]], lateness: float, fastest: float) -> float:
    """The same for one request that asks for several jobs, each with its spread and age.

    It is made when all together are expected to have lain unseen for `lateness` seconds, at least
    `fastest` and at most LONGEST after the last one, and at most SPARSE after the first of them may
    have ended.
    Jobs without experience share their polls: the more there are, the oftener is asked for all.
    """
    waiting = [(spread, age) for spread, age in jobs if not spread.is_past(age)]
    unknown = sum(not spread.knots for spread, _age in jobs)
    overdue = [_overdue(spread, age, unknown) for spread, age in jobs if spread.is_past(age)]
    most = min(overdue, default=None)
    if not waiting:
        return max(fastest, SPARSEST if most is None else most)
    may_end = max(0.0, min(spread.first - age for spread, age in waiting))
    high = min(LONGEST, SPARSE + may_end)
    low, high = 0.0, high if most is None else min(high, most)
    if sum(spread.lateness(age, high) for spread, age in waiting) > lateness:
        while high - low > 0.01:
            middle = (low + high) / 2
            if sum(spread.lateness(age, middle) for spread, age in waiting) < lateness:
                low = middle
            else:
                high = middle
    return max(fastest, high)


def _overdue(spread: Spread, age: float, unknown: int) -> float:
    """Beyond experience from 0.25 s to 6 by half its delay; without it 2 s, growing to 6, divided
    by the `unknown` jobs that are asked for together, but not below 0.25 s."""
    if not spread.knots:
        return max(FASTEST, min(SPARSEST, max(SPARSE, GROWTH * age)) / unknown)
    return min(SPARSEST, max(FASTEST, (age - spread.knots[-1]) / 2))
