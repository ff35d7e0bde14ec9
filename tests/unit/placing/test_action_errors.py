"""An action that cannot be begun says why, on the canvas: no docker may be there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from layer_edit.vendored import MissingLibrariesError
from tests.unit.placing.stand_in import Signal

SENTENCE = "The folder vendor is missing: import the package of Layer Edit again."


def trigger(error):
    """By a shortcut: the first of the actions, which meets that error."""
    from layer_edit.canvas.actions import Actions

    def perform(_name):
        raise error

    made = []

    def create(*_names):
        made.append(SimpleNamespace(triggered=Signal()))
        return made[-1]

    Actions(perform).createActions(SimpleNamespace(createAction=create))
    made[0].triggered.receivers[0]()


@pytest.mark.parametrize(
    ("error", "said"),
    [(MissingLibrariesError(SENTENCE), SENTENCE), (KeyError("a bug"), "Something unexpected")],
)
def test_an_action_that_cannot_be_begun_says_why(krita, error, said):
    """One sentence, as what went wrong, for long enough to be read."""
    krita.open()
    trigger(error)
    ((text, icon, milliseconds, _priority),) = krita.shown
    assert text.startswith(said)
    assert "a bug" not in text
    assert icon == "dialog-warning"
    assert milliseconds / 1000 >= len(text) / 20


def test_without_a_canvas_nothing_can_be_said(krita):
    """It is in the log; no dialog of Krita's."""
    trigger(MissingLibrariesError(SENTENCE))
    assert krita.shown == []
