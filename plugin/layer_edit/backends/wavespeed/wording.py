"""Turns what went wrong into the errors of `base`, with a sentence that speaks of the money."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ...editing.errors import LayerEditError
from ..base import BusyError, DeclinedError, NetworkError, UncertainError
from ..net.pictures import ResultError
from ..net.reading import plain, retry_after
from ..net.reasons import ExchangeError
from ..net.secret import Secret
from .envelope import DELETED, Reply

MAX_SAID = 200
"""Characters of a server's words within a message; the details hold more."""

MAX_DETAIL = 4000
DECLINED = {
    401: (
        "WaveSpeed did not accept the key, and {money}: set a valid one in the docker's settings "
        "or in WAVESPEED_API_KEY, then {again}."
    ),
    403: (
        "WaveSpeed refuses this account or key (HTTP {what}), and {money}: check both at "
        "wavespeed.ai, then {again}."
    ),
    404: (
        "WaveSpeed does not know what was asked for (HTTP {what}), and {money}: choose another "
        "model or check the base URL in the settings, then {again}."
    ),
    413: (
        "The pictures are too large for WaveSpeed (HTTP {what}), and {money}: use a smaller layer "
        "or fewer references, then {again}."
    ),
}
"""Sentences by HTTP status. {money}: what it means for the money; {again}: how to go on."""

REFUSED = (
    "WaveSpeed refused the request (HTTP {what}), and {money}: change what it names, then {again}."
)
NO_CREDIT = (
    "The WaveSpeed account has not enough credit, and {money}: top up at wavespeed.ai, "
    "then {again}."
)
UNKNOWN_EDIT = (
    "WaveSpeed does not know this edit, or no longer: results are kept for 7 days and shown only "
    "to the account that asked. Check the key, then resume the job."
)
REDIRECTED = (
    "WaveSpeed's address answers with a redirect (HTTP {what}), and {money}: check the base URL in "
    "the settings, then {again}."
)
ELSEWHERE = "fetch it from the history at wavespeed.ai"
REFUNDED = "WaveSpeed refunds failed tasks, so it cost nothing"


class During(Enum):
    """What was being done: what that means for the money, and how to go on."""

    SUBMIT = "nothing was spent", "try again"
    POLL = "the edit goes on there and its result is kept for 7 days", "resume the job"
    FETCH = "the result is paid for and stays with WaveSpeed for 7 days", "resume the job"
    RECOVER = "whether the edit was accepted is still unknown", "look for it again"
    FREE = "nothing was spent by asking", "ask again"

    def __init__(self, money: str, again: str) -> None:
        self.money = money
        self.again = again


