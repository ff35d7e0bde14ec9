"""What the docker shows of money: the answer to the last question, whichever comes last."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from layer_edit.backends.base import Health, Price
from layer_edit.keys import KeyState
from layer_edit.session.prices import Prices

PRICES = {"full": 0.04, "draft": 0.02}


class Signal:
    """Calls what is connected at once: here one thread does it all."""

    def __init__(self, _kind):
        self._listeners = []

    def __set_name__(self, owner, name):
        self._name = f"_{name}_signal"

    def __get__(self, instance, owner=None):
        return instance.__dict__.setdefault(self._name, Signal(object))

    def connect(self, listener):
        self._listeners.append(listener)

    def emit(self, value):
        for listener in self._listeners:
            listener(value)


class Parent:
    def __init__(self, _parent=None):
        pass


class Service:
    """A backend that costs something and has a balance."""

    def price(self, request):
        return Price(PRICES[request.model])

    def check(self):
        return Health("The key works.", 1.5)


@pytest.fixture
def desk():
    """A desk with a stand-in for Qt, and the questions that wait for a worker."""
    with pytest.MonkeyPatch.context() as patch:
        qt = SimpleNamespace(QtCore=SimpleNamespace(QObject=Parent), Signal=Signal)
        patch.setitem(sys.modules, "layer_edit.qt", qt)
        patch.delitem(sys.modules, "layer_edit.session.desk", raising=False)
        from layer_edit.session.desk import AccountDesk

        waiting = []
        keys = SimpleNamespace(get=lambda _backend: "key", state=lambda _backend: KeyState.SET)
        made = AccountDesk(lambda _key: Service(), keys, Prices(), waiting.append, None)
        yield made, waiting
        del sys.modules["layer_edit.session.desk"]


def test_a_late_answer_about_another_model_is_not_shown(desk):
    """The draft's came last, and the full model is chosen."""
    desk, waiting = desk
    desk.ask("wavespeed", "draft")
    desk.ask("wavespeed", "full")
    first, second = waiting
    second()
    first()
    assert (desk.account.price, desk.account.balance) == (PRICES["full"], 1.5)


def test_another_backend_is_not_shown_with_the_last_ones_balance(desk):
    """From the moment it is chosen."""
    desk, waiting = desk
    shown = []
    desk.changed.connect(shown.append)
    desk.ask("wavespeed", "full")
    waiting.pop()()
    assert shown[-1].balance == 1.5
    desk.ask("offline", "")
    assert (desk.account.price, desk.account.balance) == (None, None)
    assert shown[-1] == desk.account


def test_the_answer_to_a_test_keeps_the_price(desk):
    """Also when the price was asked for anew meanwhile."""
    desk, waiting = desk
    desk.ask("wavespeed", "full")
    waiting.pop()()
    desk.test("wavespeed")
    desk.ask("wavespeed", "full")
    test, ask = waiting
    ask()
    test()
    assert (desk.account.tested, desk.account.backend) == ("The key works.", "wavespeed")
    assert desk.account.price == PRICES["full"]


def test_a_test_of_another_backend_tells_nothing_of_this_ones_money(desk):
    """It says whose answer it is."""
    desk, waiting = desk
    desk.ask("offline", "")
    desk.test("wavespeed")
    waiting[1]()
    assert (desk.account.tested, desk.account.backend) == ("The key works.", "wavespeed")
    assert (desk.account.price, desk.account.balance) == (None, None)
