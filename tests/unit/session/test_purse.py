"""What is asked of the budget: each job at the price of its own backend and model."""

from dataclasses import replace

import pytest

from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.editing.runs import Run, plan_run
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.money import BudgetError, Ledger
from layer_edit.session.chains import Chains
from layer_edit.session.prices import Prices
from layer_edit.session.purse import Purse
from layer_edit.settings import Settings

FULL, DRAFT = 0.04, 0.02


class Desk:
    """A purse and what it looks at, which each test changes."""

    def __init__(self, folder, **settings):
        self.settings = Settings(**settings)
        self.records = []
        self.prices = Prices()
        self.chains = Chains(folder / "steps.json", lambda write: write())
        self.purse = Purse(
            Ledger(), self.prices, self.chains, lambda: self.settings, lambda: self.records
        )


def job(backend="wavespeed", model="full", **changes):
    """A job of that backend, running and not sent yet."""
    record = JobRecord.new(Wish("invert", backend, 1, model=model), "layer", Rect(0, 0, 8, 8))
    return replace(record, state=JobState.RUNNING, **changes)


def test_a_price_is_known_before_the_service_has_answered():
    """From the plugin's own table, and then as the service says."""
    prices = Prices()
    before = prices.price("wavespeed", "full")
    assert before is not None
    assert before > 0
    prices.learn("wavespeed", "full", 0.5)
    assert prices.price("wavespeed", "full") == 0.5
    assert prices.price("offline", "") is None
    assert prices.price("wavespeed", "no such model") is None


def test_a_job_is_checked_at_its_own_price(tmp_path):
    """With the offline engine chosen, doing a paid job again is paid for all the same."""
    desk = Desk(tmp_path, backend="offline", budget=0.05)
    desk.prices.learn("wavespeed", "full", FULL)
    desk.prices.learn("wavespeed", "draft", DRAFT)
    assert desk.purse.price() is None
    desk.purse.check(10)
    desk.purse.check_again(job())
    desk.records = [job(model="draft")]
    with pytest.raises(BudgetError):
        desk.purse.check_again(job())
    desk.purse.check_again(job(model="draft"))


def test_what_was_promised_counts_whatever_is_chosen_now(tmp_path):
    """Jobs that are not sent yet, and steps that will begin by themselves."""
    desk = Desk(tmp_path, backend="wavespeed", model="draft", budget=0.1)
    desk.prices.learn("wavespeed", "full", FULL)
    desk.prices.learn("wavespeed", "draft", DRAFT)
    desk.purse.check(5)
    desk.records = [job(), job(sent_at=1.0), job("comfyui", "full")]
    desk.purse.check(3)
    with pytest.raises(BudgetError):
        desk.purse.check(4)
    (task,) = plan_run(Run("one\ntwo", seed=7, steps=True))
    desk.chains.begin({"a": task}, FULL)
    desk.purse.check(1)
    with pytest.raises(BudgetError):
        desk.purse.check(2)


def test_held_steps_are_checked_together(tmp_path):
    """Each chain alone would be within the budget."""
    desk = Desk(tmp_path, backend="wavespeed", budget=0.1)
    (task,) = plan_run(Run("one\ntwo\nthree", seed=7, steps=True))
    desk.chains.begin({"a": task}, FULL)
    desk.chains.hold("a")
    desk.purse.check_held()
    desk.chains.begin({"b": task}, FULL)
    desk.chains.hold("b")
    with pytest.raises(BudgetError):
        desk.purse.check_held()


def test_the_users_word_is_for_one_sum(tmp_path):
    """What the question said may be spent then, and not a cent more."""
    desk = Desk(tmp_path, backend="wavespeed", model="full", budget=0.01)
    desk.prices.learn("wavespeed", "full", FULL)
    with pytest.raises(BudgetError) as asked:
        desk.purse.check(2)
    desk.purse.check(2, asked.value.spent)
    desk.purse.check_again(job(), asked.value.spent)
    with pytest.raises(BudgetError):
        desk.purse.check(3, asked.value.spent)
    desk.records = [job()]
    with pytest.raises(BudgetError):
        desk.purse.check(2, asked.value.spent)
