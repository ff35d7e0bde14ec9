"""The states of many predictions out of one page of the service's history."""

from __future__ import annotations

from collections.abc import Collection

from ..base import PredictionState
from ..net.reasons import ExchangeError
from .envelope import COMPLETED, ENDED, Reply, read_items, read_reply
from .history import PAGE_SIZE
from .transport import Transport
from .wording import During, Wording, status_of

MARGIN = 20
"""Newer predictions of the account that may stand before the wanted ones."""


class States:
    """Asks for states. Free."""

    def __init__(self, transport: Transport, wording: Wording) -> None:
        self._transport = transport
        self._wording = wording

    def of(self, ids: Collection[str]) -> dict[str, PredictionState]:
        """The states of those predictions that the first page lists, by id.

        Raises BusyError, NetworkError, DeclinedError.
        """
        question = {"page": 1, "page_size": min(PAGE_SIZE, 2 * len(ids) + MARGIN)}
        try:
            answer = self._transport.post("predictions", question)
        except ExchangeError as error:
            raise self._wording.network(error, During.POLL) from error
        reply = read_reply(answer.body)
        status = status_of(answer.status, reply)
        if not 200 <= status < 300:
            raise self._wording.refusal(status, reply, answer.headers, During.POLL)
        items = read_items(answer.body)
        if items is None:
            raise self._wording.garbled(During.POLL, answer.body)
        return {item.id: _state(item) for item in items if item.id in ids and item.status}


def _state(item: Reply) -> PredictionState:
    if item.status == COMPLETED:
        return PredictionState.COMPLETED
    return PredictionState.FAILED if item.status in ENDED else PredictionState.RUNNING
