"""Reads one clause that names an adjustment: 'much brighter', 'reduce the contrast by 20%'.

Every word must be accounted for: as the adjustment, a direction, an amount or a word that says
nothing about the picture. What is left over makes the clause not understood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ...editing.errors import InputError
from ...texts import tr
from .adjustment import Adjustment, Form, Op
from .amounts import FACTORS, Amount, Unit, unit_words
from .colours import COLOURS, MODIFIERS
from .step import Step
from .tokens import Kind, Token
from .vocabulary import LONGEST_PHRASE, PHRASES, adjustment_of
from .words import ARTICLES, POLITE, word_set

_FILLERS = (
    ARTICLES
    | (POLITE - {"to"})
    | word_set(
        "make it this image picture photo photograph layer whole entire everything all overall "
        "look like be apply effect filter adjustment adjust change turn convert set give do should "
        "use using bring get of in on by with at for as into colours tones my me amount strength "
        "again"
    )
)
"""Words that say nothing about which adjustment it is, or how much.

'is', 'looks' and 'has' are not among them: 'it looks dark' is no wish for a darker picture.
"""

_OWN_VERBS = word_set("make turn apply give convert use")
"""A clause with one of these does not share the verb of the clause before."""

_UP = word_set(
    "more increase increased increasing raise raised boost boosted higher high up add added extra "
    "enhance enhanced strengthen stronger lift intensify"
)
_DOWN = word_set(
    "less decrease decreased decreasing reduce reduced reducing lower lowered low down weaken "
    "weaker drop cut lessen"
)


@dataclass(frozen=True)
class Problem:
    """Words that were not understood, as the user wrote them.

    `hint` is an instruction that would be understood, when the adjustment is clear and its amount
    or direction is not.
    """

    words: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True)
class Found:
    """An adjustment read from one clause.

    `direction` is what a verb or 'more' and 'less' gave (+1, −1, 0 for none), for clauses that
    share it. `amount` is the number given, `amounted` tells that a number or a word was.
    """

    step: Step
    form: Form
    direction: int = 0
    amount: Amount | None = None
    amounted: bool = False


@dataclass(frozen=True)
class _Read:
    """The words of a clause, sorted by what they do."""

    named: tuple[tuple[Adjustment, Form, str], ...]
    ups: int
    downs: int
    factors: tuple[float, ...]
    amounts: tuple[Amount, ...]
    before_number: str
    tokens: tuple[Token, ...]
    unknown: tuple[str, ...]
    left: tuple[Token, ...]


def read_adjustment(tokens: tuple[Token, ...], shared: int) -> Found | Problem:
    """Read one clause; `shared` is the direction of the clause before (+1, −1, 0 for none).

    Raises InputError when a number is outside what the adjustment takes.
    """
    words = _sort(tokens)
    shown = " ".join(token.shown for token in tokens)
    if words.unknown:
        return _unknown(words, shown)
    amount = words.amounts[0] if words.amounts else None
    named = words.named
    if not named and amount is not None and amount.unit is Unit.STOPS:
        named = ((adjustment_of(Op.EXPOSURE), Form.QUANTITY, "exposure"),)
    if len(named) != 1 or len(words.factors) > 1 or len(words.amounts) > 1:
        return Problem(tuple(token.shown for token in words.left if token.text != "to") or (shown,))
    adjustment, form, phrase = named[0]
    if adjustment.op is Op.BRIGHTNESS and amount is not None and amount.unit is Unit.STOPS:
        adjustment = adjustment_of(Op.EXPOSURE)
    problem = Problem((shown,), adjustment.example)
    wrong_left = _wrongly_left(adjustment, words)
    if wrong_left:
        return problem if wrong_left == ("to",) else Problem(wrong_left)
    if any(token.text in _OWN_VERBS for token in tokens):
        shared = 0
    direction = _direction(form, words, amount, shared)
    if direction is None or not _fits(adjustment, words, amount, direction):
        return problem
    step = _step(adjustment, words, amount, direction)
    if step is None:
        return problem
    own = (words.ups > 0) - (words.downs > 0)
    if phrase.split()[0] in (*_DOWN, "remove"):
        own = -1
    return Found(
        step,
        form,
        own or (shared if form in (Form.QUANTITY, Form.QUALITY) else 0),
        amount,
        amount is not None or bool(words.factors),
    )


def _unknown(words: _Read, shown: str) -> Problem:
    """Names the unknown words; the whole clause when they are colours in an unclear place."""
    if not all(word.lower() in COLOURS or word.lower() in MODIFIERS for word in words.unknown):
        return Problem(words.unknown)
    adjustment = words.named[0][0] if words.named else adjustment_of(Op.RECOLOUR)
    return Problem((shown,), adjustment.example)


def with_amount(found: Found, amount: Amount) -> Found | None:
    """The same adjustment by the number that stands after a later clause which shares its verb.

    'Reduce the contrast and the saturation by 20%' means both. None when the number cannot be
    its amount. Raises InputError when it is out of range.
    """
    adjustment = adjustment_of(found.step.op)
    value = _value(adjustment, amount)
    if value is None or found.step.amount is None:
        return None
    step = replace(found.step, amount=math.copysign(value, found.step.amount))
    return replace(found, step=step, amount=amount, amounted=True)


def _sort(tokens: tuple[Token, ...]) -> _Read:
    """Give every token its part, longest phrases first."""
    texts = [token.text for token in tokens if token.text not in (*ARTICLES, "it")]
    kept = [token for token in tokens if token.text not in (*ARTICLES, "it")]
    named: list[tuple[Adjustment, Form, str]] = []
    factors: list[float] = []
    amounts: list[Amount] = []
    unknown: list[str] = []
    left: list[Token] = []
    ups = downs = 0
    before_number = ""
    index = 0
    while index < len(kept):
        length, phrase = _phrase_at(texts, index)
        token = kept[index]
        if phrase in PHRASES:
            named.append((*PHRASES[phrase], phrase))
        elif phrase in FACTORS:
            factors.append(FACTORS[phrase])
        elif token.amount is not None:
            amounts.append(token.amount)
            before_number = texts[index - 1] if index else ""
        elif token.text in _UP:
            ups += 1
        elif token.text in _DOWN:
            downs += 1
        elif token.kind is Kind.SYMBOL:
            unknown.append(token.shown)
        elif token.text not in _FILLERS:
            left.append(token)
        index += length
    known = {"green", "magenta", "towards", "toward", "to"}
    known.update(word for phrase, (entry, _) in PHRASES.items() for word in entry.counts)
    unknown += [
        token.shown for token in left if token.kind is Kind.WORD and token.text not in known
    ]
    return _Read(
        tuple(named),
        ups,
        downs,
        tuple(factors),
        tuple(amounts),
        before_number,
        tokens,
        tuple(unknown),
        tuple(left),
    )


def _phrase_at(texts: list[str], index: int) -> tuple[int, str]:
    """The longest phrase at `index` that the vocabulary or the amounts know, else one word."""
    for length in range(LONGEST_PHRASE, 0, -1):
        phrase = " ".join(texts[index : index + length])
        if phrase in PHRASES or phrase in FACTORS:
            return min(length, len(texts) - index), phrase
    return 1, ""


def _wrongly_left(adjustment: Adjustment, words: _Read) -> tuple[str, ...]:
    """Words that mean nothing with this adjustment."""
    allowed = set(adjustment.counts)
    if adjustment.op is Op.TINT:
        allowed |= {"green", "magenta", "towards", "toward", "to"}
    # 'Saturation to 50%' would be half of it; a change by 50% would be another thing.
    number = words.amounts[0] if words.before_number == "to" else None
    if number is None or number.signed or adjustment.absolute:
        allowed.add("to")
    wrong = [
        token.shown
        for token in words.left
        if token.text not in allowed and not (adjustment.op is Op.DUOTONE and token.colours)
    ]
    return tuple(wrong)


def _direction(form: Form, words: _Read, amount: Amount | None, shared: int) -> int | None:
    """+1 or −1; None when it is missing or contradicts itself."""
    contradiction = (words.ups > 0 and words.downs > 0) or words.downs > 1
    own = (words.ups > 0) - (words.downs > 0)
    if amount is not None and amount.signed:
        sign = -1 if amount.value < 0 else 1
        # 'Reduce by -20%' and 'brighter by -20%' can be read both ways.
        contradiction |= own != 0 and min(own, sign) < 0
        contradiction |= sign < 0 and form not in (Form.QUANTITY, Form.LOOK)
        own = sign
    if contradiction or (own < 0 and form in (Form.MORE, Form.LESS)):
        return None
    amounted = amount is not None or bool(words.factors)
    readings = {
        Form.QUANTITY: own or shared or (1 if amounted else None),
        Form.QUALITY: own or shared or 1,
        Form.OPPOSITE: -(own or 1),
        Form.MORE: 1,
        Form.LESS: -1,
        Form.LOOK: own or 1,
    }
    return readings[form]


def _fits(adjustment: Adjustment, words: _Read, amount: Amount | None, direction: int) -> bool:
    """Whether direction, amount words and number make sense with the adjustment."""
    if adjustment.op is Op.GAMMA:
        return _fits_gamma(words, amount)
    sized = adjustment.unit is not None
    needs_number = adjustment.op is Op.HUE
    return (
        (direction > 0 or adjustment.signed)
        and (sized or (amount is None and not words.factors))
        and (amount is not None or not needs_number)
        and not (adjustment.absolute and words.factors and amount is not None)
    )


def _fits_gamma(words: _Read, amount: Amount | None) -> bool:
    """Gamma takes a value only: 'by 1.2' would be a change, and no word says how much it is."""
    if amount is None or amount.signed or words.before_number == "by" or words.factors:
        return False
    return words.downs == 0 if amount.value >= 1 else words.ups == 0


def _step(
    adjustment: Adjustment, words: _Read, amount: Amount | None, direction: int
) -> Step | None:
    """The step with its amount; None when colours or the number's unit are wrong.

    Raises InputError when the amount is out of range.
    """
    if adjustment.op is Op.DUOTONE:
        pairs = [token.colours for token in words.left if token.colours]
        return Step(Op.DUOTONE, colours=pairs[0]) if len(pairs) == 1 else None
    if adjustment.op is Op.TINT:
        to = [token.text for token in words.left if token.text in ("green", "magenta")]
        if len(to) != 1:
            return None
        direction = -direction if to[0] == "green" else direction
    return _sized(adjustment, words.factors[0] if words.factors else 1.0, amount, direction)


def _sized(
    adjustment: Adjustment, factor: float, amount: Amount | None, direction: int
) -> Step | None:
    if adjustment.unit is None:
        return Step(adjustment.op)
    if amount is not None:
        value = _value(adjustment, amount)
        return None if value is None else Step(adjustment.op, direction * value)
    if adjustment.usual is None:
        return Step(adjustment.op, factor=factor)
    if adjustment.absolute:
        # 'Slightly posterised' could be more levels or fewer.
        return Step(adjustment.op, adjustment.usual) if factor == 1.0 else None
    return Step(adjustment.op, direction * min(adjustment.usual * factor, adjustment.most))


def _value(adjustment: Adjustment, amount: Amount) -> float | None:
    """The number in the adjustment's unit, without its sign; None for a unit it does not take.

    A percentage of exposure is of the light, so +100% is one stop (exposure value: ISO 2720).
    """
    value = abs(amount.value)
    if adjustment.op is Op.EXPOSURE and amount.unit is Unit.PERCENT:
        value = math.log2(1.0 + min(value, 1e6) / 100.0)
    elif amount.unit not in (adjustment.unit, Unit.PLAIN):
        return None
    if value == 0.0 or not adjustment.least <= value <= adjustment.most:
        least = f"{adjustment.least:g}" if adjustment.least else tr("more than 0")
        unit = unit_words(adjustment.unit, adjustment.most) if adjustment.unit else ""
        space = "" if unit in ("%", "") else " "
        raise InputError(
            tr(
                "'{amount}' is outside what {name} takes: say {least} to {most}{space}{unit}.",
                amount=amount,
                name=tr(adjustment.op.value),
                least=least,
                most=f"{adjustment.most:g}",
                space=space,
                unit=unit,
            )
        )
    if adjustment.unit is Unit.LEVELS and value != int(value):
        return None
    return value
