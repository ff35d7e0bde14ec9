"""Hints: what lacks a word about what stays, and what is several tasks; no false alarms."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit.editing.hints import says_what_stays, split_tasks
from layer_edit.paths import resources_folder

GUIDE = [
    "Keep the same person and pose. Change the outfit to a light gray sweater and add gold "
    "thin-rimmed glasses. Keep the background and lighting unchanged.",
    "Keep identity and composition. Replace the jacket with a black leather jacket; keep realistic "
    "fabric texture and natural shadows.",
    "Keep the subject unchanged. Remove the object on the table and keep the scene lighting "
    "consistent.",
    "Keep the person and pose. Change the background to a sunlit beach at golden hour.",
]
"""The model page's own examples."""

PRESETS = [
    entry["text"]
    for entry in json.loads((resources_folder() / "presets.json").read_text("utf-8"))["presets"]
    if not entry["offline"]
]


@pytest.mark.parametrize("text", GUIDE + PRESETS)
def test_nothing_is_said_about_the_guides_examples_and_the_presets(text: str) -> None:
    """They are how it should be."""
    assert says_what_stays(text)
    assert split_tasks(text) == ()


@pytest.mark.parametrize(
    "text", ["make the jacket red", "a red hat on the dog", "外套改成红色皮革"]
)
def test_nothing_is_said_to_stay(text: str) -> None:
    """A change alone."""
    assert not says_what_stays(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sepia",
        "more contrast",
        "a red hat, nothing else",
        "make only the jacket red",
        "don't change the face, but age the hands",
        "mach die Jacke rot, der Rest bleibt",
        "la veste en rouge, garder le visage",
        "la chaqueta roja, mantener la cara",
        "背景を変えて、人物はそのまま",
        "把外套改成红色，背景保持不变",
    ],
)
def test_something_is_said_to_stay_or_the_text_is_short(text: str) -> None:
    """In any language of the window."""
    assert says_what_stays(text)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (
            "Remove the lamp. Add a plant on the table.",
            ("Remove the lamp.", "Add a plant on the table."),
        ),
        (
            "Remove the lamp, add a plant and make the wall blue. Keep the person unchanged.",
            (
                "Remove the lamp. Keep the person unchanged.",
                "Add a plant. Keep the person unchanged.",
                "Make the wall blue. Keep the person unchanged.",
            ),
        ),
        ("- remove the cat\n- add a dog", ("Remove the cat.", "Add a dog.")),
        (
            "Change the coat to wool. Make it look worn. Then remove the hat!",
            ("Change the coat to wool. Make it look worn.", "Remove the hat!"),
        ),
    ],
)
def test_several_tasks_become_steps(text: str, steps: tuple[str, ...]) -> None:
    """One each, with what is to stay; how a task is to be done stays with it."""
    assert split_tasks(text) == steps


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Change the jacket to red leather. Make it look worn.",
        "Change the sweater to wool. Add realistic shadows.",
        "Change the sky to dusk, then turn the lights on.",
        "warmer, more contrast and less noise",
        "a woman placing a cup; a man opening a door",
        "Replace the sky with a sunset; make the light warm",
    ],
)
def test_one_task_is_left_alone(text: str) -> None:
    """Two of one sentence, wishes about one thing, and descriptions are no list of tasks."""
    assert split_tasks(text) == ()


@given(st.text(max_size=200))
def test_any_text_can_be_asked_about(text: str) -> None:
    """Steps are sentences; splitting one of them finds no further tasks in it."""
    for step in split_tasks(text):
        assert step.strip()
        assert "\n" not in step
