"""Cuts tokens into clauses, and sets apart what is said to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .adjustment import Form
from .tokens import Kind, Token
from .vocabulary import PHRASES
from .words import word_set

_OPENERS = (
    ("keep",),
    ("keeping",),
    ("leave",),
    ("leaving",),
    ("preserve",),
    ("preserving",),
    ("maintain",),
    ("maintaining",),
    ("retain",),
    *(
        (*start, verb)
        for start in (("do", "not"), ("don't",), ("dont",), ("never",))
        for verb in ("change", "alter", "touch", "modify", "affect")
    ),
    *(("without", verb) for verb in ("changing", "altering", "touching", "modifying", "affecting")),
)
"""What a keep clause begins with."""

_SPLITTERS = ("without", "while", "whilst", "keeping", "leaving", "preserving", "maintaining")
"""Words that begin a keep clause in the middle of another."""

_LEADS = ("please", "also", "while", "whilst", "so", "just")

_TAILS = (
    ("exactly", "as", "it", "is"),
    ("exactly", "as", "they", "are"),
    ("as", "it", "is"),
    ("as", "they", "are"),
    ("exactly", "the", "same"),
    ("as", "is"),
    ("the", "same"),
    ("unchanged",),
    ("untouched",),
    ("unaltered",),
    ("intact",),
    ("alone",),
)
"""What a keep clause may end with."""

_DETERMINERS = word_set(
    "the its his her their my your all everything every other both this that these those any "
    "anything"
)

_INSTRUCTING = word_set(
    "make makes turn turns change changes should must shall will can could would become becomes "
    "is are be add adds remove removes replace replaces delete erase put give set to into more "
    "less increase decrease reduce raise boost lower not except only instead"
)
"""Words that show that a clause asks for something rather than names something."""

_LONGEST_KEPT = 8
"""Words; what is longer is not read as a name of something."""


@dataclass(frozen=True)
class Clause:
    """Tokens between two joints. `shares` is True when a soft joint ties it to the one before."""

    tokens: tuple[Token, ...]
    shares: bool

    @property
    def shown(self) -> str:
        """The clause as the user wrote it."""
        return " ".join(token.shown for token in self.tokens)

    @property
    def texts(self) -> tuple[str, ...]:
        """The plain form of each token."""
        return tuple(token.text for token in self.tokens)


def split(tokens: tuple[Token, ...]) -> tuple[Clause, ...]:
    """Cut at joints and before words that begin a keep clause; empty clauses vanish."""
    clauses: list[Clause] = []
    current: list[Token] = []
    shares = False
    for token in [*tokens, Token(Kind.HARD, "", "")]:
        joint = token.kind in (Kind.SOFT, Kind.HARD)
        if joint or token.text in _SPLITTERS:
            if current:
                clauses.append(Clause(tuple(current), shares))
                current, shares = [], True
            if not joint:
                current.append(token)
            shares = shares and token.kind is not Kind.HARD
        else:
            current.append(token)
    return tuple(clauses)


def opens_keep(clause: Clause) -> bool:
    """Whether the clause begins as one that says what to keep."""
    texts = [token.text for token in clause.tokens]
    while texts and texts[0] in _LEADS:
        del texts[0]
    return any(tuple(texts[: len(opener)]) == opener for opener in _OPENERS)


def kept_by(clause: Clause, after_kept: bool) -> str | None:
    """What a clause says to keep, in the user's words; None when it is no such clause.

    `after_kept` tells that the clause before was one, so that 'and the hands' goes on with it.
    """
    tokens = list(clause.tokens)
    while tokens and tokens[0].text in _LEADS:
        del tokens[0]
    opened = opens_keep(clause)
    for opener in _OPENERS:
        if tuple(token.text for token in tokens[: len(opener)]) == opener:
            del tokens[: len(opener)]
            break
    texts = [token.text for token in tokens]
    ended = False
    for tail in _TAILS:
        if tuple(texts[-len(tail) :]) == tail and len(texts) > len(tail):
            del texts[-len(tail) :], tokens[-len(tail) :]
            ended = True
            break
    continues = after_kept and clause.shares and (ended or _DETERMINERS & set(texts[:1]))
    if not (opened or continues) or not _names_something(tokens, texts):
        return None
    return " ".join(token.shown for token in tokens)


def _names_something(tokens: list[Token], texts: list[str]) -> bool:
    """Whether this can be a name of something in the picture, and asks for nothing."""
    if not 0 < len(texts) <= _LONGEST_KEPT or texts[0] in ("it", "and"):
        return False
    if any(token.kind is not Kind.WORD for token in tokens) or _INSTRUCTING & set(texts):
        return False
    phrases = [*texts, *(" ".join(pair) for pair in pairwise(texts))]
    return not any(
        phrase in PHRASES and PHRASES[phrase][1] in (Form.MORE, Form.LESS) for phrase in phrases
    )
