"""What edits are made with: the settings, the keys, and the backends made from both."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from .. import settings as settings_file
from ..assembly import make_backend
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
        self._backends: dict[str, Backend] = {}
        self._making = threading.Lock()

    def backend(self, key: str) -> Backend:
        """The backend with that key, made on first use with the user's settings and key."""
        # Also called on workers: one must not keep a backend that was made with an older key.
        with self._making:
            if key not in self._backends:
                self._backends[key] = make_backend(key, self.settings, self.keys)
            return self._backends[key]

    def use(self, settings: Settings) -> None:
        """Take new settings; backends are made anew with them."""
        with self._making:
            self.settings = settings
            self._backends.clear()

    def set_key(self, backend: str, key: str) -> None:
        """Keep an API key ('' forgets it). Raises InputError when it cannot be kept."""
        with self._making:
            self.keys.put(backend, key)
            self._backends.clear()

    @property
    def limits(self) -> ImageLimits:
        """What the chosen backend takes; makes it, which may take some 60 ms the first time."""
        return self.backend(self.settings.backend).limits

    @property
    def known_limits(self) -> ImageLimits | None:
        """The same, None until the backend has been made."""
        backend = self._backends.get(self.settings.backend)
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
