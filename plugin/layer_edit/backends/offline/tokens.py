"""The instruction as tokens in one plain form: lower case, British spelling, no quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from types import MappingProxyType

from .amounts import NUMBER_WORDS, UNITS, Amount, Unit
from .colours import COLOURS, MODIFIERS, Colour


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    SOFT = "joins two clauses that may share a verb: a comma, 'and'"
    HARD = "ends what clauses share: a full stop, 'then'"
    PAIR = "two colours that belong together: 'navy and orange'"
    SYMBOL = "a sign that means nothing here"


@dataclass(frozen=True)
class Token:
    """One token. `text` is the plain form, `shown` what the user wrote."""

    kind: Kind
    text: str
    shown: str
    amount: Amount | None = None
    colours: tuple[Colour, ...] = ()


_SPELLINGS = MappingProxyType(
    {
        "color": "colour",
        "colors": "colours",
        "colorful": "colourful",
        "recolor": "recolour",
        "gray": "grey",
        "grays": "greys",
        "grayscale": "greyscale",
        "gray-scale": "greyscale",
        "posterize": "posterise",
        "posterized": "posterised",
        "pixelize": "pixelate",
        "pixelise": "pixelate",
        "pixellate": "pixelate",
        "pixellated": "pixelated",
    }
)

_HARD_WORDS = ("then", "but")
_HARD_SIGNS = ".;:!?\n"
_SOFT_SIGNS = ",()"
_QUOTES = "\"'“”‘’«»`"

_PATTERN = re.compile(
    r"(?P<fraction>[+\-−–]?[0-9]{1,3}/[0-9]{1,3})(?![0-9/])"
    r"|(?P<number>[+\-−–]?[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<arrow>->|→|⇒)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<space>[^\S\n]+)"
    r"|(?P<hyphen>(?<=[^\W\d_])[-‐‑](?=[^\W\d_]))"
    r"|(?P<sign>.|\n)",
    re.DOTALL,
)


def _number(text: str) -> Amount | None:
    """A number without its unit; None for a fraction of zero."""
    plain = text.replace("−", "-").replace("–", "-")
    signed = plain[0] in "+-"
    if "/" not in plain:
        return Amount(float(plain), Unit.PLAIN, signed)
    above, below = plain.split("/")
    return Amount(int(above) / int(below), Unit.PLAIN, signed) if int(below) else None


def _word(shown: str) -> Token:
    plain = shown.lower().replace("’", "'")
    plain = _SPELLINGS.get(plain, plain)
    if plain in _HARD_WORDS:
        return Token(Kind.HARD, plain, shown)
    if plain == "and":
        return Token(Kind.SOFT, plain, shown)
    if plain in NUMBER_WORDS:
        return Token(Kind.NUMBER, plain, shown, Amount(NUMBER_WORDS[plain], Unit.PLAIN))
    return Token(Kind.WORD, plain, shown)


def _sign(sign: str) -> Token | None:
    """A token for one sign; None for quotes, which say nothing."""
    if sign in _QUOTES:
        return None
    if sign in _HARD_SIGNS:
        return Token(Kind.HARD, sign, sign)
    if sign in _SOFT_SIGNS:
        return Token(Kind.SOFT, sign, sign)
    if sign == "&":
        return Token(Kind.SOFT, "and", sign)
    if sign in UNITS:
        return Token(Kind.WORD, sign, sign)
    return Token(Kind.SYMBOL, sign, sign)


def tokenise(text: str) -> tuple[Token, ...]:
    """Cut an instruction into tokens. Never raises; unknown signs become SYMBOL tokens."""
    tokens: list[Token] = []
    for match in _PATTERN.finditer(text):
        shown = match[0]
        if match.lastgroup in ("space", "hyphen"):
            continue
        if match.lastgroup == "word":
            tokens.append(_word(shown))
        elif match.lastgroup in ("number", "fraction"):
            amount = _number(shown)
            kind = Kind.SYMBOL if amount is None else Kind.NUMBER
            tokens.append(Token(kind, shown, shown, amount))
        elif match.lastgroup == "arrow":
            tokens.append(Token(Kind.WORD, "to", shown))
        elif (token := _sign(shown)) is not None:
            tokens.append(token)
    return _with_pairs(_with_units(tokens))


def _with_units(tokens: list[Token]) -> list[Token]:
    """Join each number with the unit after it, also over an article: 'half a stop'."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.amount is not None:
            ahead = index
            if ahead < len(tokens) and tokens[ahead].text in ("a", "an"):
                ahead += 1
            elif [after.text for after in tokens[ahead : ahead + 2]] == ["per", "cent"]:
                percent = Amount(token.amount.value, Unit.PERCENT, token.amount.signed)
                joined.append(Token(token.kind, token.text, f"{token.shown} per cent", percent))
                index += 2
                continue
            if ahead < len(tokens) and tokens[ahead].text in UNITS:
                unit = UNITS[tokens[ahead].text]
                amount = Amount(token.amount.value, unit, token.amount.signed)
                space = "" if unit is Unit.PERCENT else " "
                shown = f"{token.shown}{space}{tokens[ahead].shown}"
                joined.append(Token(token.kind, token.text, shown, amount))
                index = ahead + 1
                continue
        joined.append(token)
    return joined


def _with_pairs(tokens: list[Token]) -> tuple[Token, ...]:
    """Join what 'and' does not separate: 'black and white', and a duotone's two colours."""
    result: list[Token] = []
    sentence: list[Token] = []
    for token in [*tokens, Token(Kind.HARD, "", "")]:
        sentence.append(token)
        if token.kind is Kind.HARD:
            result.extend(_joined(sentence))
            sentence = []
    return tuple(result[:-1])


def _joined(sentence: list[Token]) -> list[Token]:
    texts = [token.text for token in sentence]
    duotone = "duotone" in texts or any(
        pair in (("duo", "tone"), ("two", "tone")) for pair in pairwise(texts)
    )
    result: list[Token] = []
    index = 0
    while index < len(sentence):
        if duotone and (found := _colour_pair(sentence, index)) is not None:
            token, index = found
            result.append(token)
            duotone = False
        elif texts[index : index + 3] in (["black", "and", "white"], ["b", "and", "w"]):
            shown = " ".join(token.shown for token in sentence[index : index + 3])
            result.append(Token(Kind.WORD, "black and white", shown))
            index += 3
        else:
            result.append(sentence[index])
            index += 1
    return result


def _colour_pair(tokens: list[Token], start: int) -> tuple[Token, int] | None:
    """Read 'dark blue and orange' at `start`; the pair and the index after it."""
    first = read_colour(tokens, start)
    if first is None:
        return None
    link = first[1]
    if link >= len(tokens) or tokens[link].text not in ("and", "to", "with", ","):
        return None
    second = read_colour(tokens, link + 1)
    if second is None:
        return None
    shown = " ".join(token.shown for token in tokens[start : second[1]])
    return Token(Kind.PAIR, shown, shown, colours=(first[0], second[0])), second[1]


def read_colour(tokens: list[Token], start: int) -> tuple[Colour, int] | None:
    """Read 'blue' or 'dark blue' at `start`; the colour and the index after it."""
    if start < len(tokens) and tokens[start].text in MODIFIERS:
        after = start + 1
        if after < len(tokens) and tokens[after].text in COLOURS:
            return COLOURS[tokens[after].text].tinted(tokens[start].text), after + 1
        return None
    if start < len(tokens) and tokens[start].text in COLOURS:
        return COLOURS[tokens[start].text], start + 1
    return None
