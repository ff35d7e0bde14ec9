"""The money side: the balance, and what an edit costs."""

from __future__ import annotations

import re
from typing import Any

from ...editing.errors import LayerEditError
from ..base import Price
from ..net.exchange import HttpAnswer
from ..net.reading import as_number, read_json
from ..net.reasons import ExchangeError
from .envelope import read_data, read_reply
from .models import EditModel
from .transport import Transport
from .wording import During, Wording, status_of

MAX_PRICE = 1000.0
"""US dollars; a larger figure is not believed."""


class Account:
    """Free questions about money."""

    def __init__(self, transport: Transport, wording: Wording) -> None:
        self._transport = transport
        self._wording = wording

    def balance(self) -> float | None:
        """US dollars; None when the service answers without saying. Raises DeclinedError (a
        refused key), NetworkError, BusyError."""
        try:
            answer = self._transport.get("balance")
            if _status(answer) == 404:
                # One page of the documentation has this path.
                answer = self._transport.get("account/balance")
        except ExchangeError as error:
            raise self._wording.network(error, During.FREE) from error
        return self._balance(answer)

    def _balance(self, answer: HttpAnswer) -> float | None:
        reply = read_reply(answer.body)
        status = _status(answer)
        if not 200 <= status < 300:
            raise self._wording.refusal(status, reply, answer.headers, During.FREE)
        payload = read_json(answer.body)
        if not isinstance(payload, dict):
            raise self._wording.garbled(During.FREE, answer.body)
        data = payload.get("data", payload)
        return as_number(data.get("balance") if isinstance(data, dict) else data)

    def price(self, model: EditModel, inputs: dict[str, Any]) -> Price:
        """What one edit costs: the service's word, else the table's. Never raises."""
        try:
            return self._asked_price(model, inputs) or Price(model.price)
        except (ExchangeError, LayerEditError):
            # A price shown before a click must not keep the user from seeing one.
            return Price(model.price)

    def _asked_price(self, model: EditModel, inputs: dict[str, Any]) -> Price | None:
        question = {"model_id": model.id, "inputs": inputs}
        answer = self._transport.post("model/price", question)
        if _status(answer) in (404, 405):
            answer = self._transport.post("model/pricing", question)
        data = read_data(answer.body) if answer.status == 200 else None
        if data is None:
            return None
        for name in ("discounted_price", "price", "unit_price"):
            amount = as_number(data.get(name))
            if amount is not None and 0 <= amount < MAX_PRICE:
                return Price(amount, _currency(data.get("currency")), "wavespeed")
        return None


def _status(answer: HttpAnswer) -> int:
    return status_of(answer.status, read_reply(answer.body))


def _currency(told: Any) -> str:
    known = isinstance(told, str) and re.fullmatch("[A-Za-z]{3}", told)
    return str(told).upper() if known else "USD"
