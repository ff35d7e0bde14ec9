"""Turns what went wrong into the errors of `base`, with a sentence that speaks of the money."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ...editing.errors import LayerEditError
from ...texts import N_, ntr, tr
from ..base import BusyError, DeclinedError, NetworkError, UncertainError, WrongKeyError
from ..net.pictures import ResultError
from ..net.reading import plain, retry_after
from ..net.reasons import ExchangeError
from ..net.secret import Secret
from .envelope import DELETED, Reply

MAX_SAID = 200
"""Characters of a server's words within a message; the details hold more."""

MAX_DETAIL = 4000
MAX_READ = 2**20
"""Bytes of an answer that are made details of: far more, as half a key is not recognised."""

DECLINED = {
    401: N_(
        "WaveSpeed did not accept the key, and {money}: set a valid one in the docker's settings "
        "or in WAVESPEED_API_KEY, then {again}."
    ),
    403: N_(
        "WaveSpeed refuses this account or key (HTTP {what}), and {money}: check both at "
        "wavespeed.ai, then {again}."
    ),
    404: N_(
        "WaveSpeed does not know what was asked for (HTTP {what}), and {money}: choose another "
        "model or check the base URL in the settings, then {again}."
    ),
    413: N_(
        "The pictures are too large for WaveSpeed (HTTP {what}), and {money}: use a smaller layer "
        "or fewer references, then {again}."
    ),
}
"""Sentences by HTTP status. {money}: what it means for the money; {again}: how to go on."""

REFUSED = N_(
    "WaveSpeed refused the request (HTTP {what}), and {money}: change what it names, then {again}."
)
NO_CREDIT = N_(
    "The WaveSpeed account has not enough credit, and {money}: top up at wavespeed.ai, "
    "then {again}."
)
UNKNOWN_EDIT = N_(
    "WaveSpeed does not know this edit, or no longer: results are kept for 7 days and shown only "
    "to the account that asked. Check the key, then resume the job."
)
REDIRECTED = N_(
    "WaveSpeed's address answers with a redirect (HTTP {what}), and {money}: check the base URL in "
    "the settings, then {again}."
)
ELSEWHERE = N_("fetch it from the history at wavespeed.ai")
REFUNDED = N_("WaveSpeed refunds failed tasks, so it cost nothing")


