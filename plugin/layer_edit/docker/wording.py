"""Every state and stage in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..backends.base import Stage
from ..editing.source import IMAGE, LAYER, LAYERS
from ..jobs.job import JobState
from ..jobs.runner import JobUpdate
from ..money import Account
from ..texts import N_, ntr, tr

if TYPE_CHECKING:
    from ..canvas.watch import SourceInfo

_SCOPES = {LAYER: N_("Active layer"), LAYERS: N_("Selected layers"), IMAGE: N_("Visible image")}

_STAGES = {
    Stage.PREPARING: N_("Preparing"),
    Stage.UPLOADING: N_("Uploading"),
    Stage.SUBMITTING: N_("Sending"),
    Stage.WAITING: N_("Waiting for a free slot"),
    Stage.RUNNING: N_("Running"),
    Stage.DOWNLOADING: N_("Downloading"),
    Stage.COMPOSING: N_("Composing"),
}

_STATES = {
    JobState.CAPTURING: N_("Reading the layer"),
    JobState.QUEUED: N_("Queued"),
    JobState.RUNNING: N_("Running"),
    JobState.PLACING: N_("Placing"),
    JobState.READY: N_("Kept, not placed"),
    JobState.PLACED: N_("Done"),
    JobState.FAILED: N_("Failed"),
    JobState.CANCELLED: N_("Cancelled"),
    JobState.UNCERTAIN: N_("Uncertain"),
    JobState.INTERRUPTED: N_("Interrupted"),
}


def state_words(update: JobUpdate) -> str:
    """Where a job stands, such as 'Downloading' or 'Done'."""
    record = update.record
    if record.state is JobState.RUNNING and update.stage is not None:
        return tr(_STAGES[update.stage])
    return tr(_STATES[record.state])


def scope_titles() -> dict[str, str]:
    """What can be edited, by the settings' names for it."""
    return {scope: tr(title) for scope, title in _SCOPES.items()}


def source_words(info: SourceInfo) -> str:
    """What is sent of the source: '700 × 430 pixels', and beside what."""
    if info.selected is not None:
        words = tr(
            "{size} pixels around the selection of {selected}",
            size=info.size,
            selected=info.selected,
        )
    else:
        words = tr("{size} pixels", size=info.size)
    if not info.others:
        return words
    return ntr(
        "{words}, and {number} more layer",
        "{words}, and {number} more layers",
        info.others,
        words=words,
    )


def elapsed_words(seconds: float) -> str:
    """'0.8 s', '7 s' or '2:05 min'."""
    if 0 < seconds < 1:
        return tr("{seconds} s", seconds=f"{seconds:.1f}")
    whole = max(0, int(seconds))
    if whole < 60:
        return tr("{seconds} s", seconds=whole)
    return tr("{minutes}:{seconds} min", minutes=whole // 60, seconds=f"{whole % 60:02}")


LEAST_LEFT = 2
"""Seconds: less is not worth a word."""

OVERDUE = -5
"""Seconds left from which on an edit is called slow."""


def left_words(seconds: float | None) -> str:
    """'about 12 s left'; '' when that is not known or nearly over."""
    if seconds is None or OVERDUE < seconds < LEAST_LEFT:
        return ""
    if seconds <= OVERDUE:
        return tr("longer than usual")
    if seconds < 90:
        return tr("about {seconds} s left", seconds=round(seconds))
    return tr("about {minutes} min left", minutes=round(seconds / 60))


def ending_words(update: JobUpdate) -> str:
    """How the last job ended; what went wrong is said elsewhere."""
    record = update.record
    if record.state is JobState.PLACED:
        seconds = (record.finished or record.created) - record.created
        notes = " ".join(record.prediction.notes) if record.prediction else ""
        parts = (
            tr("Done in {time}.", time=elapsed_words(seconds)),
            share_words(record.share),
            notes,
        )
        return " ".join(part for part in parts if part)
    return record.message if record.state is JobState.CANCELLED else state_words(update)


def share_words(share: float | None) -> str:
    """How much an AI model changed, 0–1, as '12 % of the picture changed.'; '' if unknown."""
    if share is None:
        return ""
    if share >= 1:
        return tr("The whole picture changed.")
    if share == 0:
        return tr("Nothing changed.")
    percent = f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"
    return tr("{percent} % of the picture changed.", percent=percent)


def money_words(account: Account, session: float, document: float) -> str:
    """'Balance $9.92 · session $0.08 · this document $0.12'; '' where nothing costs anything."""
    if account.message:
        return account.message
    if account.price is None:
        return ""
    parts = []
    if account.balance is not None:
        parts.append(tr("Balance ${amount}", amount=f"{account.balance:,.2f}"))
    if session:
        parts.append(tr("session ${amount}", amount=f"{session:.2f}"))
    if document:
        parts.append(tr("this document ${amount}", amount=f"{document:.2f}"))
    return " · ".join(parts)
