"""Registers the plugin's actions, so that they are in Krita's shortcut settings.

Texts and category are in resources/actions/layer_edit.action, which Krita reads by itself: an
action of another category could not be told from those of other plugins. None has a shortcut.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from krita import Extension, Krita

from .host import log_exception

PREFIX = "layer_edit_"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """As in texts, whose import would slow Krita's start."""
    return text


ACTIONS = {
    "edit_last": N_("Layer Edit: edit with the last instruction"),
    "focus": N_("Layer Edit: write an instruction"),
    "repeat": N_("Layer Edit: repeat with a new seed"),
    "toggle": N_("Layer Edit: show or hide the last result"),
    "next": N_("Layer Edit: next variant"),
    "previous": N_("Layer Edit: previous variant"),
    "cancel_all": N_("Layer Edit: cancel all edits"),
}
"""By the names that `perform` takes; the texts are those of the .action file."""

MENU = "tools/scripts"


class Actions(Extension):  # type: ignore[misc]
    """Krita calls `createActions` for each of its windows."""

    def __init__(self, perform: Callable[[str], None]) -> None:
        super().__init__(Krita.instance())
        self._perform = perform

    def setup(self) -> None:
        """Krita requires it."""

    def createActions(self, window: object) -> None:  # noqa: N802 - Krita's name
        """Make the actions of a new window."""
        # Not there before the plugin is used, and then `name_actions` follows.
        texts = sys.modules.get("layer_edit.texts")
        for name, text in ACTIONS.items():
            title = texts.tr(text) if texts is not None else text
            action = window.createAction(PREFIX + name, title, MENU)  # type: ignore[attr-defined]
            action.triggered.connect(lambda _checked=False, name=name: self._do(name))

    def _do(self, name: str) -> None:
        try:
            self._perform(name)
        except Exception as error:  # noqa: BLE001 - event boundary: Krita would show a dialog
            log_exception(f"the action {name}")
            _show(error)


def _show(error: Exception) -> None:
    """Say on the canvas what has kept an action from being begun at all.

    What it meets later, the action itself says.
    """
    from ..texts import tr  # noqa: PLC0415 - Krita's start must not pay for it
    from ..vendored import MissingLibrariesError  # noqa: PLC0415
    from .notify import show_on_canvas  # noqa: PLC0415

    sentence = str(error)
    if not isinstance(error, MissingLibrariesError):
        sentence = tr("Something unexpected went wrong in the plugin; the log has the details.")
    show_on_canvas(sentence, is_good=False)


def name_actions(translated: Callable[[str], str]) -> None:
    """Give the actions of the window in front their texts in the user's language."""
    for name, text in ACTIONS.items():
        action = Krita.instance().action(PREFIX + name)
        if action is not None:
            action.setText(translated(text))


def register_actions(perform: Callable[[str], None]) -> None:
    """Tell Krita of the actions; `perform` is called with the name of one of ACTIONS."""
    Krita.instance().addExtension(Actions(perform))