class During(Enum):
    """What was being done: what that means for the money, and how to go on."""

    SUBMIT = N_("nothing was spent"), N_("try again")
    POLL = N_("the edit goes on there and its result is kept for 7 days"), N_("resume the job")
    FETCH = N_("the result is paid for and stays with WaveSpeed for 7 days"), N_("resume the job")
    RECOVER = N_("whether the edit was accepted is still unknown"), N_("look for it again")
    FREE = N_("nothing was spent by asking"), N_("ask again")

    @property
    def money(self) -> str:
        """What it means for the money, as a part of a sentence."""
        return tr(self.value[0])

    @property
    def again(self) -> str:
        """How to go on, as a part of a sentence."""
        return tr(self.value[1])


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
        reason, detail = tr(error.reason), self.detail(error.detail)
        if error.final and during is During.FETCH:
            return DeclinedError(
                tr(
                    "No usable answer came from WaveSpeed ({reason}), and {money}: {elsewhere}.",
                    reason=reason,
                    money=during.money,
                    elsewhere=tr(ELSEWHERE),
                ),
                detail,
            )
        return NetworkError(
            tr(
                "No usable answer came from WaveSpeed ({reason}), and {money}: check the "
                "network, then {again}.",
                reason=reason,
                money=during.money,
                again=during.again,
            ),
            detail,
        )

    def uncertain(self, reason: str, price: float, detail: str) -> UncertainError:
        """For a submit that may have been accepted."""
        return UncertainError(
            tr(
                "The edit was sent and WaveSpeed's answer was lost ({reason}), so it may "
                "be running and cost ${price}. It is not sent again: look for it in "
                "WaveSpeed's history, which is free.",
                reason=tr(reason),
                price=f"{price:.2f}",
            ),
            self.detail(detail),
        )

    def unusable(self, error: ResultError) -> LayerEditError:
        """For a result that is not a picture, or not one to be loaded."""
        reason, detail = tr(error.reason), self.detail(error.detail)
        if error.final:
            return DeclinedError(
                tr(
                    "The edit is done but {reason}; {money}: {elsewhere}.",
                    reason=reason,
                    money=During.FETCH.money,
                    elsewhere=tr(ELSEWHERE),
                ),
                detail,
            )
        return NetworkError(
            tr(
                "The edit is done but {reason}; {money}: resume the job to fetch it again.",
                reason=reason,
                money=During.FETCH.money,
            ),
            detail,
        )

    def gone(self, reason: str) -> DeclinedError:
        """For a result whose address leads nowhere, also after asking for another."""
        return DeclinedError(
            tr(
                "The result's address does not work ({reason}), and {money}: resume the "
                "job, or {elsewhere}.",
                reason=tr(reason),
                money=During.FETCH.money,
                elsewhere=tr(ELSEWHERE),
            )
        )

    def garbled(self, during: During, body: bytes) -> NetworkError:
        """For an answer that was not understood."""
        return NetworkError(
            tr(
                "WaveSpeed's answer was not understood, and {money}: {again}, and check "
                "the base URL in the settings if it stays so.",
                money=during.money,
                again=during.again,
            ),
            self.detail(body[:MAX_READ].decode("utf-8", "replace")),
        )

    def refusal(
        self, status: int, reply: Reply, headers: Mapping[str, str], during: During
    ) -> LayerEditError:
        """For an answer that says no. `status` is `status_of` the answer."""
        detail = self.detail(f"HTTP {status}: {reply.text}")
        if status == 429:
            wait = retry_after(headers)
            when = (
                tr("wait a little")
                if wait is None
                else ntr("wait {number} second", "wait {number} seconds", round(wait))
            )
            return BusyError(
                tr(
                    "WaveSpeed has no free slot now, and {money}: {when}, then {again}.",
                    money=during.money,
                    when=when,
                    again=during.again,
                ),
                wait,
                detail,
            )
        if status >= 500 or status == 408:
            return NetworkError(
                tr(
                    "WaveSpeed had an error (HTTP {what}), and {money}: {again} later.",
                    what=self._what(status, reply),
                    money=during.money,
                    again=during.again,
                ),
                detail,
            )
        sentence = self._declined(status, reply, during)
        if status < 400 and during is not During.SUBMIT:
            # A network that wants a login first redirects too, and only for a while.
            return NetworkError(sentence, detail)
        if status == 401 and not is_credit(status, reply):
            return WrongKeyError(sentence, detail)
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
        return tr(sentence, money=during.money, again=during.again, what=self._what(status, reply))

    def _what(self, status: int, reply: Reply) -> str:
        said = self.said(reply.text)
        return f"{status}: {said}" if said else str(status)

    def failure(self, reply: Reply) -> str:
        """The sentence for a task that ended without a result."""
        said, code = self.said(reply.task_error or reply.text), reply.task_code
        words = f" ('{said}')" if said and said.lower() != "success" else ""
        if code == 1200 or (code is None and _is_moderation(said)):
            return tr(
                "WaveSpeed's moderation did not allow this edit{words}. {refunded}: word "
                "the instruction differently or choose another picture.",
                words=words,
                refunded=tr(REFUNDED),
            )
        if code == 1407 or is_credit(0, reply):
            return tr(
                "The WaveSpeed account has not enough credit for this edit{words}. "
                "{refunded}: top up at wavespeed.ai, then try again.",
                words=words,
                refunded=tr(REFUNDED),
            )
        if code == 1402:
            return tr(
                "WaveSpeed could not read the picture it was sent{words}. {refunded}: try "
                "again, the picture will then be uploaded anew.",
                words=words,
                refunded=tr(REFUNDED),
            )
        if code in (1400, 1401):
            return tr(
                "WaveSpeed did not take a parameter of this edit{words}. {refunded}: "
                "change what it names, then try again.",
                words=words,
                refunded=tr(REFUNDED),
            )
        if reply.status == DELETED:
            return tr(
                "The edit was deleted from WaveSpeed's history, so its result cannot be "
                "fetched. The balance tells whether it was charged: try again."
            )
        return tr(_ended(reply), words=words, refunded=tr(REFUNDED))

    def empty(self) -> str:
        """The sentence for a task that completed without a picture."""
        return tr(
            "WaveSpeed reports the edit as done but gave no picture, often because "
            "moderation held it back. {refunded} if it counts as failed, which the "
            "balance shows: word the instruction differently, then try again.",
            refunded=tr(REFUNDED),
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
    """The sentence for a task that ended for no reason that is known."""
    if reply.status in ("cancelled", "canceled"):
        return N_("The edit was cancelled at WaveSpeed{words}. {refunded}: try again.")
    if reply.status == "timeout":
        return N_("The edit took too long at WaveSpeed{words}. {refunded}: try again.")
    return N_("The edit failed at WaveSpeed{words}. {refunded}: try again.")
