"""Krita 5.1: the mask by Krita's action, while the user does something else."""

from __future__ import annotations

import time

import pytest

from layer_edit.editing.compose import ComposedLayer
from layer_edit.editing.errors import LayerEditError
from layer_edit.editing.geometry import Rect
from tests.unit.placing.stand_in import Selection, turn

BOUNDS = Rect(10, 20, 4, 3)
MINE = (10, 20, 4, 3)
USERS = (1, 2, 30, 40)
ANOTHER = (5, 5, 5, 5)


class Desk:
    """An insertion into a document with a selection; another document is open too."""

    def __init__(self, krita, monkeypatch):
        from layer_edit.canvas import insert, mask_action
        from layer_edit.canvas.active import ActiveSource

        self.krita = krita
        self.other, self.document = krita.open(), krita.open()
        self.other.live = Selection(*ANOTHER)
        self.document.live = Selection(*USERS)
        monkeypatch.setattr(insert, "_fill", lambda *_arguments: iter(()))
        monkeypatch.setattr(mask_action, "PATIENCE", 0.05)
        monkeypatch.setattr(mask_action, "BY_ITSELF", 0.01)
        self.is_active_by_itself = True
        background = self.document.background
        source = ActiveSource(
            self.document, background, background.uniqueId(), "Background", BOUNDS, "flower", ""
        )
        layer = ComposedLayer(bytes(4 * 12), BOUNDS, bytes([255] * 12))
        self.steps = insert.insert(source, layer, "result", None)
        self.inserted = None

    def step(self):
        """One step of it and one turn of the event loop; False when it has ended."""
        try:
            next(self.steps)
        except StopIteration as end:
            self.inserted = end.value
            return False
        is_new = self.layers and self.document.active is self.document.background
        if is_new and self.is_active_by_itself:
            self.document.active = self.layers[0]
        turn()
        return True

    def until(self, condition):
        while not condition():
            assert self.step()

    def to_the_end(self):
        while self.step():
            time.sleep(0.001)
        turn(3)
        return self.inserted

    @property
    def layers(self):
        return [node for node in self.document.root.children if node.name() == "result"]

    @property
    def masks(self):
        """Of both documents."""
        layers = [*self.document.root.children, *self.other.root.children]
        return [mask for layer in layers for mask in layer.children]

    @property
    def selected(self):
        return [one.live and one.live.bounds for one in (self.document, self.other)]


@pytest.fixture
def desk(krita, monkeypatch):
    return Desk(krita, monkeypatch)


def test_the_layer_gets_its_mask_and_the_user_the_selection(desk):
    """And what was active is active again."""
    assert desk.to_the_end().note == ""
    (layer,) = desk.layers
    assert [mask.name() for mask in layer.children] == ["Layer Edit mask"]
    assert desk.selected == [USERS, ANOTHER]
    assert desk.document.active is layer


def test_no_mask_is_made_in_another_document(desk):
    """The action belongs to the document in front: it waits until that is the right one."""
    desk.until(lambda: desk.selected[0] == MINE)
    desk.krita.front = desk.other
    for _ in range(3):
        desk.step()
    assert desk.krita.mask_action.triggered == 0
    desk.krita.front = desk.document
    assert desk.to_the_end().note == ""
    (mask,) = desk.masks
    assert mask.parentNode() is desk.layers[0]
    assert desk.selected == [USERS, ANOTHER]


def test_a_layer_that_krita_does_not_make_active_is_made_so(desk):
    """As when another document came to the front just then; the action goes by the active layer."""
    desk.is_active_by_itself = False
    assert desk.to_the_end().note == ""
    assert [mask.parentNode() for mask in desk.masks] == desk.layers


@pytest.mark.parametrize("when", ["layer", "selection"])
def test_a_document_that_stays_behind_gets_the_layer_and_a_sentence(desk, when):
    """The layer is there, so it is placed; the selection is the user's again."""
    places = {"layer": lambda: desk.layers, "selection": lambda: desk.selected[0] == MINE}
    desk.until(places[when])
    desk.krita.front = desk.other
    inserted = desk.to_the_end()
    assert inserted.layer_id == desk.layers[0].uniqueId()
    assert "bring 'flower' to the front" in inserted.note
    assert desk.krita.mask_action.triggered == 0
    assert (desk.masks, desk.selected) == ([], [USERS, ANOTHER])


def test_an_action_that_makes_no_mask_costs_nobody_the_selection(desk):
    """The layer stays, with a sentence."""
    desk.krita.mask_action.is_dead = True
    inserted = desk.to_the_end()
    assert "did not make the mask" in inserted.note
    assert len(desk.layers) == 1
    assert desk.selected == [USERS, ANOTHER]


def test_what_the_user_selects_meanwhile_stays(desk):
    """All went well: there is nothing to wait for and nothing to say."""
    desk.until(lambda: desk.krita.mask_action.triggered)
    turn(2)
    assert desk.selected[0] is None, "used up"
    desk.document.live = Selection(*ANOTHER)
    assert desk.to_the_end().note == ""
    assert desk.selected == [ANOTHER, ANOTHER]


def test_what_the_user_selects_before_the_action_makes_no_mask(desk):
    """The mask is the edit's, and the selection the user's last one."""
    desk.until(lambda: desk.selected[0] == MINE)
    desk.document.live = Selection(*ANOTHER)
    assert desk.to_the_end().note == ""
    assert desk.selected == [ANOTHER, ANOTHER]
    assert desk.krita.mask_action.made == [MINE]


def test_dropped_at_any_step_it_leaves_neither_layer_nor_selection(krita, monkeypatch):
    """'Cancel' comes any time, also between the action and what Krita does on later turns."""
    number, was_dropped = 0, True
    while was_dropped:
        desk = Desk(krita, monkeypatch)
        was_dropped = all(desk.step() for _ in range(number))
        if was_dropped:
            desk.steps.close()
            turn(8)
            assert (desk.layers, desk.selected) == ([], [USERS, ANOTHER]), number
        number += 1
    assert number > 8


def test_a_document_that_is_closed_ends_it_at_once(desk, monkeypatch):
    """Others wait in the pump's line."""
    from layer_edit.canvas import mask_action

    monkeypatch.setattr(mask_action, "PATIENCE", 1e9)
    desk.until(lambda: desk.selected[0] == MINE)
    desk.document.close()
    desk.krita.front = desk.other
    with pytest.raises(LayerEditError, match="'flower' was closed"):
        for _ in range(3):
            desk.step()
    assert desk.selected == [None, ANOTHER]
