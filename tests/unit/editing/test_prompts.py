"""The guide's template: written, read back, and what it says in the guide's own words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layer_edit.editing.prompts import KEPT, Wording, read, write

KEYS = [one.key for one in KEPT]
WORDINGS = st.builds(
    Wording,
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                ["Change", "change", "add", "the", "jacket", ".", "..", "Keep", "and", ", and"]
            ),
            max_size=7,
        ).map(" ".join),
    ),
    st.lists(st.sampled_from(KEYS), unique=True).map(tuple),
)


@given(WORDINGS)
@example(Wording("Keep the same person.", ()))
@example(Wording("x. Keep everything else unchanged", ("person",)))
@example(Wording("a . .", ("lighting",)))
def test_what_is_written_can_be_read(wording: Wording) -> None:
    """And writing what was read gives the same text again."""
    text = write(wording)
    again = read(text)
    assert again is not None
    assert write(again) == text


@given(WORDINGS.filter(lambda wording: "keep" not in wording.change.lower()))
def test_builder_and_text_stay_in_step(wording: Wording) -> None:
    """Field and chips come back as they were, but for white space and a 'Change' in front."""
    assert read(write(wording)) == wording.tidied()


@given(WORDINGS)
def test_tidying_twice_changes_nothing_more(wording: Wording) -> None:
    """It is a form, not a step on the way to one."""
    assert wording.tidied().tidied() == wording.tidied()


@pytest.mark.parametrize(
    ("change", "kept", "text"),
    [
        (
            "the jacket to black leather",
            ("person", "pose", "background", "lighting"),
            "Keep the same person, pose, and background. Change the jacket to black leather. "
            "Keep lighting natural and consistent.",
        ),
        (
            "the background to a sunlit beach at golden hour",
            ("pose", "person"),
            "Keep the same person and pose. Change the background to a sunlit beach at golden "
            "hour.",
        ),
        (
            "remove the object on the table",
            ("rest",),
            "Remove the object on the table. Keep everything else unchanged.",
        ),
        ("color of the jacket to red", (), "Change color of the jacket to red."),
        ("", ("person",), "Keep the same person."),
        ("", (), ""),
    ],
)
def test_the_template_is_the_guides(change: str, kept: tuple[str, ...], text: str) -> None:
    """Its words, its order, its commas; a change that is a sentence already stays one."""
    assert write(Wording(change, kept)) == text


@pytest.mark.parametrize(
    "text",
    [
        "make it warmer",
        "Keep the same person. change the hat.",
        "Keep the same pose and person. Change the hat.",
        "Keep the same horse. Change the hat",
        "Change the hat.  Keep lighting natural and consistent.",
    ],
)
def test_a_text_of_another_form_is_not_read(text: str) -> None:
    """What the template would write in another way is the artist's own."""
    assert read(text) is None
