"""What one click makes of its text: colourways, steps, variants, and how many jobs that is."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.editing.errors import InputError
from layer_edit.editing.request import SEED_RANGE
from layer_edit.editing.runs import (
    MAX_JOBS,
    MAX_NAME,
    MAX_VARIANTS,
    Run,
    Task,
    colourways,
    escaped,
    jobs_of,
    layer_name,
    plan_run,
    seeds,
)

WORDS = st.text("abc xyz", min_size=1, max_size=8).filter(str.strip)
CHOICES = st.lists(WORDS.map(str.strip), min_size=2, max_size=3, unique=True)
NASTY = st.text("ab {}|\\", min_size=1, max_size=20)


def instructions(text):
    """Of all colourways, in their order."""
    return [way.instruction for way in colourways(text)]


# -- colourways -----------------------------------------------------------------------------------


def test_a_group_makes_one_instruction_for_each_choice():
    """In the order of the choices, the rest of the text as it was."""
    assert instructions("a {red|green | navy} jacket") == [
        "a red jacket",
        "a green jacket",
        "a navy jacket",
    ]
    assert [way.choices for way in colourways("a {red|green} jacket")] == [("red",), ("green",)]


def test_several_groups_multiply():
    """The last one changes quickest."""
    assert instructions("{red|blue} {hat|scarf}") == [
        "red hat", "red scarf", "blue hat", "blue scarf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("write {hello}", "write {hello}"),
        ("a | b", "a | b"),
        ("} and {", "} and {"),
        (r"\{red\|green\}", "{red|green}"),
        (r"C:\new\\", r"C:\new" + "\\"),
        ("{a {b}", "{a {b}"),
    ],
)
def test_braces_without_a_bar_and_escaped_ones_are_plain_text(text, plain):
    """One instruction, with the backslashes of escapes gone."""
    assert instructions(text) == [plain]


def test_a_choice_named_twice_is_made_once():
    """Nobody pays twice for the same."""
    assert instructions("{red|red|blue}") == ["red", "blue"]
    assert instructions("{red|red} hat") == ["red hat"]


def test_a_group_may_follow_plain_braces():
    """The inner group counts, the outer braces are text."""
    assert instructions("{the {red|blue} one}") == ["{the red one}", "{the blue one}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a {red|green jacket", "no closing brace"),
        ("a {red|{dark|light} green}", "no closing brace"),
        ("a {red|} jacket", "{red|}' is empty"),
        ("a {|red} jacket", "is empty"),
    ],
)
def test_what_is_not_clear_is_refused_with_a_sentence(text, said):
    """Rather than guessed and paid for."""
    with pytest.raises(InputError, match=said.replace("{", r"\{").replace("|", r"\|")):
        colourways(text)


@given(st.lists(st.one_of(WORDS.map(lambda word: [word]), CHOICES), min_size=1, max_size=4))
def test_any_groups_give_all_their_combinations(parts):
    """As many different ones as the product of the choices, unless two read the same."""
    text = "/".join(part[0] if len(part) == 1 else "{" + "|".join(part) + "}" for part in parts)
    found = instructions(text)
    assert len(found) == prod(len(part) for part in parts)
    assert len(set(found)) == len(found)
    assert all(
        piece in part for one in found for piece, part in zip(one.split("/"), parts, strict=True)
    )


@given(NASTY)
def test_an_escaped_text_is_its_own_only_colourway(text):
    """So an instruction that was used can be put back into the box."""
    assert instructions(escaped(text)) == [text]


@given(st.text("abc ,.'", max_size=20))
def test_a_text_without_braces_needs_no_escaping(text):
    """It stays as it was typed."""
    assert escaped(text) == text


# -- variants -------------------------------------------------------------------------------------


@given(st.integers(SEED_RANGE[0], SEED_RANGE[-1]), st.integers(1, MAX_VARIANTS))
def test_seeds_are_distinct_valid_and_follow_from_the_first(first, number):
    """Also at the end of the range, where they begin again."""
    made = seeds(first, number)
    assert made[0] == first
    assert len(set(made)) == number
    assert all(seed in SEED_RANGE for seed in made)
    assert made == seeds(first, number)


def test_variants_come_after_colourways():
    """The first seed of every colour, then the second."""
    tasks = plan_run(Run("{red|blue}", seed=5, variants=2))
    assert [(task.instruction, task.seed, task.label) for task in tasks] == [
        ("red", 5, "red, variant 1"),
        ("blue", 5, "blue, variant 1"),
        ("red", 6, "red, variant 2"),
        ("blue", 6, "blue, variant 2"),
    ]


def test_a_plain_edit_is_one_task_without_a_label():
    """Several lines are one instruction while the steps switch is off."""
    assert plan_run(Run(" warmer\nand softer ", seed=3)) == (Task("warmer\nand softer", 3),)


# -- steps ----------------------------------------------------------------------------------------


def test_each_line_works_on_the_line_before():
    """Empty lines count for nothing."""
    (first,) = plan_run(Run("warmer\n\n  softer \nfaded\n", seed=3, steps=True))
    (second,) = first.next
    (third,) = second.next
    assert [one.instruction for one in (first, second, third)] == ["warmer", "softer", "faded"]
    assert [(one.step, one.steps) for one in (first, second, third)] == [(1, 3), (2, 3), (3, 3)]
    assert third.next == ()
    assert second.label == "step 2"


def test_one_line_is_one_task_with_the_switch_on():
    """It is no step of anything."""
    assert plan_run(Run("warmer", seed=3, steps=True)) == (Task("warmer", 3),)


def test_lines_that_colourways_share_are_done_once():
    """The first step is the same for both colours; from there the ways part."""
    (first,) = plan_run(Run("tidy up\n{red|blue} door\nfaded", seed=3, steps=True))
    assert [task.instruction for task in first.next] == ["red door", "blue door"]
    assert [task.next[0].label for task in first.next] == ["red, step 3", "blue, step 3"]
    assert jobs_of((first,)) == 5


def test_a_group_cannot_reach_over_two_steps():
    """Its brace is missing in the line where it begins."""
    with pytest.raises(InputError, match="no closing brace"):
        plan_run(Run("{red|\nblue} door", seed=3, steps=True))


# -- how many -------------------------------------------------------------------------------------


@given(
    st.lists(CHOICES, min_size=1, max_size=3),
    st.integers(1, MAX_VARIANTS),
    st.booleans(),
    st.integers(1, 3),
)
def test_the_number_of_jobs_is_counted_before_they_are_made(groups, variants, is_steps, layers):
    """Either all of them, within the limit, or a sentence and none."""
    lines = ["{" + "|".join(group) + "}" for group in groups]
    sizes = [len(group) for group in groups]
    depths = range(1, len(sizes) + 1) if is_steps else [len(sizes)]
    expected = variants * sum(prod(sizes[:depth]) for depth in depths)
    run = Run(("\n" if is_steps else "/").join(lines), 1, variants, is_steps)
    if expected * layers <= MAX_JOBS:
        assert jobs_of(plan_run(run, layers)) == expected
    else:
        with pytest.raises(InputError, match=f"{expected * layers} edits and {MAX_JOBS}"):
            plan_run(run, layers)


def test_a_flood_of_combinations_is_refused_without_making_them():
    """Ten to the thirtieth would not fit into any memory."""
    with pytest.raises(InputError, match="is the most for one click"):
        plan_run(Run("{a|b|c|d|e|f|g|h|i|j}" * 30, seed=1))


@pytest.mark.parametrize(("text", "seed"), [("", 1), (" \n ", 1), ("x", 0), ("x" * 4001, 1)])
def test_what_no_edit_takes_no_run_takes(text, seed):
    """Empty and endless texts, and seeds that no service knows; with and without steps."""
    for is_steps in (False, True):
        with pytest.raises(InputError):
            plan_run(Run(text, seed, steps=is_steps))


# -- names, and what is kept ----------------------------------------------------------------------


def test_a_layer_is_named_after_its_instruction():
    """On one line, with what tells it apart in front."""
    assert layer_name("invert") == "invert"
    assert layer_name("make it\n red", "red, variant 2") == "red, variant 2 · make it red"
    assert layer_name("x" * 60) == "x" * (MAX_NAME - 1) + "…"


@given(st.text("ab \n", max_size=100), st.text("cd,", max_size=60))
def test_a_layer_name_is_short_and_on_one_line(instruction, label):
    """However long both are, some of both can be read."""
    name = layer_name(instruction, label)
    assert len(name) <= MAX_NAME
    assert "\n" not in name
    assert name.startswith(label[:20])


@given(st.integers(1, 3), st.integers(1, 2))
def test_tasks_come_back_from_the_disk_as_they_were(colours, lines):
    """With all that follows them."""
    group = "{" + "|".join("abc"[:colours]) + "}" if colours > 1 else "a"
    tasks = plan_run(Run("\n".join([group] * lines), seed=9, variants=2, steps=True))
    assert tuple(Task.from_json(task.to_json()) for task in tasks) == tasks
