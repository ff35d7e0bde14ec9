"""What the actions do, against stand-ins for Krita's side; the real one is in tests/krita."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace

import pytest

from layer_edit.editing.runs import Run, plan_run
from tests.unit.results.made import record

STANDINS = {
    "layer_edit.canvas.notify": SimpleNamespace(),
    "layer_edit.canvas.host": SimpleNamespace(docker_contents=list, shown_docker=lambda: None),
    "layer_edit.session.session": SimpleNamespace(Session=object),
    "layer_edit.docker.panel": SimpleNamespace(EditPanel=object),
}


@pytest.fixture
def commands(monkeypatch):
    """The module under test."""
    canvas = importlib.import_module("layer_edit.canvas")
    monkeypatch.setattr(canvas, "notify", STANDINS["layer_edit.canvas.notify"], raising=False)
    for name, module in STANDINS.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "layer_edit.docker.commands", raising=False)
    yield importlib.import_module("layer_edit.docker.commands")
    sys.modules.pop("layer_edit.docker.commands", None)


@pytest.mark.parametrize(
    "instruction", ["make it warm", "write {a|b} on it", r"a \{x} b", "{red|blue} {x|y}"]
)
def test_the_last_instruction_makes_one_edit_whatever_stands_in_it(commands, instruction):
    """A stored instruction has its choices made: braces in it are plain text."""
    asked = []
    latest = record(1, instruction=instruction)
    session = SimpleNamespace(latest=lambda: latest, edit=asked.append)
    commands.perform("edit_last", session)
    tasks = plan_run(Run(asked[0], seed=1), 1)
    assert [task.instruction for task in tasks] == [instruction]
