"""Brings a result here: from its address or out of the answer itself, whole and checked."""

from __future__ import annotations

from ..base import Watch
from ..net.exchange import HttpAnswer
from ..net.pictures import ResultError, check_result, from_base64
from ..net.reasons import BadAddressError, ExchangeError
from .envelope import read_reply
from .options import WaveSpeedOptions
from .transport import Transport
from .wording import During, Wording

GONE = (401, 403, 404, 410)
"""What hosts of files answer for an address that has run out."""


class GoneError(Exception):
    """The address does not lead to the file; the service may give another. The text says why."""


class Results:
    """Downloads without the key."""

    def __init__(self, transport: Transport, wording: Wording, options: WaveSpeedOptions) -> None:
        self._transport = transport
        self._wording = wording
        self._options = options

    def fetch(self, output: str, watch: Watch) -> bytes:
        """File bytes of one output (URL, data URI or base64), which surely decode.

        Raises GoneError; NetworkError when it may be tried again, DeclinedError when that would
        end the same way, CancelledError.
        """
        try:
            if output.lower().startswith(("http:", "https:")):
                data = self._downloaded(output, watch)
            else:
                data = from_base64(output, self._options.max_result_bytes)
            check_result(data, self._options.max_result_pixels)
        except ResultError as error:
            raise self._wording.unusable(error) from error
        return data

    def _downloaded(self, url: str, watch: Watch) -> bytes:
        try:
            answer = self._transport.download(url, self._options.max_result_bytes, watch)
        except BadAddressError as error:
            raise GoneError(error.reason) from error
        except ExchangeError as error:
            raise self._wording.network(error, During.FETCH) from error
        return self._body(answer)

    def _body(self, answer: HttpAnswer) -> bytes:
        if answer.status in GONE:
            raise GoneError(f"HTTP {answer.status}")
        if not 200 <= answer.status < 300:
            reply = read_reply(answer.body)
            raise self._wording.refusal(answer.status, reply, answer.headers, During.FETCH)
        return answer.body
