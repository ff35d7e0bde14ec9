"""Asks for API keys and keeps them, on workers: the keyring may wait for the user to unlock it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ..editing.errors import LayerEditError
from ..keys import Kept, KeyState, KeyStore
from ..qt import QtCore, Signal
from ..texts import tr


@dataclass(frozen=True)
class KeyNews:
    """How keeping the key of a backend ended: `error` where it could not be kept."""

    backend: str
    kept: Kept | None
    error: LayerEditError | None = None

    @property
    def sentence(self) -> str:
        """For the user; the key is no part of it."""
        if self.error is not None:
            return self.error.message
        if self.kept is Kept.KEYRING:
            return tr("The key is kept in the system's keyring.")
        if self.kept is Kept.FILE:
            return tr("The key is kept in a file that only you can read.")
        return tr("No key is set.")


class KeyDesk(QtCore.QObject):
    """Signals: `changed(str)`, what is known of that backend's key is other than it was;
    `told(KeyNews)`, a key was kept or forgotten, or could not be.

    Lives on the main thread, and never waits there. `aside` runs a call on a worker.
    """

    changed = Signal(str)
    told = Signal(object)

    def __init__(
        self,
        keys: KeyStore,
        aside: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._aside = aside
        self._asked: set[str] = set()
        self._waiting: deque[tuple[str, str]] = deque()
        self._in_turn = threading.Lock()

    def state(self, backend: str) -> KeyState:
        """What is known of the key by now. UNKNOWN begins to ask; `changed` tells the answer."""
        state = self._keys.state(backend)
        if state is KeyState.UNKNOWN and backend not in self._asked:
            self._asked.add(backend)
            self._aside(lambda: self._ask(backend))
        return state

    def is_awaited(self, backend: str) -> bool:
        """Whether the keyring has not answered yet: the user may have to unlock it."""
        return self.state(backend) is KeyState.UNKNOWN

    def is_from_environment(self, backend: str) -> bool:
        """Whether a variable of the environment gives the key."""
        return self._keys.is_from_environment(backend)

    def put(self, backend: str, key: str) -> None:
        """Use a key from now on and keep it; '' forgets it. `told` says how keeping ended.

        What cannot be kept holds until Krita's end.
        """
        self._keys.take(backend, key)
        self._waiting.append((backend, key))
        self._aside(self._keep_next)
        self.changed.emit(backend)

    def _ask(self, backend: str) -> None:
        self._keys.get(backend)
        self.changed.emit(backend)

    def _keep_next(self) -> None:
        """On a worker; one at a time, in the order in which they were entered."""
        with self._in_turn:
            backend, key = self._waiting.popleft()
            try:
                news = KeyNews(backend, self._keys.keep(backend, key))
            except LayerEditError as error:
                news = KeyNews(backend, None, error)
            self.told.emit(news)
