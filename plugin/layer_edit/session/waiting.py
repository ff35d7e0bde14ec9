"""Waiting for a worker within a generator of the pump, without holding up the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from ..canvas.pump import WAIT
from ..editing.errors import LayerEditError
from ..texts import tr

Aside = Callable[[Callable[[], object]], object]
"""Runs a call on a worker."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Later(Generic[T]):
    """A call that has been handed to a worker."""

    def __init__(self, aside: Aside, call: Callable[[], T]) -> None:
        self._call = call
        self._results: list[T] = []
        self._error: LayerEditError | None = None
        aside(self._work)

    @property
    def is_over(self) -> bool:
        """Whether `result` has something to say."""
        return bool(self._results) or self._error is not None

    def result(self) -> T:
        """What the call returned. Raises its LayerEditError, or one that says that it broke."""
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _work(self) -> None:
        try:
            self._results.append(self._call())
        except LayerEditError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - the thread's boundary
            _log.exception("work aside")
            message = tr("Something unexpected went wrong in the plugin; the log has the details.")
            self._error = LayerEditError(message, repr(error))


def on_worker(aside: Aside, call: Callable[[], T]) -> Generator[Any, None, T]:
    """Wait for a call on a worker; returns what it returns. Raises what `Later.result` does."""
    later = Later(aside, call)
    while not later.is_over:
        yield WAIT
    return later.result()
