"""The user's API keys: from the environment, or a file that only the user may read."""

from __future__ import annotations

import os
from pathlib import Path

from .editing.errors import InputError

ENVIRONMENT = {"wavespeed": "WAVESPEED_API_KEY"}


class KeyStore:
    """Keys by backend; the environment comes first, so that studios can set them centrally."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "keys"

    def get(self, backend: str) -> str:
        """The key, '' when none is set."""
        from_environment = os.environ.get(ENVIRONMENT.get(backend, ""), "").strip()
        if from_environment:
            return from_environment
        try:
            return (self._folder / backend).read_text("utf-8").strip()
        except OSError:
            return ""

    def put(self, backend: str, key: str) -> None:
        """Keep a key for the next start; '' forgets it. Raises InputError when it cannot."""
        path = self._folder / backend
        try:
            if not key.strip():
                path.unlink(missing_ok=True)
                return
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = path.with_name(path.name + ".part")
            part.unlink(missing_ok=True)
            # Created with its final permissions: never readable by others, not for a moment.
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(key.strip())
            part.replace(path)
        except OSError as error:
            raise InputError(
                f"The key could not be kept ({error.strerror or error}); "
                f"set {ENVIRONMENT[backend]} in the environment instead."
            ) from error
