"""What can be done with a result in each state. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...jobs.job import JobRecord, JobState
from ...session.variants import Presence
from ...texts import N_, tr
from ..price_words import priced


@dataclass(frozen=True)
class Offer:
    """One thing to do: `name` is that of the pane's method and of the button's object name.

    `price` is in US dollars, 0 on a GPU of one's own, None where it costs nothing.
    """

    name: str
    title: str
    tip: str
    price: float | None = None

    def words(self) -> str:
        """What a button says: the title, and the price before the click."""
        return priced(tr(self.title), self.price)


INSERT = Offer("insert", N_("Insert"), N_("Make a layer of the kept result. Free."))
AGAIN = Offer("insert", N_("Insert again"), N_("Make another layer of the result. Free."))
FURTHER = Offer(
    "edit_further",
    N_("Edit further"),
    N_("Make the result's layer the active one and write the next instruction."),
)
KEEP = Offer(
    "keep_only",
    N_("Keep only this"),
    N_("Removes the layers of the other variants; their results stay in this list."),
)
REUSE = Offer("reuse", N_("Use its instruction and seed"), N_("Fills them in; sends nothing."))
RETRY = Offer("retry", N_("Retry"), N_("Sends the same picture with the same wish once more."))
SAVE = Offer("save", N_("Save as…"), N_("Write the result as a PNG, JPEG or WebP file."))
SENT = Offer("show_sent", N_("Show what was sent"), N_("The picture that this edit began with."))
DETAILS = Offer("show_details", N_("Details"), N_("Model, seed, size, time, price, messages."))
RESUME = Offer("resume", N_("Resume"), N_("Collect the result from the service. Free."))
LOOK = Offer("resume", N_("Look again"), N_("Look for it in the service's history. Free."))
SEND = Offer(
    "send_again",
    N_("Send again"),
    N_("Send it once more; if the first one was accepted too, it is paid for twice."),
)
FORGET = Offer("forget", N_("Give up"), N_("Do not go on with it."))

_USED_MOST = {
    JobState.READY: (INSERT, FORGET),
    JobState.INTERRUPTED: (RESUME, FORGET),
    JobState.UNCERTAIN: (LOOK, SEND, FORGET),
    JobState.FAILED: (RETRY, DETAILS),
    JobState.CANCELLED: (RETRY, DETAILS),
}

_RESULT = (SAVE, SENT)
_ALWAYS = (REUSE, DETAILS)


def used_most(record: JobRecord, presence: Presence, has_others: bool) -> tuple[Offer, ...]:
    """For the row of buttons. `has_others`: other variants of it have layers in the document."""
    offers = _USED_MOST.get(record.state, ())
    if record.state is JobState.PLACED:
        offers = (FURTHER, AGAIN, RETRY)
        if presence not in (Presence.SHOWN, Presence.HIDDEN):
            offers = (AGAIN, RETRY)
        elif has_others:
            offers = (KEEP, FURTHER)
    return tuple(_priced(offer, record) for offer in offers)


def all_offers(record: JobRecord, presence: Presence, has_others: bool) -> tuple[Offer, ...]:
    """For the menu: the buttons' first, then the rest."""
    first = used_most(record, presence, has_others)
    rest: tuple[Offer, ...] = ()
    if record.state is JobState.PLACED:
        rest = (AGAIN, RETRY)
    if record.state in (JobState.PLACED, JobState.READY):
        rest += _RESULT
    elif record.placement is not None:
        rest += (SENT,)
    offers = [*first, *(_priced(offer, record) for offer in rest), *_ALWAYS]
    return tuple(dict.fromkeys(offers))


def _priced(offer: Offer, record: JobRecord) -> Offer:
    """With what it costs to send this job once more."""
    return replace(offer, price=record.price) if offer in (RETRY, SEND) else offer
