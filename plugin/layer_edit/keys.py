"""The user's API keys: from the environment, the system's keyring, or a file of the user's alone.

The keyring is used where the `keyring` library is there (Krita's own Python has none, unless the
user or the studio installed it); otherwise a file that only the user may read.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
from pathlib import Path
from typing import Any

from .editing.errors import InputError
from .texts import tr

_log = logging.getLogger(__name__)

ENVIRONMENT = {
    "wavespeed": "WAVESPEED_API_KEY",
    # Not OPENAI_API_KEY: that one must not reach a server of one's own.
    "openai-images": "LAYER_EDIT_IMAGES_KEY",
}
SERVICE = "layer-edit"
"""Under which the system's keyring keeps them."""


class KeyStore:
    """Keys by backend; the environment comes first, so that studios can set them centrally."""

    def __init__(self, folder: Path, keyring: Any = None) -> None:
        """`keyring`: the library's module; None looks for it on first use."""
        self._folder = folder / "keys"
        self._keyring = keyring
        self._known: dict[str, str] = {}

    def get(self, backend: str) -> str:
        """The key, '' when none is set."""
        from_environment = os.environ.get(ENVIRONMENT.get(backend, ""), "").strip()
        if from_environment:
            return from_environment
        if backend not in self._known:
            self._known[backend] = self._from_keyring(backend) or self._from_file(backend)
        return self._known[backend]

    @staticmethod
    def is_from_environment(backend: str) -> bool:
        """Whether a variable of the environment gives the key."""
        return bool(os.environ.get(ENVIRONMENT.get(backend, ""), "").strip())

    def put(self, backend: str, key: str) -> None:
        """Keep a key for the next start; '' forgets it. Raises InputError when it cannot."""
        key = key.strip()
        try:
            if self._in_keyring(backend, key):
                self._into_file(backend, "")
            else:
                self._into_file(backend, key)
        except OSError as error:
            raise InputError(
                tr(
                    "The key could not be kept ({error}); set {variable} in the environment "
                    "instead.",
                    error=error.strerror or error,
                    variable=ENVIRONMENT[backend],
                )
            ) from error
        self._known[backend] = key

    def _from_file(self, backend: str) -> str:
        try:
            return (self._folder / backend).read_text("utf-8").strip()
        except OSError:
            return ""

    def _into_file(self, backend: str, key: str) -> None:
        path = self._folder / backend
        if not key:
            path.unlink(missing_ok=True)
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        # Created with its final permissions: never readable by others, not for a moment.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(key)
        part.replace(path)

    def _from_keyring(self, backend: str) -> str:
        library = self._library()
        if library is None:
            return ""
        try:
            return library.get_password(SERVICE, backend) or ""
        except library.errors.KeyringError as error:
            _log.warning("the keyring did not answer: %s", type(error).__name__)
            return ""

    def _in_keyring(self, backend: str, key: str) -> bool:
        """True when the keyring took it; False where there is none that works."""
        library = self._library()
        if library is None:
            return False
        try:
            if key:
                library.set_password(SERVICE, backend, key)
            elif library.get_password(SERVICE, backend):
                library.delete_password(SERVICE, backend)
        except library.errors.KeyringError as error:
            _log.warning("the keyring did not take the key: %s", type(error).__name__)
            return False
        return True

    def _library(self) -> Any:
        if self._keyring is None and importlib.util.find_spec("keyring") is not None:
            self._keyring = importlib.import_module("keyring")
            importlib.import_module("keyring.errors")
        return self._keyring
