"""Texts in the user's language, and in English where there is none."""

from __future__ import annotations

import pytest

from layer_edit import texts


def test_placeholders_are_filled() -> None:
    """Values take the places of their names."""
    assert texts.tr("{name} of {count}", name="a{b}", count=3) == "a{b} of 3"
    assert texts.tr("100 % {unfilled}") == "100 % {unfilled}"


@pytest.mark.parametrize(("number", "expected"), [(1, "1 layer"), (2, "2 layers")])
def test_numbers_choose_the_form(number: int, expected: str) -> None:
    """One thing is not 'things'."""
    assert texts.ntr("{number} layer", "{number} layers", number) == expected


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["de-AT", "en-US"], "de"),
        (["zh_CN.UTF-8"], "zh_CN"),
        (["zh-Hans-CN"], "zh_CN"),
        (["pt-BR", "es-AR"], "es"),
        (["nl"], "en"),
        ([], "en"),
    ],
)
def test_the_closest_language_is_taken(wanted: list[str], found: str) -> None:
    """A region that is not there means the language's only catalogue."""
    assert texts.closest(wanted) == found
