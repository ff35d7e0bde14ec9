"""The user's presets: what is kept can be read again at the next start."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from layer_edit.editing.errors import InputError
from layer_edit.editing.request import MAX_INSTRUCTION
from layer_edit.presets import Preset, load


class Signal:
    """Of a Qt signal what is used of it here, where nobody listens."""

    def __init__(self, *_kinds):
        pass

    def connect(self, _listener):
        pass

    def emit(self, *_values):
        pass


class Parent:
    def __init__(self, _parent=None):
        pass


@pytest.fixture
def desk(tmp_path):
    """A desk whose files were read, with a stand-in for Qt; it writes at once."""
    with pytest.MonkeyPatch.context() as patch:
        qt = SimpleNamespace(QtCore=SimpleNamespace(QObject=Parent), Signal=Signal)
        patch.setitem(sys.modules, "layer_edit.qt", qt)
        patch.delitem(sys.modules, "layer_edit.session.words_desk", raising=False)
        from layer_edit.session.words_desk import WordsDesk

        made = WordsDesk(tmp_path, lambda call: call(), None)
        made._on_read((), (), ())
        yield made
        del sys.modules["layer_edit.session.words_desk"]


def test_a_preset_that_could_not_be_read_again_is_not_kept(desk, tmp_path):
    """One that is too long would have made the file of all of them unusable."""
    desk.keep(Preset("long", "x" * MAX_INSTRUCTION))
    with pytest.raises(InputError):
        desk.keep(Preset("longer", "x" * (MAX_INSTRUCTION + 1)))
    assert [one.name for one in load(tmp_path)] == ["long"]
