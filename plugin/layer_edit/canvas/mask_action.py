"""Transparency masks on Krita 5.1, where they cannot be written: by Krita's own action.

The action belongs to the document in front and makes the mask from its selection: the user may
bring another document to the front, or select something else, in any turn of the event loop.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from krita import Krita

from ..qt import QtCore
from .lookup import active_node, is_open
from .mask import MASK_NAME
from .pump import WAIT, WAIT_MS, patiently

ACTION = "add_new_transparency_mask"
PATIENCE = 10.0
"""Seconds for Krita to make a node active or a mask; it takes some 0.1 s."""

BY_ITSELF = 0.5
"""Seconds in which Krita makes an added node active by itself, where its document is in front."""


class MaskError(RuntimeError):
    """Krita did not make the mask."""


class NotInFrontError(MaskError):
    """Another document was in front all the time."""


def is_in_front(document: Any) -> bool:
    """True for the document that Krita's actions belong to."""
    return bool(Krita.instance().activeDocument() == document)


def add_by_action(document: Any, node: Any, selection: Any) -> Generator[Any, None, None]:
    """Give an added layer a transparency mask; a second undo step.

    While another document is in front it waits, for PATIENCE. The user's selection is put back,
    whatever happens, or stays if it was made meanwhile. Raises MaskError.
    """
    users = _UsersSelection(document)
    try:
        yield from _begun(document, node, selection, users)
        if not (yield from patiently(node.childNodes, PATIENCE)):
            raise MaskError
        document.waitForDone()
        for mask in node.childNodes():
            mask.setName(MASK_NAME)
        # On later turns Krita makes the mask active, and takes away the selection it has used up.
        yield from patiently(lambda: not _is_active(document, node) and not users.is_away, PATIENCE)
    finally:
        users.give_back()
    yield WAIT
    if any(_is_active(document, mask) for mask in node.childNodes()):
        document.setActiveNode(node)


def _begun(
    document: Any, node: Any, selection: Any, users: _UsersSelection
) -> Generator[Any, None, None]:
    """Trigger the action, in a turn in which all that it goes by is found to be right."""
    now = time.monotonic()
    end, by_itself = now + PATIENCE, now + BY_ITSELF
    while not (is_in_front(document) and _is_active(document, node) and users.is_away):
        now = time.monotonic()
        if not is_open(document) or now > end:
            raise MaskError if is_in_front(document) else NotInFrontError
        if not is_in_front(document):
            by_itself = now + BY_ITSELF
        elif _is_active(document, node):
            document.waitForDone()
            users.replace(selection)
        elif now > by_itself:
            by_itself = now + BY_ITSELF
            document.setActiveNode(node)
        yield WAIT
    users.expect_use()
    Krita.instance().action(ACTION).trigger()


class _UsersSelection:
    """A document's selection while another one is needed in its place."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._kept: Any = None
        self._other: tuple[int, ...] | None = None
        """The bounds of the one in its place; None while there is none."""
        self._end = 0.0
        """Until when Krita may take that one away by itself."""

    @property
    def is_away(self) -> bool:
        """True while the other one is there: until Krita uses it up or the user selects."""
        live = self._document.selection()
        return self._other is not None and live is not None and _bounds(live) == self._other

    def replace(self, other: Any) -> None:
        """Keep what is selected now, and select something else."""
        live = self._document.selection()
        self._kept = None if live is None else live.duplicate()
        self._document.setSelection(other)
        self._other = _bounds(other)

    def expect_use(self) -> None:
        """Krita is going to use the other one up, and to take it away then."""
        self._end = time.monotonic() + PATIENCE

    def give_back(self) -> None:
        """Select again what was selected, unless the user has selected something else by then.

        Krita may still be about to take the other one away: then later.
        """
        if self._other is None or not is_open(self._document):
            return
        if self.is_away and time.monotonic() < self._end:
            QtCore.QTimer.singleShot(WAIT_MS, self.give_back)
            return
        has_none = self._document.selection() is None
        # Taking it away where there is none crashes Krita 5.1.
        if self.is_away or (has_none and self._kept is not None):
            self._document.setSelection(self._kept)
        self._other = None


def _bounds(selection: Any) -> tuple[int, ...]:
    return selection.x(), selection.y(), selection.width(), selection.height()


def _is_active(document: Any, node: Any) -> bool:
    active = active_node(document)
    return active is not None and bool(active.uniqueId() == node.uniqueId())
