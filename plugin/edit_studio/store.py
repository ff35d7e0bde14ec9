"""Where pictures lie: a folder, or S3-compatible storage. A name is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from .settings import Settings, SettingsError

NAME = re.compile(r"(uploads|outputs)/[A-Za-z0-9-]{1,100}\.(png|jpeg|webp|bin)")
"""All names there are: nothing that a client sends can lead out of the store."""


class StoreError(Exception):
    """The storage did not do its part; trying again later may help."""


class Store(Protocol):
    """Bytes by name. Every method may raise StoreError; names follow NAME."""

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes; a reader sees all of them or none."""

    def get(self, name: str) -> bytes | None:
        """The bytes, None when there are none of that name."""

    def delete(self, name: str) -> None:
        """Forget them, where they are there."""

    def older_than(self, seconds: float) -> Iterator[str]:
        """Names kept for longer than that."""


def new_name(folder: str, kind: str, stem: str = "") -> str:
    """A name nobody can guess, for example 'outputs/8f…-42….png'; it is the right to read it."""
    return f"{folder}/{stem}{'-' if stem else ''}{secrets.token_hex(16)}.{kind}"


class Folder:
    """A folder of this machine, or one that all machines share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, data: bytes) -> None:
        """Written beside, synchronised, then moved into place."""
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(beside).replace(path)
            except OSError:
                Path(beside).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StoreError(f"The folder of pictures cannot be written to: {error}.") from error

    def get(self, name: str) -> bytes | None:
        """The file's bytes."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"The folder of pictures cannot be read: {error}.") from error

    def delete(self, name: str) -> None:
        """Remove the file."""
        with contextlib.suppress(OSError):
            self._path(name).unlink(missing_ok=True)

    def older_than(self, seconds: float) -> Iterator[str]:
        """By the time of the file; what a crash left half written is removed on the way."""
        limit = time.time() - seconds
        for file in self._root.glob("*/*"):
            with contextlib.suppress(OSError):
                if file.stat().st_mtime >= limit:
                    continue
                name = f"{file.parent.name}/{file.name}"
                if NAME.fullmatch(name):
                    yield name
                elif file.name.startswith("."):
                    file.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"no name in the store: {name}")
        return self._root / name


class S3:
    """A bucket; S3 shows an object only when all of it has arrived. Needs boto3.

    Its credentials are found as boto3 finds them: environment, profile or the machine's role.
    """

    def __init__(self, bucket: str, prefix: str, endpoint: str) -> None:
        try:
            import boto3  # noqa: PLC0415 - only studios with S3 need it
            from botocore.config import Config  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError as error:
            raise SettingsError(
                "STUDIO_STORE names S3, which needs boto3: install it beside the studio."
            ) from error
        calm = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard"})
        self._client: Any = boto3.client("s3", endpoint_url=endpoint or None, config=calm)
        self._bucket, self._prefix = bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._errors: tuple[type[Exception], ...] = (BotoCoreError, ClientError)

    def put(self, name: str, data: bytes) -> None:
        """One request, whole or not at all."""
        with self._told():
            self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=data)

    def get(self, name: str) -> bytes | None:
        """The object's bytes."""
        with self._told():
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
            except self._client.exceptions.NoSuchKey:
                return None
            data: bytes = found["Body"].read()
            return data

    def delete(self, name: str) -> None:
        """Deleting what is not there is no error."""
        with self._told():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def older_than(self, seconds: float) -> Iterator[str]:
        """By the time S3 tells."""
        limit = time.time() - seconds
        with self._told():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for entry in page.get("Contents", ()):
                    name = entry["Key"].removeprefix(self._prefix)
                    if entry["LastModified"].timestamp() < limit and NAME.fullmatch(name):
                        yield name

    def _key(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise ValueError(f"no name in the store: {name}")
        return self._prefix + name

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise StoreError(f"The S3 storage did not do its part: {error}.") from error


def open_store(settings: Settings) -> Store:
    """The store that is set. Raises SettingsError."""
    if not settings.store.startswith("s3://"):
        return Folder(settings.folder)
    bucket, _, prefix = settings.store.removeprefix("s3://").partition("/")
    if not bucket:
        raise SettingsError("STUDIO_STORE names no bucket: write s3://bucket/prefix.")
    return S3(bucket, prefix, settings.s3_endpoint)
