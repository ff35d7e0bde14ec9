"""From an instruction to a plan, or a refusal that names what was not understood.

    instruction → tokens → clauses → what is kept | a recolouring | an adjustment

Nothing is guessed: when one clause is not understood, the whole instruction is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...editing.request import check_instruction
from ...texts import tr
from ..base import DeclinedError
from .adjusting import Found, Problem, read_adjustment, with_amount
from .adjustment import Form
from .clauses import Clause, kept_by, opens_keep, split
from .recolouring import read_recolour
from .step import Plan, Step
from .tokens import Token, tokenise
from .vocabulary import abilities_sentence, capabilities
from .words import POLITE, word_set

_SHOWN_WORDS = 8
"""How many words a refusal names at most."""

_SHOWN_LETTERS = 40
"""How much of one of them."""


@dataclass
class _Reading:
    """What has been read so far."""

    found: list[Found | Step] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    shared: int = 0
    sharing: list[int] = field(default_factory=list)
    """Places in `found` of adjustments that still wait for a number they may share."""


def parse(instruction: str) -> Plan:
    """Read an instruction. Pure: the same text gives the same plan.

    Raises InputError when it is empty, too long or has a number out of range, and DeclinedError,
    naming the words, when any part of it is not understood or it asks for no change.
    """
    reading = _Reading()
    after_kept = False
    for clause in split(tokenise(check_instruction(instruction))):
        if not clause.shares:
            reading.shared, reading.sharing = 0, []
        kept = kept_by(clause, after_kept)
        after_kept = kept is not None
        if kept is not None:
            reading.kept.append(kept)
        elif (step := read_recolour(clause.tokens)) is not None:
            reading.found.append(step)
            reading.shared, reading.sharing = 0, []
        elif opens_keep(clause):
            reading.problems.append(_quoted(clause.shown))
        elif not _is_polite(clause):
            _read(clause, reading)
    if reading.problems:
        raise _declined(reading.problems)
    steps = tuple(item.step if isinstance(item, Found) else item for item in reading.found)
    if not steps:
        raise DeclinedError(
            tr(
                "The instruction names no change that the offline adjustments can make, so "
                "nothing was changed. {what_else}",
                what_else=_what_else(),
            ),
            _examples(),
        )
    return Plan(steps, tuple(reading.kept))


def _read(clause: Clause, reading: _Reading) -> None:
    """Read a clause as an adjustment, or as two around 'with': 'sepia with grain'."""
    result = read_adjustment(clause.tokens, reading.shared)
    if isinstance(result, Found):
        _add(result, reading)
        return
    if "with" in clause.texts:
        at = clause.texts.index("with")
        parts = _read_parts(clause.tokens[:at], clause.tokens[at + 1 :])
        if parts:
            reading.found.extend(parts)
            reading.shared, reading.sharing = 0, []
            return
    hint = tr(" (say, for example, ‘{hint}’)", hint=result.hint) if result.hint else ""
    reading.problems.extend(f"{_quoted(word)}{hint}" for word in result.words)


def _is_polite(clause: Clause) -> bool:
    """Whether a clause only is kind: 'please', 'thank you'."""
    return (POLITE | word_set("thank thanks")).issuperset(clause.texts)


def _read_parts(*parts: tuple[Token, ...]) -> list[Found]:
    """Both parts of a clause, or nothing when one of them is not understood."""
    results = [read_adjustment(tokens, 0) for tokens in parts]
    found = [result for result in results if not isinstance(result, Problem)]
    return found if len(found) == len(parts) else []


def _add(found: Found, reading: _Reading) -> None:
    """Take an adjustment over, and its number for those before it that share its verb."""
    continues = reading.shared != 0 and found.direction == reading.shared
    if not continues:
        reading.sharing = []
    if found.amount is not None and found.form is Form.QUANTITY:
        for place in reading.sharing:
            earlier = reading.found[place]
            if isinstance(earlier, Found):
                reading.found[place] = with_amount(earlier, found.amount) or earlier
        reading.sharing = []
    elif found.form is Form.QUANTITY and found.direction and not found.amounted:
        reading.sharing.append(len(reading.found))
    reading.found.append(found)
    reading.shared = found.direction


def _declined(problems: list[str]) -> DeclinedError:
    words = list(dict.fromkeys(problems))
    named = words[:_SHOWN_WORDS]
    if len(words) > _SHOWN_WORDS:
        named.append(tr("more"))
    listed = (
        named[0]
        if len(named) == 1
        else tr("{first} and {last}", first=", ".join(named[:-1]), last=named[-1])
    )
    return DeclinedError(
        tr(
            "The offline adjustments do not understand {listed}, so nothing was "
            "changed. {what_else}",
            listed=listed,
            what_else=_what_else(),
        ),
        _examples(),
    )


def _quoted(text: str) -> str:
    return f"‘{text if len(text) <= _SHOWN_LETTERS else text[: _SHOWN_LETTERS - 1] + '…'}’"


def _what_else() -> str:
    return tr(
        "They can do {abilities}; for anything else set up an AI backend: put a "
        "WaveSpeed key in WAVESPEED_API_KEY or in the docker's backend settings.",
        abilities=abilities_sentence(),
    )


def _examples() -> str:
    lines = (f"{entry.name}: ‘{entry.example}’" for entry in capabilities())
    return tr("What the offline adjustments understand, by example:") + "\n" + "\n".join(lines)
