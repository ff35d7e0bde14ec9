"""What servers of one's own have in common: addresses in the local network, and sentences.

They cost nothing, so an edit that was lost may be made again; and there is nobody to ask but the
user, so every sentence says which address did what.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ...editing.errors import LayerEditError, SettingError
from ...texts import N_, tr
from ..base import BusyError, DeclinedError, NetworkError, Price
from .addresses import AddressError, Plain, checked
from .pictures import ResultError
from .reading import plain, retry_after
from .reasons import ExchangeError
from .secret import Secret

OWN_GPU = Price(0.0, source="own GPU")
"""It costs nothing that the plugin could count; other than None, the server keeps the work."""

MAX_SAID = 200
"""Characters of a server's words within a message; the details hold more."""

MAX_DETAIL = 4000
MAX_READ = 2**20
"""Bytes of an answer that are made details of: far more, as half a key is not recognised."""


class During(Enum):
    """What was being done when something went wrong."""

    ASK = "ask"
    SUBMIT = "submit"
    FOLLOW = "follow"
    FETCH = "fetch"


UNREACHED = {
    During.ASK: N_(
        "{server} at {address} gave no usable answer ({reason}): check the address, and that it "
        "runs."
    ),
    During.SUBMIT: N_(
        "{server} at {address} gave no usable answer ({reason}), and nothing was started: check "
        "that it runs, then edit again."
    ),
    During.FOLLOW: N_(
        "{server} at {address} gave no usable answer ({reason}); the edit goes on there if it "
        "still runs: resume the job."
    ),
    During.FETCH: N_(
        "The edit is done, but {server} at {address} did not hand it over ({reason}): resume the "
        "job."
    ),
}
REFUSED = N_("{server} refused the request (HTTP {status}: {said}), and nothing was started.")
BUSY = N_("{server} has no free slot now, and nothing was started: try again a little later.")
UNUSABLE = N_("The edit is done, but {reason}, so it was not taken from {server}: edit again.")
CANNOT = N_(
    "The address '{address}' of {server} cannot be used ({reason}): set one such as {like}."
)


def base_of(text: str, server: str, like: str, endings: tuple[str, ...] = ()) -> str:
    """The base URL without a trailing slash or one of `endings`.

    Raises SettingError, naming `server` and an address `like` it should be, unless it is https, or
    http in the local network.
    """
    base = text.strip().rstrip("/")
    for ending in endings:
        base = base.removesuffix(ending).rstrip("/")
    try:
        parts = checked(base, Plain.LOCAL)
        if parts.query or parts.fragment:
            raise AddressError(N_("it has a query or fragment"))
    except AddressError as error:
        raise SettingError(
            tr(CANNOT, address=base[:200], server=server, reason=tr(str(error)), like=like)
        ) from error
    return base


class OwnWording:
    """Makes errors; every text from outside is masked, stripped of HTML and shortened."""

    def __init__(self, server: str, address: str, key: Secret) -> None:
        self.server = server
        self.address = address
        self._key = key

    def said(self, text: str) -> str:
        """A server's words, fit for a sentence."""
        text = self._key.mask(plain(text))
        return text if len(text) <= MAX_SAID else text[: MAX_SAID - 1].rstrip() + "…"

    def detail(self, text: str) -> str:
        """A server's words for those who open the details."""
        return self._key.mask(text)[:MAX_DETAIL]

    def unreached(self, reason: str, during: During, detail: str = "") -> NetworkError:
        """For an exchange without an answer that could be used."""
        words = {"server": self.server, "address": self.address, "reason": tr(reason)}
        return NetworkError(tr(UNREACHED[during], **words), self.detail(detail))

    def network(self, error: ExchangeError, during: During) -> LayerEditError:
        """For an exchange without an answer."""
        if error.final:
            return DeclinedError(
                tr(UNUSABLE, reason=tr(error.reason), server=self.server),
                self.detail(error.detail),
            )
        return self.unreached(error.reason, during, error.detail)

    def garbled(self, during: During, body: bytes) -> NetworkError:
        """For an answer that was not understood."""
        reason = N_("it was not understood, as if another program answered there")
        return self.unreached(reason, during, body[:MAX_READ].decode("utf-8", "replace"))

    def refusal(
        self, status: int, said: str, headers: Mapping[str, str], during: During
    ) -> LayerEditError:
        """For an answer with an HTTP error that has no sentence of its own."""
        detail = self.detail(f"HTTP {status}: {said}")
        if status in (429, 503) and during is During.SUBMIT:
            return BusyError(tr(BUSY, server=self.server), retry_after(headers), detail)
        if status >= 500 or status in (408, 429) or during in (During.FOLLOW, During.FETCH):
            return self.unreached(f"HTTP {status} {self.said(said)}".strip(), during, detail)
        words = self.said(said) or "-"
        return DeclinedError(tr(REFUSED, server=self.server, status=status, said=words), detail)

    def unusable(self, error: ResultError) -> DeclinedError:
        """For a result that is not a picture, or not one to be loaded."""
        return DeclinedError(
            tr(UNUSABLE, reason=tr(error.reason), server=self.server), self.detail(error.detail)
        )
