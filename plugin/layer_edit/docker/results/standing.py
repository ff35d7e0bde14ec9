"""Where a result stands: in words, and as one of a few signs that are not told by colour alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum

from ...jobs.job import JobState
from ...jobs.runner import JobUpdate
from ...session.variants import Presence
from ...texts import tr
from ..wording import state_words


class Sign(Enum):
    """What is drawn beside the words."""

    BUSY = "busy"
    SHOWN = "shown"
    HIDDEN = "hidden"
    DONE = "done"
    KEPT = "kept"
    FAILED = "failed"
    STOPPED = "stopped"
    UNSURE = "unsure"


_SIGNS = {
    JobState.READY: Sign.KEPT,
    JobState.PLACED: Sign.DONE,
    JobState.FAILED: Sign.FAILED,
    JobState.CANCELLED: Sign.STOPPED,
    JobState.UNCERTAIN: Sign.UNSURE,
    JobState.INTERRUPTED: Sign.UNSURE,
}

_SEEN = {Presence.SHOWN: Sign.SHOWN, Presence.HIDDEN: Sign.HIDDEN, Presence.GONE: Sign.KEPT}


def sign(update: JobUpdate, presence: Presence) -> Sign:
    """The sign of a result."""
    state = update.record.state
    if state is JobState.PLACED and presence in _SEEN:
        return _SEEN[presence]
    return _SIGNS.get(state, Sign.BUSY)


def words(update: JobUpdate, presence: Presence) -> str:
    """'Running 40 %', 'Done', 'Done, hidden', 'Kept, not placed' …"""
    if update.record.state is JobState.PLACED:
        if presence is Presence.HIDDEN:
            return tr("Done, hidden")
        if presence is Presence.GONE:
            return tr("Done, layer removed")
    return state_words(update)


def summary(standings: Iterable[str]) -> str:
    """Of several variants: '3 × Done · 1 × Failed', the most frequent first."""
    counted = Counter(standings).most_common()
    if len(counted) == 1:
        return tr("{count} variants: {state}", count=counted[0][1], state=counted[0][0])
    return " · ".join(f"{count} × {state}" for state, count in counted)
