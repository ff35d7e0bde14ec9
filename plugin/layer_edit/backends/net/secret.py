"""A key as a value that never shows itself."""

from __future__ import annotations

from urllib.parse import quote

import requests
from requests.auth import AuthBase

MASK = "***"


class Secret:
    """An API key. Its text is given out by `bearer` only, and `mask` takes it out of any text."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def __repr__(self) -> str:
        return f"Secret({MASK})" if self._text else "Secret('')"

    def __bool__(self) -> bool:
        return bool(self._text)

    @property
    def is_possible(self) -> bool:
        """Whether it could be a key: others would be refused by the HTTP library, in words that
        repeat them."""
        return self._text.isascii() and self._text.isprintable() and " " not in self._text

    def bearer(self) -> AuthBase:
        """What puts the key on a request."""
        return _Bearer(self._text) if self._text else NoAuth()

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
