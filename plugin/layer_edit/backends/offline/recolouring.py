"""Reads 'change the yellow to magenta' and its kin.

One free word may follow the source colour ('the yellow flower'): the engine recolours everything
of that colour and says so, so the word need not be known. It must not be one that places or limits
the change ('the yellow left'), as the engine knows no places.
"""

from __future__ import annotations

from .adjustment import Op
from .amounts import FACTORS, UNITS
from .colours import COLOURS, MODIFIERS
from .step import Step
from .tokens import Kind, Token, read_colour
from .vocabulary import PHRASES
from .words import POLITE, word_set

_LINKING_VERBS = word_set("change convert replace shift switch transform")
"""Verbs that need 'to' or 'with' before the target."""

_DIRECT_VERBS = word_set("make turn recolour colour paint dye tint")

_BEFORE_SOURCE = word_set(
    "from the all every any everything anything that is are that's of my its this these"
)
_LINKS = word_set("to into with")
_BEFORE_TARGET = word_set("be become look a an the colour")
_AFTER_TARGET = word_set("colour tone instead one ones please now")
_WHOLE = (
    ("in", "the", "picture"),
    ("in", "the", "image"),
    ("in", "the", "photo"),
    ("of", "the", "picture"),
    ("of", "the", "image"),
    ("of", "the", "photo"),
)

_NO_NOUNS = (
    word_set(
        "not no none never without except excluding but only than near behind under over above "
        "below beneath left right top bottom upper lower leftmost rightmost inside outside inner "
        "outer next beside between around from out off away where which who when if because "
        "instead remove removes delete erase add adds put replace keep leave centre center middle "
        "corner corners side edge half at on in by for and or it them more less with to into be "
        "become look the a an first second third last biggest largest smallest disappear vanish "
        "bigger smaller please then"
    )
    | POLITE
    | frozenset(COLOURS)
    | frozenset(MODIFIERS)
    | frozenset(UNITS)
    | frozenset(word for phrase in (*PHRASES, *FACTORS) for word in phrase.split())
)
"""Words that cannot be the thing after the source colour."""


def read_recolour(tokens: tuple[Token, ...]) -> Step | None:
    """A RECOLOUR step, or None when the clause is not exactly of that form. Never raises."""
    rest = _without_polite(list(tokens))
    verb = ""
    if rest and rest[0].text in _LINKING_VERBS | _DIRECT_VERBS:
        verb = rest.pop(0).text
    while rest and rest[0].text in _BEFORE_SOURCE:
        del rest[0]
    if not rest or rest[0].text not in COLOURS:
        return None
    source = COLOURS[rest.pop(0).text]
    noun = ""
    if len(rest) > 1 and _is_noun(rest[0]):
        noun = rest.pop(0).text
    if tuple(token.text for token in rest[:3]) in _WHOLE:
        del rest[:3]
    linked = bool(rest) and rest[0].text in _LINKS
    if linked:
        del rest[0]
    elif verb not in _DIRECT_VERBS:
        return None
    while rest and rest[0].text in _BEFORE_TARGET:
        del rest[0]
    found = read_colour(rest, 0)
    if found is None:
        return None
    target, used = found
    if any(token.text not in _AFTER_TARGET | {noun} for token in rest[used:]):
        return None
    if target == source:
        return None
    return Step(Op.RECOLOUR, colours=(source, target), noun=noun)


def _without_polite(tokens: list[Token]) -> list[Token]:
    while tokens and tokens[0].text in POLITE:
        del tokens[0]
    while tokens and tokens[-1].text in POLITE - {"to"}:
        del tokens[-1]
    return tokens


def _is_noun(token: Token) -> bool:
    return token.kind is Kind.WORD and token.text not in _NO_NOUNS
