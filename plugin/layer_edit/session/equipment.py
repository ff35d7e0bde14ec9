"""What edits are made with: the settings, the keys, and the backends made from both."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from .. import settings as settings_file
from ..assembly import make_backend, no_keys
from ..backends.base import Backend
from ..editing.geometry import Size
from ..editing.limits import ImageLimits
from ..editing.plan import Wish
from ..editing.selection import Framing
from ..keys import KeyStore
from ..settings import Settings


class Equipment:
    """Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the data folder."""
        self.keys = KeyStore(folder)
        self.settings = settings_file.load(folder)
        self._plain: dict[str, Backend] = {}
        self._keyed: dict[str, tuple[str, Backend]] = {}
        # Never held while the keyring is asked: the main thread takes it as well.
        self._making = threading.Lock()

    def plain(self, key: str) -> Backend:
        """The backend with that key, made on first use without an API key.

        It knows its limits, its slots and the prices of its table, and never asks the keyring.
        """
        with self._making:
            if key not in self._plain:
                self._plain[key] = make_backend(key, self.settings, no_keys)
            return self._plain[key]

    def backend(self, key: str) -> Backend:
        """The backend with that key, made on first use with the user's settings and API key.

        May wait until the user has unlocked the keyring: for a worker thread.
        """
        plain = self.plain(key)
        secret = self.keys.get(key)
        with self._making:
            if not secret:
                self._keyed.pop(key, None)
                return plain
            # Beside the key it was made with: another one may have been entered since.
            made = self._keyed.get(key)
            if made is None or made[0] != secret:
                made = secret, make_backend(key, self.settings, lambda _key: secret)
                self._keyed[key] = made
            return made[1]

    def use(self, settings: Settings) -> None:
        """Take new settings; backends are made anew with them."""
        with self._making:
            self.settings = settings
            self._plain.clear()
            self._keyed.clear()

    def slots(self, key: str) -> int:
        """How many jobs that backend takes at once. Raises InputError when it cannot be made."""
        return self.plain(key).concurrency

    @property
    def limits(self) -> ImageLimits:
        """What the chosen backend takes; makes it, which may take some 60 ms the first time."""
        return self.plain(self.settings.backend).limits

    @property
    def known_limits(self) -> ImageLimits | None:
        """The same, None until the backend has been made."""
        backend = self._plain.get(self.settings.backend)
        return None if backend is None else backend.limits

    def framing(self) -> Framing:
        """What is sent around a selection; the backend's sizes count once it has been loaded."""
        settings = self.settings
        limits = self.known_limits or ImageLimits()
        if settings.size and limits.sizes:
            # The crop is extended to the ratio that is asked for, not to the nearest one.
            limits = replace(limits, sizes=(Size.parse(settings.size),))
        return Framing(settings.context, settings.grow, settings.feather, limits)

    def wish(self, instruction: str, seed: int, limits: ImageLimits) -> Wish:
        """The wish that the settings make of an instruction."""
        settings = self.settings
        wish = Wish(
            instruction,
            settings.backend,
            seed,
            background=settings.background,
            grow=settings.grow,
            feather=settings.feather,
            protect=settings.protect,
        )
        if settings.backend == "offline":
            return wish
        return replace(
            wish,
            size=Size.parse(settings.size) if settings.size and limits.sizes else None,
            output_format=settings.output_format,
            model=settings.model,
        )
