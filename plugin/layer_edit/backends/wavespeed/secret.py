"""The key as a value that never shows itself."""

from __future__ import annotations

from urllib.parse import quote

import requests
from requests.auth import AuthBase

from ..base import NotSetUpError

MASK = "***"


class Secret:
    """An API key. Its text is given out by `bearer` only, and `mask` takes it out of any text."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def __repr__(self) -> str:
        return f"Secret({MASK})" if self._text else "Secret('')"

    def __bool__(self) -> bool:
        return bool(self._text)

    def require(self) -> None:
        """Raise NotSetUpError, saying how to set one, when there is no key or no possible one."""
        if not self._text:
            raise NotSetUpError(
                "No WaveSpeed key is set, so nothing was sent: enter one in the docker's settings "
                "or in the environment variable WAVESPEED_API_KEY, or choose the offline backend."
            )
        if not self._text.isascii() or not self._text.isprintable() or " " in self._text:
            # Such a text would be refused by the HTTP library, in words that repeat it.
            raise NotSetUpError(
                "The WaveSpeed key holds spaces or characters no key has, so nothing was sent: "
                "copy it again from wavespeed.ai into the docker's settings or WAVESPEED_API_KEY."
            )

    def bearer(self) -> AuthBase:
        """What puts the key on a request."""
        return _Bearer(self._text)

    def mask(self, text: str) -> str:
        """The text with every occurrence of the key replaced."""
        if not self._text:
            return text
        return text.replace(self._text, MASK).replace(quote(self._text, safe=""), MASK)


class _Bearer(AuthBase):
    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return f"Bearer {MASK}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._text}"
        return request


class NoAuth(AuthBase):
    """Puts nothing on a request, and keeps `requests` from looking into a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request as it is."""
        return request
