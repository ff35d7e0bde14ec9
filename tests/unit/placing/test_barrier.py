"""A layer with a mask is made for a copy of the document, between two strokes of the artist."""

from __future__ import annotations

import pytest

from layer_edit.editing.compose import ComposedLayer
from layer_edit.editing.errors import LayerEditError
from layer_edit.editing.geometry import Rect
from tests.unit.placing.stand_in import Krita, turn


class Run:
    """The insertion of a result above a layer that multiplies, by the pump."""

    def __init__(self, krita: Krita, monkeypatch):
        from layer_edit.canvas import insert, new_layer
        from layer_edit.canvas.active import ActiveSource
        from layer_edit.canvas.pump import Pump

        monkeypatch.setattr(insert, "_fill", lambda *_arguments: iter(()))
        monkeypatch.setattr(new_layer, "PATIENCE", 1e9)
        self.document = krita.open()
        background = self.document.background
        monkeypatch.setattr(background, "blendingMode", lambda: "multiply")
        bounds = Rect(0, 0, 4, 3)
        source = ActiveSource(
            self.document, background, background.uniqueId(), "Background", bounds, "flower", ""
        )
        self.told, self.pump = [], Pump()
        steps = insert.insert(source, ComposedLayer(bytes(48), bounds), "result", None)
        self.pump.run(steps, self.told.append, self.told.append)


@pytest.fixture
def run(krita, monkeypatch):
    return Run(krita, monkeypatch)


def test_the_layer_is_made_when_the_stroke_ends(run):
    """It waits as long as the artist paints; the copy is closed again."""
    run.document.is_free = False
    turn(3)
    assert run.told == []
    run.document.is_free = True
    turn(2)
    assert [node.name() for node in run.document.root.children] == ["Background", "result"]
    assert run.document.copies == ["closed"]
    assert run.document.is_locked is False


def test_a_document_that_is_closed_is_not_waited_for(run):
    """Krita says of it for ever that it is busy; what comes next in the line is done."""
    run.document.is_free = False
    turn(2)
    run.document.close()
    run.pump.run((one for one in ()), lambda _value: run.told.append("next"), run.told.append)
    turn(3)
    error, after = run.told
    assert isinstance(error, LayerEditError)
    assert "'flower' was closed" in error.message
    assert "kept" in error.message
    assert after == "next"


def test_a_document_that_stays_busy_holds_the_line_up_for_a_while_only(run, monkeypatch):
    """The result is kept, with the reason."""
    from layer_edit.canvas import new_layer

    monkeypatch.setattr(new_layer, "PATIENCE", 0.0)
    run.document.is_free = False
    turn(3)
    (error,) = run.told
    assert "busy" in error.message
    assert "kept" in error.message
    assert len(run.document.root.children) == 1
