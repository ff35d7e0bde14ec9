"""The pump's line goes on whatever its generators and their callbacks do."""

from __future__ import annotations

import pytest

from layer_edit.editing.errors import LayerEditError
from tests.unit.placing.stand_in import turn


@pytest.fixture
def pump(krita):
    from layer_edit.canvas.pump import Pump

    return Pump()


def steps(*values, end=None):
    """A generator of the pump that yields these."""
    yield from values
    if isinstance(end, Exception):
        raise end
    return end


def broken(_value):
    raise KeyError("a bug")


@pytest.mark.parametrize("end", ["done", LayerEditError("failed")])
def test_a_callback_that_breaks_holds_nothing_up(pump, end, caplog):
    """It is logged; Krita would show a dialog for what a slot raises. The next one is at once."""
    heard = []
    pump.run(steps(end=end), broken, broken)
    pump.run(steps(end="next"), heard.append, heard.append)
    turn(3)
    assert heard == ["next"]
    assert "a bug" in caplog.text


def test_one_that_is_dropped_within_its_last_step_is_not_told_of(pump):
    """A call of Krita ran an event loop, in which the user clicked 'Cancel'."""
    heard = []

    def clicked():
        yield
        pump.drop(running)

    running = clicked()
    pump.run(running, heard.append, heard.append)
    pump.run(steps(end="next"), heard.append, heard.append)
    turn(4)
    assert heard == ["next"]


def test_one_that_is_dropped_by_the_callback_of_the_one_before_does_not_begin(pump):
    """It is the first of the line then, and not at work."""
    begun, heard = [], []

    def second():
        begun.append("second")
        yield

    waiting = second()
    pump.run(steps(end="first"), lambda _value: pump.drop(waiting), heard.append)
    pump.run(waiting, heard.append, heard.append)
    pump.run(steps(end="third"), heard.append, heard.append)
    turn(4)
    assert (begun, heard) == ([], ["third"])


def test_what_a_dropped_one_raises_while_it_tidies_up_is_logged(pump, caplog):
    """'Cancel' is a slot too."""

    def untidy():
        try:
            yield
        finally:
            raise KeyError("a bug")

    running = untidy()
    next(running)
    pump.drop(running)
    assert "a bug" in caplog.text
