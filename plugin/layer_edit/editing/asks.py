"""Whether an instruction asks for the whole picture: black and white, an oil painting, warmer.

Only where every word is accounted for: as a treatment, the whole, something that stays, or a word
that says nothing about where. What is left over may be a thing in the picture; then it is False.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .asks_asian import CHINESE, JAPANESE
from .asks_european import ENGLISH, FRENCH, GERMAN, SPANISH
from .asks_words import Language, Part, words

LANGUAGES = (ENGLISH, GERMAN, SPANISH, FRENCH, JAPANESE, CHINESE)

MOST_OF_A_NAME = 3
"""Words after 'in the style of', the first of them capitalised."""

_PARTICLES = frozenset(("van", "von", "de", "da", "der", "la", "le"))

_QUOTED = re.compile(r"[\"“”„«»‹›「」『』《》]|(?<!\w)['‘’]")
_SENTENCES = re.compile(r"[.!?;。！？；\n]+")
_IT = re.compile(r"(?<=\w)-l[ea]\b", re.IGNORECASE)
"""French 'rends-le': no article."""

_BUILDERS = re.compile(r"^\s*change\s+", re.IGNORECASE)
"""What the Change/Keep builder puts in front, whatever the language behind it."""

_KATAKANA = re.compile(r"[ァ-ヺー・]")
_VERBS = (Part.VERB, Part.MAKE, Part.GIVE, Part.TREATING)
_MARKERS = (*_VERBS, Part.THE, Part.THIS)
_HEADS = (Part.WHOLE, Part.ASPECT, Part.QUALITY, Part.TIME)
"""What 'the' may stand before."""

_ABOUT_IT = (Part.OF, Part.OF_IT, Part.VERB, Part.MORE, Part.TREATMENT)

_DEGREES = (Part.ENTIRE, Part.TREATMENT, Part.MORE, Part.PERCENT)
"""What may stand between 'the' and its noun."""


def asks_for_all(instruction: str) -> bool:
    """True when `instruction` asks for a treatment of the whole picture and for nothing else.

    English, German, Spanish, French, Japanese or simplified Chinese; each sentence in one of them.
    In doubt False. Sentences that only say what stays are no obstacle, unless what stays is a part
    of the picture that is to look as before ('keep the rose red').
    """
    text = _IT.sub(" cela", unicodedata.normalize("NFKC", instruction))
    if _QUOTED.search(text):
        return False
    readings = [_read(sentence) for sentence in _SENTENCES.split(text) if sentence.strip()]
    return None not in readings and any(readings)


def _read(sentence: str) -> bool | None:
    """Whether the sentence names a treatment; None when something in it is left over."""
    found = {_Reader(language, words(sentence)).read() for language in LANGUAGES}
    rest = _BUILDERS.sub("", sentence)
    if rest != sentence:
        found |= {
            _Reader(one, words(rest), Part.VERB).read() for one in LANGUAGES if one != ENGLISH
        }
    return True if True in found else (False if False in found else None)


@dataclass
class _Reader:
    """Reads one sentence, word by word, longest phrases first.

    `marker`: the verb or article whose noun is yet to come; `verb`: the last verb; `last`: the part
    before. `treatments`: how many were found, and `before` that article. `is_more`: a direction or
    an amount was found; `quality`: something that it can be of; `is_named`: the whole.
    """

    language: Language
    text: tuple[str, ...]
    marker: Part | None = None
    last: Part | None = None
    treatments: int = 0
    before: int = 0
    is_more: bool = False
    quality: bool = False
    verb: Part | None = None
    is_named: bool = False

    def read(self) -> bool | None:
        """As _read says."""
        place = 0
        while place < len(self.text):
            part, length = self._at(place)
            if part is Part.KEEP:
                end = self._kept(place + length)
                if end is None or self.marker is Part.THE:
                    return None
                place, self.marker, self.last = end, None, Part.FILLER
                continue
            if part is None or not self._takes(part, place, length):
                return None
            place, self.last = place + length, part
        if self.marker is Part.THE:
            return None
        return self.treatments > 0 or (self.quality and self.is_more)

    def _at(self, place: int) -> tuple[Part | None, int]:
        """What stands there, and of how many words it is."""
        word = self.text[place]
        if place and word in self.language.names:
            return None, 1
        part, length = self.language.longest(self.text, place)
        if part is Part.STYLE_OF:
            return self._named(place + length, length)
        if part is None and word.isdigit():
            after, more = self.language.longest(self.text, place + 1)
            return (Part.PERCENT, 1 + more) if after is Part.PERCENT else (None, 1)
        if part is None and _KATAKANA.match(word):
            return self._in_katakana(place)
        return (None if part is Part.PERCENT else part), length

    def _named(self, place: int, length: int) -> tuple[Part | None, int]:
        """'In the style of' and a name, or one and a treatment: 'of an oil painting'."""
        end = place
        while end < len(self.text) and self.text[end] in _PARTICLES:
            end += 1
        begins = end
        while end < len(self.text) and end - begins < MOST_OF_A_NAME:
            word = self.text[end]
            is_capitalised = word[0].isupper() and (len(word) == 1 or not word.isupper())
            if not (is_capitalised or (end > begins and word in _PARTICLES)):
                break
            end += 1
        if end == begins:
            return Part.FILLER, length
        return Part.TREATMENT, length + end - place

    def _in_katakana(self, place: int) -> tuple[Part | None, int]:
        """A name or a school before 風, 'in the style of'."""
        end = place
        while end < len(self.text) and _KATAKANA.match(self.text[end]):
            end += 1
        is_style = self.text[end : end + 1] == ("風",)
        return (Part.TREATMENT, end + 1 - place) if is_style else (None, 1)

    def _kept(self, place: int) -> int | None:
        """Where it ends what the sentence says to keep; None when that is not understood."""
        has_place = is_same = False
        while place < len(self.text):
            part, length = self.language.longest_kept(self.text, place)
            if part is None:
                other, more = self.language.longest(self.text, place)
                if other is Part.KEEP:
                    part, length = Part.FILLER, more
                elif other in _VERBS:
                    break
                else:
                    return None
            has_place |= part is Part.PLACE
            is_same |= part is Part.SAME
            place += length
        return None if has_place and not is_same else place

    def _takes(self, part: Part, place: int, length: int) -> bool:
        """Go on with what was found; False when it cannot be meant."""
        if self.last is Part.IN and part in (Part.THE, Part.THIS, Part.WHOLE):
            return False
        if part is Part.THING and not self._is_look(place + length):
            return False
        self.is_more |= part in (Part.MORE, Part.PERCENT)
        self.quality |= part is Part.QUALITY
        if part is Part.WHOLE and self.marker is Part.THE:
            # 'The faded photo' says what there is, not what is wanted.
            self.treatments = self.before
        self.treatments += part in (Part.TREATMENT, Part.TREATING, Part.TIME, Part.THING)
        self.is_named |= part is Part.WHOLE
        if part in _VERBS:
            self.verb = part
        if part in _MARKERS:
            if self.marker is Part.THE:
                return False
            self.marker, self.before = part, self.treatments
        elif part in _HEADS or part is Part.THING:
            self.marker = None
        elif part not in _DEGREES:
            if self.marker is Part.THE:
                return False
            self.marker = None
        return True

    def _is_look(self, after: int) -> bool:
        """Whether a painting is meant as a look, not as a thing that the picture shows."""
        following, _ = self.language.longest(self.text, after)
        if following is Part.ASPECT:
            return True
        if self.language.is_bare and (self.last is Part.OF or following in _ABOUT_IT):
            return False
        if self.marker is not None:
            return False
        if self.verb is Part.GIVE:
            return self.last is Part.IN
        # 'Warmer sunset' and 'make a drawing' may be about a part; 'make it a drawing' is not.
        may_be_part = self.last in _DEGREES or self.verb is Part.MAKE
        return self.is_named or not may_be_part
