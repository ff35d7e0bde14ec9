"""Finds a job whose submit answer was lost, in the service's own list of predictions."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from ...editing.errors import LayerEditError
from ...editing.request import EditRequest
from ..net.addresses import same_origin
from ..net.exchange import HttpAnswer
from ..net.reading import as_int
from ..net.reasons import ExchangeError
from .envelope import Reply, read_items, read_reply
from .models import EditModel
from .transport import Transport
from .wording import During, Wording, status_of

BEFORE, AFTER = 10.0, 900.0
"""Seconds around the time of sending in which the prediction must have been made: the clocks are
compared to some seconds, and an upload may come first."""

BEFORE_UNDATED = 60.0
"""The same as BEFORE when the service's clock could not be read from its answer."""

SLACK = 3600.0
"""Seconds the service's own time filter is wider: this computer's clock may be wrong."""

PAGE_SIZE = 100
MAX_PAGES = 5


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `images`: URLs of the uploaded pictures, '' for one sent inline.

    `ahead`: seconds the service's clock is known to be ahead of the one of `sent_at`.
    """

    request: EditRequest
    model: EditModel
    size: str
    images: tuple[str, ...]
    sent_at: float
    excluded: Collection[str]
    ahead: float = 0.0


class History:
    """Asks for past predictions. Free."""

    def __init__(self, transport: Transport, wording: Wording) -> None:
        self._transport = transport
        self._wording = wording

    def find(self, wanted: Wanted) -> Reply | None:
        """The earliest prediction that matches in every field the list tells, None without one.

        Prompt, model and time must be told and agree; seed, size and pictures must agree where
        they are told. Raises DeclinedError for a refused key, NetworkError when the service cannot
        be asked.
        """
        found = []
        for reply, ahead in self._listed(wanted):
            if reply.id in wanted.excluded or not _matches(reply, wanted):
                continue
            dated = reply if reply.created is not None else self._looked_up(reply)
            if dated.created is not None and _is_near(dated.created, ahead, wanted.sent_at):
                found.append(dated)
        return min(found, key=lambda one: one.created or 0.0, default=None)

    def _listed(self, wanted: Wanted) -> Iterator[tuple[Reply, float | None]]:
        """Items of all pages, and the seconds the service's clock is ahead, None if unknown."""
        seen: set[str] = set()
        for number in range(1, MAX_PAGES + 1):
            answer = self._page(number, wanted)
            ahead = _ahead(answer)
            if number == 1 and abs(ahead or 0.0) > SLACK:
                # The filter has left out the right time; from here on it is the service's.
                wanted = replace(wanted, ahead=ahead or 0.0)
                answer = self._page(number, wanted)
            items = read_items(answer.body)
            if items is None:
                raise self._wording.garbled(During.RECOVER, answer.body)
            new = [item for item in items if item.id and item.id not in seen]
            yield from ((item, ahead) for item in new)
            seen.update(item.id for item in new)
            # A service that ignores `page` lists the same again.
            if not new or len(items) < PAGE_SIZE:
                return

    def _page(self, number: int, wanted: Wanted) -> HttpAnswer:
        question: dict[str, Any] = {
            "page": number,
            "page_size": PAGE_SIZE,
            "include_inputs": True,
        }
        narrow = {
            "model": wanted.model.id,
            "created_after": _iso(wanted.sent_at + wanted.ahead - BEFORE - SLACK),
            "created_before": _iso(wanted.sent_at + wanted.ahead + AFTER + SLACK),
        }
        answer = self._ask({**question, **narrow})
        if status_of(answer.status, read_reply(answer.body)) in (400, 422):
            # The filters' form is documented nowhere; without them the list is only longer.
            answer = self._ask(question)
        reply = read_reply(answer.body)
        status = status_of(answer.status, reply)
        if not 200 <= status < 300:
            raise self._wording.refusal(status, reply, answer.headers, During.RECOVER)
        return answer

    def _ask(self, question: dict[str, Any]) -> HttpAnswer:
        try:
            return self._transport.post("predictions", question)
        except ExchangeError as error:
            raise self._wording.network(error, During.RECOVER) from error

    def _looked_up(self, reply: Reply) -> Reply:
        """The same with the time it was made, which the list left out."""
        try:
            answer = self._transport.get(f"predictions/{reply.id}/result")
        except (ExchangeError, LayerEditError):
            return reply
        return replace(reply, created=read_reply(answer.body).created)


def _matches(reply: Reply, wanted: Wanted) -> bool:
    names, told = wanted.model.parameters, reply.inputs
    prompt = told.get(names.prompt)
    if not isinstance(prompt, str) or prompt.strip() != wanted.request.instruction.strip():
        return False
    if reply.model and reply.model != wanted.model.id:
        return False
    size = told.get(names.size)
    if isinstance(size, str) and size and size != wanted.size:
        return False
    return _same_seed(as_int(told.get(names.seed)), wanted.request.seed) and _same_images(
        told.get(names.images), wanted.images
    )


def _same_seed(told: int | None, asked: int | None) -> bool:
    # A service may list the seed it drew where none was asked for, so that proves nothing.
    return told is None or told == -1 or asked is None or told == asked


def _same_images(told: Any, sent: tuple[str, ...]) -> bool:
    """False only where both name a place on the same host, and not the same place."""
    if not isinstance(told, list) or not told or not sent or not isinstance(told[0], str):
        return True
    return told[0] == sent[0] or not same_origin(told[0], sent[0])


def _is_near(created: float, ahead: float | None, sent_at: float) -> bool:
    before = BEFORE_UNDATED if ahead is None else BEFORE
    return sent_at - before <= created - (ahead or 0.0) <= sent_at + AFTER


def _ahead(answer: HttpAnswer) -> float | None:
    """Seconds the service's clock is ahead of this one, from the Date header; None without."""
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
        error = told.timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    # Date has whole seconds, and the answer took its time: small differences mean nothing.
    return error if abs(error) > 5 else 0.0


def _iso(unix: float) -> str:
    stamp = datetime.fromtimestamp(max(0.0, unix), timezone.utc)
    return stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")
