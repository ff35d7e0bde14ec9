"""Words that several of the grammar's readers share."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text with spaces between them."""
    return frozenset(text.split())


ARTICLES = word_set("the a an its some any")

POLITE = word_set(
    "please can could would will you i i'd we want like need to just now kindly also so let's lets "
    "go ahead"
)
"""Words around an instruction that say nothing about the picture."""