class Wording:
    """Makes errors; every text from outside is masked, stripped of HTML and shortened."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def said(self, text: str) -> str:
        """A server's words, fit for a sentence."""
        text = self._key.mask(plain(text))
        return text if len(text) <= MAX_SAID else text[: MAX_SAID - 1].rstrip() + "…"

    def detail(self, text: str) -> str:
        """A server's words for those who open the details."""
        return self._key.mask(text)[:MAX_DETAIL]

    def network(self, error: ExchangeError, during: During) -> LayerEditError:
        """For an exchange without an answer."""
        how = f"No usable answer came from WaveSpeed ({error.reason}), and {during.money}"
        if error.final and during is During.FETCH:
            return DeclinedError(f"{how}: {ELSEWHERE}.", self.detail(error.detail))
        return NetworkError(
            f"{how}: check the network, then {during.again}.", self.detail(error.detail)
        )

    def uncertain(self, reason: str, price: float, detail: str) -> UncertainError:
        """For a submit that may have been accepted."""
        return UncertainError(
            f"The edit was sent and WaveSpeed's answer was lost ({reason}), so it may be running "
            f"and cost ${price:.2f}. It is not sent again: look for it in WaveSpeed's history, "
            "which is free.",
            self.detail(detail),
        )

    def unusable(self, error: ResultError) -> LayerEditError:
        """For a result that is not a picture, or not one to be loaded."""
        how = f"The edit is done but {error.reason}; {During.FETCH.money}"
        if error.final:
            return DeclinedError(f"{how}: {ELSEWHERE}.", self.detail(error.detail))
        return NetworkError(f"{how}: resume the job to fetch it again.", self.detail(error.detail))

    def gone(self, reason: str) -> DeclinedError:
        """For a result whose address leads nowhere, also after asking for another."""
        return DeclinedError(
            f"The result's address does not work ({reason}), and {During.FETCH.money}: resume the "
            f"job, or {ELSEWHERE}."
        )

    def garbled(self, during: During, body: bytes) -> NetworkError:
        """For an answer that was not understood."""
        return NetworkError(
            f"WaveSpeed's answer was not understood, and {during.money}: {during.again}, and check "
            "the base URL in the settings if it stays so.",
            self.detail(body[:MAX_DETAIL].decode("utf-8", "replace")),
        )

    def refusal(
        self, status: int, reply: Reply, headers: Mapping[str, str], during: During
    ) -> LayerEditError:
        """For an answer that says no. `status` is `status_of` the answer."""
        detail = self.detail(f"HTTP {status}: {reply.text}")
        if status == 429:
            wait = retry_after(headers)
            when = "wait a little" if wait is None else f"wait {wait:.0f} seconds"
            return BusyError(
                f"WaveSpeed has no free slot now, and {during.money}: {when}, then {during.again}.",
                wait,
                detail,
            )
        if status >= 500 or status == 408:
            return NetworkError(
                f"WaveSpeed had an error (HTTP {self._what(status, reply)}), and {during.money}: "
                f"{during.again} later.",
                detail,
            )
        sentence = self._declined(status, reply, during)
        if status < 400 and during is not During.SUBMIT:
            # A network that wants a login first redirects too, and only for a while.
            return NetworkError(sentence, detail)
        return DeclinedError(sentence, detail)

    def _declined(self, status: int, reply: Reply, during: During) -> str:
        if is_credit(status, reply):
            sentence = NO_CREDIT
        elif status == 404 and during is During.POLL:
            sentence = UNKNOWN_EDIT
        elif status < 400:
            sentence = REDIRECTED
        else:
            sentence = DECLINED.get(status, REFUSED)
        return sentence.format(
            money=during.money, again=during.again, what=self._what(status, reply)
        )

    def _what(self, status: int, reply: Reply) -> str:
        said = self.said(reply.text)
        return f"{status}: {said}" if said else str(status)

    def failure(self, reply: Reply) -> str:
        """The sentence for a task that ended without a result."""
        said, code = self.said(reply.task_error or reply.text), reply.task_code
        words = f" ('{said}')" if said and said.lower() != "success" else ""
        if code == 1200 or (code is None and _is_moderation(said)):
            return (
                f"WaveSpeed's moderation did not allow this edit{words}. {REFUNDED}: word the "
                "instruction differently or choose another picture."
            )
        if code == 1407 or is_credit(0, reply):
            return (
                f"The WaveSpeed account has not enough credit for this edit{words}. {REFUNDED}: "
                "top up at wavespeed.ai, then try again."
            )
        if code == 1402:
            return (
                f"WaveSpeed could not read the picture it was sent{words}. {REFUNDED}: try again, "
                "the picture will then be uploaded anew."
            )
        if code in (1400, 1401):
            return (
                f"WaveSpeed did not take a parameter of this edit{words}. {REFUNDED}: change what "
                "it names, then try again."
            )
        if reply.status == DELETED:
            return (
                "The edit was deleted from WaveSpeed's history, so its result cannot be fetched. "
                "The balance tells whether it was charged: try again."
            )
        return f"The edit {_ended(reply)} at WaveSpeed{words}. {REFUNDED}: try again."

    def empty(self) -> str:
        """The sentence for a task that completed without a picture."""
        return (
            "WaveSpeed reports the edit as done but gave no picture, often because moderation held "
            f"it back. {REFUNDED} if it counts as failed, which the balance shows: word the "
            "instruction differently, then try again."
        )


def status_of(http_status: int, reply: Reply) -> int:
    """The status that counts: HTTP's, or the envelope's when HTTP says 200 and it does not."""
    code = reply.code
    if not 200 <= http_status < 300 or code is None or code in (0, 200):
        return http_status
    if 400 <= code < 600:
        return code
    if code == 1407:
        return 402
    return 400 if 1000 <= code < 2000 else 500


def is_credit(status: int, reply: Reply) -> bool:
    """Whether an answer means that there is not enough credit; three forms are known."""
    text = f"{reply.text} {reply.task_error}".lower()
    words = "insufficient" in text and ("credit" in text or "balance" in text)
    codes = (reply.code, reply.task_code)
    return status == 402 or 1407 in codes or words or "top up" in text


def _is_moderation(text: str) -> bool:
    lowered = text.lower()
    return "sensitive" in lowered or "moderation" in lowered or "nsfw" in lowered


def _ended(reply: Reply) -> str:
    if reply.status in ("cancelled", "canceled"):
        return "was cancelled"
    return "took too long" if reply.status == "timeout" else "failed"
