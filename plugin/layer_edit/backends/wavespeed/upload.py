"""Brings pictures to the service: by ticket, else by multipart, else inside the request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from ...editing.request import EncodedImage
from ..base import Stage, Watch
from ..net.addresses import AddressError, checked
from ..net.exchange import HttpAnswer
from ..net.reasons import ExchangeError
from .envelope import read_data, read_reply
from .models import EditModel
from .pictures import data_uri, fitted
from .transport import Transport
from .upload_store import UploadStore
from .wording import During, Wording, status_of

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class _NextWayError(Exception):
    """This way of uploading does not work here and now."""


class Uploader:
    """Uploads pictures. Nothing it does costs anything."""

    def __init__(self, transport: Transport, store: UploadStore, wording: Wording) -> None:
        self._transport = transport
        self._store = store
        self._wording = wording

    def references(
        self, images: Sequence[EncodedImage], model: EditModel, inline: bool, watch: Watch
    ) -> tuple[list[str], tuple[str, ...]]:
        """What to put into the request for each picture, and sentences for the user.

        `inline` puts the pictures themselves there. Raises InputError, DeclinedError for a refused
        key, BusyError, NetworkError when the service cannot be reached, CancelledError.
        """
        found, notes = [], []
        for number, image in enumerate(images, 1):
            watch.report(Stage.UPLOADING, (number - 1) / len(images))
            watch.check()
            small, note = fitted(image, model.max_image_bytes, number)
            if note:
                notes.append(note)
                watch.report(Stage.UPLOADING, (number - 1) / len(images), note)
            found.append(data_uri(small) if inline else self._reference(small, watch))
        return found, tuple(notes)

    def forget(self) -> None:
        """Upload every picture anew from now on."""
        self._store.clear()

    def address(self, image: EncodedImage) -> str:
        """Where the picture was uploaded to in the last 24 hours, '' when it was not."""
        return self._store.get(self._identity(image)) or ""

    def _identity(self, image: EncodedImage) -> str:
        # An upload to one service is nothing to another.
        return hashlib.sha256(f"{self._transport.base} {image.sha256}".encode()).hexdigest()

    def _reference(self, image: EncodedImage, watch: Watch) -> str:
        if known := self.address(image):
            return known
        ways: tuple[Callable[[EncodedImage, Watch], str], ...] = (self._by_ticket, self._by_form)
        for way in ways:
            try:
                url = way(image, watch)
            except _NextWayError:
                continue
            self._store.put(self._identity(image), url)
            return url
        return data_uri(image)

    def _by_ticket(self, image: EncodedImage, watch: Watch) -> str:
        """The current way: ask where to, PUT the bytes there without the key."""
        wish = {"filename": _name(image), "size": len(image.data), "content_type": image.mime}
        try:
            answer = self._transport.post("media/uploads", wish)
        except ExchangeError as error:
            if not error.sent:
                # Nothing reached the service: the other ways would only wait for the same.
                raise self._wording.network(error, During.SUBMIT) from error
            raise _NextWayError from error
        ticket = self._data(answer)
        url, headers = _instruction(ticket)
        try:
            put = self._transport.put(url, headers, image.data, watch)
        except ExchangeError as error:
            raise _NextWayError from error
        if not 200 <= put.status < 300:
            raise _NextWayError
        return self._address(ticket)

    def _by_form(self, image: EncodedImage, watch: Watch) -> str:
        """The older way: multipart."""
        try:
            answer = self._transport.post_file(
                "media/upload/binary", _name(image), image.data, image.mime, watch
            )
        except ExchangeError as error:
            raise _NextWayError from error
        return self._address(self._data(answer))

    def _data(self, answer: HttpAnswer) -> dict[str, Any]:
        reply = read_reply(answer.body)
        status = status_of(answer.status, reply)
        if status in (401, 402, 429):
            # True of the account, so no other way would end better.
            raise self._wording.refusal(status, reply, answer.headers, During.SUBMIT)
        data = read_data(answer.body) if status == 200 else None
        if data is None:
            raise _NextWayError
        return dict(data)

    def _address(self, data: dict[str, Any]) -> str:
        url = data.get("download_url") or data.get("url")
        try:
            checked(url if isinstance(url, str) else "", self._transport.plain)
        except AddressError as error:
            raise _NextWayError from error
        return str(url)


def _instruction(ticket: dict[str, Any]) -> tuple[str, dict[str, str]]:
    upload = ticket.get("upload")
    if not isinstance(upload, dict) or not isinstance(upload.get("url"), str):
        raise _NextWayError
    headers = upload.get("headers") or {}
    texts = isinstance(headers, dict) and all(
        isinstance(text, str) for pair in headers.items() for text in pair
    )
    if str(upload.get("method", "PUT")).upper() != "PUT" or not texts:
        raise _NextWayError
    return upload["url"], headers


def _name(image: EncodedImage) -> str:
    return f"{image.sha256[:16]}.{EXTENSIONS.get(image.mime, 'bin')}"
