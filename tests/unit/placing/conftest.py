"""The modules that place a result, with a stand-in for Krita and Qt."""

from __future__ import annotations

import sys

import pytest

from tests.unit.placing import stand_in


@pytest.fixture
def krita(monkeypatch):
    """The stand-in; what a test imports of canvas and session then is imported with it."""
    krita = stand_in.Krita()
    stand_in.Timer.made.clear()
    before = stand_in.taken_out()
    for name, module in stand_in.modules(krita).items():
        monkeypatch.setitem(sys.modules, name, module)
    yield krita
    stand_in.taken_out()
    sys.modules.update(before)
