"""Every fault at every stage of a whole job loses nothing that was paid and pays nothing twice."""

from __future__ import annotations

import re

import pytest

from tests.contract.job_matrix import SHORT, Outcome, as_table, run_all
from tests.double import Call, Fault

PAID_AND_EMPTY = (Fault.OUTPUTS_EMPTY, Call.POLL)
"""The service itself calls it completed and has no picture, at both addresses."""

MONEY = ("spent", "cost", "$", "paid", "refund", "charge", "7 days")


@pytest.fixture
def short_pauses(monkeypatch):
    for module, name, value in SHORT:
        monkeypatch.setattr(module, name, value)


def test_every_fault_at_every_stage(tmp_path, short_pauses, capsys):
    """Final state, money, submits and message of each cell, as a table."""
    found = run_all(tmp_path)
    wrong = [(one, problem) for one in found for problem in problems(one)]
    with capsys.disabled():
        print("\n" + as_table(found))
        print(f"{len(found)} cells, the slowest {max(one.seconds for one in found):.1f} s")
    assert not wrong, "\n".join(f"{problem}: {one}" for one, problem in wrong)


def problems(one: Outcome) -> list[str]:
    """What is wrong with a cell, in words."""
    refunded = one.spent == 0
    is_paid = one.accepted > 0 and not refunded
    excepted = (one.fault, one.stage) == PAID_AND_EMPTY
    checks = {
        "did not stop": one.meanwhile != "hung" and one.final in ("ready", "failed"),
        "accepted twice": one.accepted <= 1 and one.spent in (0, 0.04),
        "sent again after it was accepted": one.late_submits == 0,
        "a paid result is lost": not is_paid or excepted or one.final == "ready",
        "failed though paid for": one.final != "failed" or refunded or excepted,
        "not paid for": one.final != "ready" or is_paid,
        "wrong pixels": one.final != "ready" or one.pixels == "right",
        "no result on disk": one.final != "ready" or one.kept,
        "the key leaks": not one.leaks,
        "a bad sentence": is_good_sentence(one),
    }
    return [problem for problem, is_fine in checks.items() if not is_fine]


def is_good_sentence(one: Outcome) -> bool:
    """One or two sentences that speak of the money; nothing while all is well."""
    if one.meanwhile in ("ready", "waiting"):
        return one.message == ""
    sentences = re.split(r"(?<=[.!?…])\s+(?=[A-Z])", one.message)
    speaks = any(word in one.message for word in MONEY)
    return 1 <= len(sentences) <= 2 and speaks and one.message.endswith(".")
