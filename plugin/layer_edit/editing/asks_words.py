"""What words do in an instruction: the parts of which asks makes sense of a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product


class Part(Enum):
    """What a word, or a phrase, does in an instruction."""

    FILLER = auto()
    VERB = auto()
    MAKE = auto()
    """A verb by which 'a painting' can be a further thing, unless the picture was named."""
    GIVE = auto()
    """A verb by which it always can, and 'an oil painting look' is none."""
    THE = auto()
    """Belongs to a noun that follows; 'the painting' is one that the picture shows."""
    THIS = auto()
    """Like THE, and can stand alone."""
    IN = auto()
    """Says nothing before a treatment; 'in the picture' says where something is."""
    WHOLE = auto()
    ENTIRE = auto()
    """Goes with a noun, which may be a thing all the same: 'the whole sunset'."""
    ASPECT = auto()
    """What all of a picture has: its colours, its style."""
    QUALITY = auto()
    """An aspect of which there can be more or less: contrast."""
    MORE = auto()
    PERCENT = auto()
    TREATMENT = auto()
    TREATING = auto()
    """A verb that is a treatment: 'brighten'."""
    TIME = auto()
    THING = auto()
    """A treatment that is also a thing which pictures show: an oil painting, a sunset."""
    STYLE_OF = auto()
    OF = auto()
    OF_IT = auto()
    """Particles after a thing that is spoken about (Japanese and Chinese)."""
    KEEP = auto()
    """From here the sentence says what stays. What follows:"""
    KEPT = auto()
    SAME = auto()
    PLACE = auto()
    """A part of the picture: fine as 'the same person', but 'keep the person' may mean its look."""


Phrase = tuple[str, ...]

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]|[^\W\d_\u3040-\u30ff\u3400-\u9fff々]+|\d+|\S")
_PUNCTUATION = frozenset(",、，'’-‐‑–—")


def words(text: str) -> Phrase:
    """Words and numbers, single characters of Japanese and Chinese, single signs."""
    return tuple(word for word in _WORD.findall(text) if word not in _PUNCTUATION)


@dataclass(frozen=True)
class Language:
    """`parts`: of phrases in an instruction; `kept`: of those after a KEEP. `names`: treatments
    that are names of people when written so. `is_bare`: nothing need stand between a thing and
    what is said about it.
    """

    parts: Mapping[Phrase, Part]
    kept: Mapping[Phrase, Part]
    names: frozenset[str] = frozenset()
    is_bare: bool = False

    def longest(self, text: Phrase, place: int) -> tuple[Part | None, int]:
        """The longest phrase that begins at `place`, and its number of words; None and 1."""
        return _longest(self.parts, text, place)

    def longest_kept(self, text: Phrase, place: int) -> tuple[Part | None, int]:
        """The same, of what stays."""
        return _longest(self.kept, text, place)


_MOST_WORDS = 10


def _longest(parts: Mapping[Phrase, Part], text: Phrase, place: int) -> tuple[Part | None, int]:
    ahead = tuple(word.casefold() for word in text[place : place + _MOST_WORDS])
    for length in range(len(ahead), 0, -1):
        part = parts.get(ahead[:length])
        if part is not None:
            return part, length
    return None, 1


def phrases(by_part: Mapping[Part, str]) -> dict[Phrase, Part]:
    """From the phrases of each part, separated by commas."""
    return {
        words(phrase.casefold()): part
        for part, listed in by_part.items()
        for phrase in listed.split(",")
        if phrase.strip()
    }


def combined(*choices: str) -> str:
    """Every phrase of one word out of each (separated by spaces; '_' for none), with commas."""
    every = product(*(choice.split() for choice in choices))
    return ",".join("".join(word for word in one if word != "_") for one in every)
