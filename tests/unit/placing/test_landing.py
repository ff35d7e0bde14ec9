"""What can be clicked while a result is being placed, and what becomes of it then."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from layer_edit.docker.results.offers import all_offers, used_most
from layer_edit.docker.wording import state_words
from layer_edit.editing.errors import LayerEditError
from layer_edit.editing.geometry import Rect
from layer_edit.jobs.job import JobState, from_json, to_json
from layer_edit.jobs.runner import JobUpdate
from tests.unit.placing.stand_in import turn
from tests.unit.results.made import record

READY = replace(record(1, state=JobState.READY), placement=None)


class Table:
    """A Landing with a real pump, told of as the session does it. `layers` are those it made."""

    def __init__(self, krita, monkeypatch):
        from layer_edit.canvas.active import ActiveSource
        from layer_edit.canvas.insert import Inserted
        from layer_edit.canvas.pump import Pump
        from layer_edit.session import landing

        self.told, self.layers, self.landed = [], [], []
        self.may_end, self.inserted = True, Inserted("{layer}")
        self.document = krita.open()
        self.source = ActiveSource(
            self.document, self.document.background, "one", "Background", Rect(0, 0, 9, 9), "", ""
        )
        monkeypatch.setattr(landing, "place", self._place)
        monkeypatch.setattr(landing, "is_there", lambda _source: True)
        runner = SimpleNamespace(
            record=lambda one: self.hear(JobUpdate(one)),
            aside=None,
            in_order=lambda _call: None,
        )
        journal = SimpleNamespace(folder=lambda _id: None)
        self.landing = landing.Landing(
            Pump(), None, runner, journal, lambda one, _document: self.landed.append(one)
        )
        self._being_placed = landing.being_placed

    def hear(self, update):
        """What Session._on_update does."""
        self.told.append(self._being_placed(update))
        if update.layer is not None:
            self.landing.land(update.record, update.layer)
        elif not update.record.state.is_active:
            self.landing.ended(update.record.id)

    def arrives(self):
        """The result of the job has come."""
        if not self.landing.is_placing(READY.id):
            self.landing.opened(READY, self.source)
        self.hear(JobUpdate(READY, layer=object()))

    def _place(self, *_arguments):
        while not self.may_end:
            yield
        if isinstance(self.may_end, LayerEditError):
            raise self.may_end
        self.layers.append("layer")
        return self.inserted

    @property
    def states(self):
        return [update.record.state for update in self.told]


@pytest.fixture
def table(krita, monkeypatch):
    return Table(krita, monkeypatch)


def presence():
    from layer_edit.session.variants import Presence

    return Presence.ELSEWHERE


def test_a_result_that_is_being_placed_says_so(table):
    """As a state of its own, that is on its way: what is kept says 'Kept' from the beginning."""
    table.arrives()
    (update,) = table.told
    assert update.record.state is JobState.PLACING
    assert update.record.state.is_active
    assert state_words(update) == "Placing"
    assert state_words(JobUpdate(READY)) == "Kept, not placed"
    turn(2)
    assert table.states[1:] == [JobState.PLACED]
    assert table.landed[0].placed_as == "{layer}"


def test_nothing_is_offered_while_it_is_being_placed(krita):
    """To insert it would make a second layer, to give it up would not keep the first one off."""
    placing = READY.moved(JobState.PLACING)
    names = {offer.name for offer in all_offers(placing, presence(), False)}
    assert not names & {"insert", "forget", "retry", "save"}
    assert used_most(placing, presence(), False) == ()


def test_on_disk_it_is_ready():
    """Krita may end any time: the next start finds a result that is kept."""
    assert from_json(to_json(READY.moved(JobState.PLACING))).state is JobState.READY


def test_what_krita_ended_while_placing_is_kept_and_says_so(krita):
    """Nobody places it any more. A reason that was given stays."""
    from layer_edit.session.landing import as_found

    found = as_found(READY)
    assert state_words(JobUpdate(found)) == "Kept, not placed"
    assert "insert it" in found.message
    assert [offer.name for offer in used_most(found, presence(), False)] == ["insert", "forget"]
    kept, done = replace(READY, message="Cancelled."), READY.moved(JobState.PLACED)
    assert (as_found(kept), as_found(done)) == (kept, done)


def test_it_is_inserted_once(table):
    """Two windows' buttons may both be clicked before the result comes."""
    table.may_end = False
    table.arrives()
    table.arrives()
    table.may_end = True
    turn(4)
    assert table.layers == ["layer"]
    assert table.states[-1] is JobState.PLACED


def test_what_is_given_up_while_it_is_being_placed_becomes_no_layer(table):
    """The end that was told is the end."""
    table.may_end = False
    table.arrives()
    turn()
    table.hear(JobUpdate(READY.moved(JobState.CANCELLED, "Given up.")))
    table.may_end = True
    turn(4)
    assert table.layers == []
    assert table.states[-1] is JobState.CANCELLED


@pytest.mark.parametrize("turns", [0, 1])
def test_placing_can_be_cancelled(table, turns):
    """In the line or at work: the result is kept and says so, and can be inserted later."""
    table.may_end = False
    table.arrives()
    turn(turns)
    assert table.landing.cancel(READY.id)
    table.may_end = True
    turn(4)
    assert table.layers == []
    assert table.told[-1].record.state is JobState.READY
    assert "kept" in table.told[-1].record.message
    table.arrives()
    turn(2)
    assert table.layers == ["layer"]


def test_what_cannot_be_placed_is_kept_with_the_reason(table):
    """Nothing is remembered of its placing."""
    table.may_end = LayerEditError("No room.")
    table.arrives()
    turn(2)
    assert table.told[-1].record.state is JobState.READY
    assert table.told[-1].record.message == "No room."
    assert not table.landing.cancel(READY.id)


def test_a_layer_that_lacks_something_is_placed_and_says_what(table):
    """It is there: 'kept, not placed' would be wrong."""
    table.inserted = replace(table.inserted, note="Without its mask.")
    table.arrives()
    turn(2)
    (placed,) = table.landed
    assert (placed.state, placed.message) == (JobState.PLACED, "Without its mask.")
