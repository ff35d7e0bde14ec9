"""What was spent."""

import time
from dataclasses import replace

import pytest

from layer_edit.editing.geometry import Rect
from layer_edit.editing.plan import Wish
from layer_edit.jobs.job import JobRecord, JobState
from layer_edit.money import BudgetError, Ledger

PAID = replace(
    JobRecord.new(Wish("x", "wavespeed"), "L", Rect(0, 0, 9, 9), "name"),
    price=0.04,
    sent_at=1.0,
    document_path="/a.kra",
)


def job(number, **changes):
    """A job of this session, changed."""
    return replace(PAID, **{"id": str(number), "created": time.time() + 1, **changes})


@pytest.mark.parametrize(
    ("changes", "spent"),
    [
        ({"state": JobState.RUNNING}, 0.04),
        ({"state": JobState.PLACED}, 0.04),
        ({"state": JobState.UNCERTAIN}, 0.04),
        ({"state": JobState.CANCELLED}, 0.04),
        ({"state": JobState.FAILED}, 0.0),
        ({"state": JobState.CANCELLED, "sent_at": None}, 0.0),
        ({"state": JobState.PLACED, "price": None}, 0.0),
    ],
)
def test_what_was_sent_counts_and_what_failed_is_refunded(changes, spent):
    """Free, unsent and failed jobs cost nothing; everything else counts its price."""
    ledger = Ledger()
    ledger.hear(job(1, **changes))
    assert ledger.session == pytest.approx(spent)


def test_a_job_counts_once_however_often_it_is_heard_of():
    """From running to done it is the same four cents; a late failure takes them back."""
    ledger = Ledger()
    for state in (JobState.RUNNING, JobState.READY, JobState.PLACED):
        ledger.hear(job(1, state=state))
    assert ledger.session == pytest.approx(0.04)
    ledger.hear(job(1, state=JobState.FAILED))
    assert ledger.session == 0


def test_session_and_document_are_counted_apart():
    """Jobs of earlier sessions count for their document only."""
    ledger = Ledger()
    ledger.hear(job(1, created=1.0))
    ledger.hear(job(2))
    ledger.hear(job(3, document_path="", document="other"))
    assert ledger.session == pytest.approx(0.08)
    assert ledger.document("/a.kra") == pytest.approx(0.08)
    assert ledger.document("other") == pytest.approx(0.04)
    assert ledger.document("") == 0


def test_the_budget_asks_before_it_would_be_exceeded():
    """Up to the budget, to the cent, nothing is asked; no budget and no price never ask."""
    ledger = Ledger()
    ledger.hear(job(1))
    ledger.check(0.04, budget=0.08)
    ledger.check(0.04, budget=0)
    ledger.check(None, budget=0.01)
    with pytest.raises(BudgetError, match=r"\$0\.08, beyond the budget of \$0\.07"):
        ledger.check(0.04, budget=0.07)
