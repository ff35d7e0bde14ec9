"""The user's API keys: from the environment, the system's keyring, or a file of the user's alone.

The keyring is used where the `keyring` library is there (Krita's own Python has none, unless the
user, the studio or the system's packages installed it); otherwise a file that only the user may
read. The keyring may ask the user to unlock it and answer only then: what waits for it here is for
worker threads.
"""

from __future__ import annotations

import enum
import importlib
import importlib.util
import logging
import os
import threading
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


class KeyState(enum.Enum):
    """What is known of a key, without a word of it."""

    UNKNOWN = "unknown"
    """The keyring and the file have not been asked yet."""
    NONE = "none"
    SET = "set"


class Kept(enum.Enum):
    """Where a key is now."""

    KEYRING = "keyring"
    FILE = "file"
    NOWHERE = "nowhere"
    """It was forgotten."""


class KeyStore:
    """Keys by backend; the environment comes first, so that studios can set them centrally.

    Safe to use from several threads. `get`, `keep` and `put` may wait for the keyring.
    """

    def __init__(self, folder: Path, keyring: Any = None) -> None:
        """`keyring`: the library's module; None looks for it on first use."""
        self._folder = folder / "keys"
        self._keyring = keyring
        self._known: dict[str, str] = {}
        # Held while the keyring is asked: the user is to see one question at a time.
        self._asking = threading.Lock()

    def get(self, backend: str) -> str:
        """The key, '' when none is set and for backends that have none."""
        from_environment = _from_environment(backend)
        if from_environment or backend not in ENVIRONMENT:
            return from_environment
        if backend not in self._known:
            with self._asking:
                if backend not in self._known:
                    # A file is there only when the keyring did not take the last key that was set.
                    found = self._from_file(backend) or self._from_keyring(backend)
                    # One that was taken meanwhile is newer.
                    self._known.setdefault(backend, found)
        return self._known[backend]

    def state(self, backend: str) -> KeyState:
        """What is known of the key by now; never waits."""
        if _from_environment(backend):
            return KeyState.SET
        if backend not in ENVIRONMENT:
            return KeyState.NONE
        known = self._known.get(backend)
        if known is None:
            return KeyState.UNKNOWN
        return KeyState.SET if known else KeyState.NONE

    @staticmethod
    def is_from_environment(backend: str) -> bool:
        """Whether a variable of the environment gives the key."""
        return bool(_from_environment(backend))

    def take(self, backend: str, key: str) -> None:
        """Use this key from now on; '' for none. Keeps it nowhere and never waits."""
        self._known[backend] = key.strip()

    def put(self, backend: str, key: str) -> Kept:
        """Use a key and keep it for the next start; '' forgets it. Raises what `keep` does."""
        self.take(backend, key)
        return self.keep(backend, key)

    def keep(self, backend: str, key: str) -> Kept:
        """Keep a key for the next start; '' forgets it.

        Raises InputError when it cannot be kept, or the keyring does not let go of it.
        """
        key = key.strip()
        with self._asking:
            is_done, is_there = self._in_keyring(backend, key)
            try:
                self._into_file(backend, "" if is_done else key)
            except (OSError, UnicodeError) as error:
                raise InputError(
                    tr(
                        "The key could not be kept ({error}); set {variable} in the environment "
                        "instead.",
                        error=getattr(error, "strerror", "") or type(error).__name__,
                        variable=ENVIRONMENT[backend],
                    )
                ) from error
        if key:
            return Kept.KEYRING if is_done else Kept.FILE
        if is_there and not is_done:
            raise InputError(
                tr(
                    "The system's keyring did not answer, so a key in it comes back at the next "
                    "start: unlock the keyring, then forget the key again."
                )
            )
        return Kept.NOWHERE

    def _from_file(self, backend: str) -> str:
        try:
            return (self._folder / backend).read_text("utf-8").strip()
        except (OSError, ValueError):
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
        except Exception as error:  # noqa: BLE001 - another process, by libraries of many kinds
            _log.warning("the keyring did not answer: %s", type(error).__name__)
            return ""

    def _in_keyring(self, backend: str, key: str) -> tuple[bool, bool]:
        """Whether the keyring did it, and whether there is one at all."""
        library = self._library()
        if library is None:
            return False, False
        try:
            if key:
                library.set_password(SERVICE, backend, key)
            elif library.get_password(SERVICE, backend):
                library.delete_password(SERVICE, backend)
        except Exception as error:  # noqa: BLE001 - another process, by libraries of many kinds
            _log.warning("the keyring did not take the key: %s", type(error).__name__)
            return False, not isinstance(error, getattr(library.errors, "NoKeyringError", ()))
        return True, True

    def _library(self) -> Any:
        if self._keyring is None and importlib.util.find_spec("keyring") is not None:
            try:
                importlib.import_module("keyring.errors")
                self._keyring = importlib.import_module("keyring")
            except ImportError as error:
                _log.warning("the keyring's library cannot be used: %s", error)
        return self._keyring


def _from_environment(backend: str) -> str:
    return os.environ.get(ENVIRONMENT.get(backend, ""), "").strip()
