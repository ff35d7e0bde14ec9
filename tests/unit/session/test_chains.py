"""What is still to come after each job: in memory, on disk, and in words."""

import json

import pytest

from layer_edit.editing.runs import Run, Task, plan_run
from layer_edit.session.chains import (
    Chains,
    cancelled_words,
    failed_words,
    not_started_words,
    waiting_words,
)

(FIRST,) = plan_run(Run("one\ntwo\nthree", seed=7, steps=True))
SECOND = FIRST.next[0]


def everything(_job_id):
    """All jobs were written down."""
    return True


@pytest.fixture
def file(tmp_path):
    return tmp_path / "steps.json"


def chains_of(file, is_kept=everything):
    """As an earlier Krita left them; writes are done at once."""
    chains = Chains(file, lambda write: write())
    chains.load(is_kept)
    return chains


def test_a_job_knows_the_steps_after_it(file):
    """Two of three, and nobody has to say a word for them."""
    chains = chains_of(file)
    chains.begin({"a": FIRST}, 0.04)
    assert chains.link("a").left == 2
    assert chains.promised == pytest.approx(0.08)
    assert chains.held == ()


def test_a_plain_job_is_no_chain(file):
    """Nothing is kept of it, in memory or on disk."""
    chains = chains_of(file)
    chains.begin({"a": Task("x", 1)}, None)
    assert chains.link("a") is None
    assert not file.exists()


def test_a_step_takes_the_place_of_the_one_before(file):
    """The last one ends the chain, and the file is gone."""
    chains = chains_of(file)
    chains.begin({"a": FIRST}, None)
    chains.begin({"b": SECOND}, None, parent="a")
    assert chains.link("a") is None
    assert chains.left("b") == 1
    chains.drop("b")
    assert not file.exists()


def test_what_an_earlier_krita_left_waits_for_the_user(file):
    """With its price, and nothing of it begins by itself."""
    chains_of(file).begin({"a": FIRST}, 0.04)
    chains = chains_of(file)
    (held,) = chains.held
    assert (held.job_id, held.left, held.price) == ("a", 2, 0.04)
    assert chains.promised == 0
    chains.hold("a", is_held=False)
    assert chains.held == ()
    assert chains.promised == pytest.approx(0.08)


def test_a_step_that_was_not_written_down_is_started_anew_after_its_parent(file):
    """Krita ended between a step's beginning and its first byte on disk: nothing was sent."""
    before = chains_of(file)
    before.begin({"a": FIRST}, 0.04)
    before.begin({"b": SECOND}, 0.04, parent="a")
    (held,) = chains_of(file, lambda job_id: job_id == "a").held
    assert held.job_id == "a"
    assert held.task.next == (SECOND,)
    assert held.left == 2


def test_siblings_that_were_not_written_down_come_back_together(file):
    """Both colours of the second step."""
    (root,) = plan_run(Run("one\n{red|blue}\nthree", seed=7, steps=True))
    before = chains_of(file)
    before.begin(dict(zip("bc", root.next, strict=True)), 0.04, parent="a")
    (held,) = chains_of(file, lambda job_id: job_id == "a").held
    assert held.task.next == root.next
    assert held.left == 4


def test_a_first_step_that_was_not_written_down_is_gone(file):
    """Its pixels were never read to the end, and nothing was sent."""
    chains_of(file).begin({"a": FIRST}, 0.04)
    assert chains_of(file, lambda _job_id: False).held == ()


def test_a_last_step_that_was_written_down_needs_nobodys_word(file):
    """Nothing comes after it; the journal goes on with it."""
    before = chains_of(file)
    before.begin({"c": SECOND.next[0]}, 0.04, parent="b")
    assert chains_of(file).held == ()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"version": 1}', b'{"version": 9, "links": []}',
               b'{"version": 1, "links": [{"job": "a"}]}', b"\xff"]
)  # fmt: skip
def test_a_damaged_or_newer_file_is_left_alone(file, damage):
    """Nothing is started from it, and nothing of it is lost, by reading or by writing another."""
    file.write_bytes(damage)
    chains = chains_of(file)
    assert chains.held == ()
    assert file.read_bytes() == damage
    for job in "ab":
        chains.begin({job: FIRST}, 0.04)
        assert file.with_name("steps.unread.json").read_bytes() == damage
    assert len(chains_of(file).held) == 2


def test_the_file_says_what_is_to_come_in_plain_words(file):
    """For a look at it, and for a later version."""
    chains_of(file).begin({"a": FIRST}, 0.04)
    data = json.loads(file.read_text("utf-8"))
    assert data["version"] == 1
    assert data["links"][0]["task"]["next"][0]["instruction"] == "two"


def test_a_stopped_chain_is_told_of_in_one_sentence():
    """Which step, of how many, and what stays."""
    third = SECOND.next[0]
    assert failed_words(third) == "Step 3 of 3 failed; the first 2 layers stay."
    assert failed_words(SECOND) == "Step 2 of 3 failed; the first layer stays."
    assert failed_words(FIRST) == "Step 1 of 3 failed, so no other was started."
    assert cancelled_words(third) == "Step 3 of 3 was cancelled; the first 2 layers stay."
    assert cancelled_words(FIRST) == "Step 1 of 3 was cancelled, so no other was started."
    assert "nothing was spent" in waiting_words(SECOND)
    assert not_started_words(SECOND, "Why.").endswith("nothing was spent on it. Why.")
