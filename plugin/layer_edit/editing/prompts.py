"""The model page's prompting guide: one change, and what stays, as 'Keep … Change … Keep lighting'.

Instructions are in English whatever the language of the window: it is what the models were told
in, and what the guide is written in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..texts import N_


@dataclass(frozen=True)
class Kept:
    """Something that can stay: `title` for people; `words` in a list, or a `sentence` of its own.

    A sentence comes after the change, as in the guide's template.
    """

    key: str
    title: str
    words: str = ""
    sentence: str = ""


KEPT = (
    Kept("person", N_("Person"), "person"),
    Kept("face", N_("Face"), "face"),
    Kept("pose", N_("Pose"), "pose"),
    Kept("clothing", N_("Clothing"), "clothing"),
    Kept("product", N_("Product"), "product"),
    Kept("background", N_("Background"), "background"),
    Kept("composition", N_("Composition"), "composition"),
    Kept("text", N_("Text"), "text"),
    Kept("colours", N_("Colours"), "colors"),
    Kept("style", N_("Style"), "style"),
    Kept("rest", N_("Everything else"), sentence="Keep everything else unchanged."),
    Kept("lighting", N_("Lighting"), sentence="Keep lighting natural and consistent."),
)
"""What the builder offers, in the order in which the text names it."""

_SENTENCE = re.compile(
    r"(add|adjust|age|apply|blur|bring|brighten|change|clean|clear|colour|color|"
    r"convert|correct|crop|darken|delete|draw|enhance|enlarge|erase|extend|fill|"
    r"fix|give|insert|let|lighten|make|move|open|paint|place|put|raise|recolor|"
    r"recolour|reduce|remove|rename|render|replace|restore|restyle|retouch|rewrite|"
    r"rotate|set|shrink|smooth|soften|straighten|swap|switch|take|transform|"
    r"translate|turn|use|whiten|widen|write)(?![\w-]| of\b)",
    re.IGNORECASE,
)
"""A change that begins with one of them is a sentence already; any other one is 'Change …'."""

_END = re.compile(r"[.!?…。！？]['\"’”)\]]*$")


@dataclass(frozen=True)
class Wording:
    """What the builder holds: the change as typed into its field, and the keys of what stays."""

    change: str = ""
    kept: tuple[str, ...] = ()

    def tidied(self) -> Wording:
        """The form in which `read` gives it back: plain white space, and no 'Change' in front."""
        change = " ".join(self.change.split())
        while change.endswith(".") and not change.endswith(".."):
            change = change[:-1].rstrip()
        first, _, rest = change.partition(" ")
        if first.lower() == "change" and rest and not _is_sentence(rest):
            change = rest
        elif _is_sentence(change):
            change = change[0].upper() + change[1:]
        return Wording(change, tuple(one.key for one in KEPT if one.key in self.kept))


def write(wording: Wording) -> str:
    """The guide's template filled in; '' when nothing is to change and nothing is to stay."""
    wording = wording.tidied()
    kept = [one for one in KEPT if one.key in wording.kept]
    listed = [one.words for one in kept if one.words]
    sentences = [f"Keep the same {_joined(listed)}."] if listed else []
    if wording.change:
        sentences.append(_sentence(wording.change))
    sentences += [one.sentence for one in kept if one.sentence]
    return " ".join(sentences)


def read(text: str) -> Wording | None:
    """What the template was filled with, where `text` is one that `write` makes; else None."""
    text = text.strip()
    kept: list[str] = []
    rest = text
    for one in reversed(KEPT):
        if one.sentence and (rest == one.sentence or rest.endswith(" " + one.sentence)):
            kept.append(one.key)
            rest = rest[: -len(one.sentence)].rstrip()
    opening = re.match(r"Keep the same ([a-z, ]+)\.(?: |$)", rest)
    if opening:
        words = set(re.split(r", and |, | and ", opening[1]))
        kept += [one.key for one in KEPT if one.words in words]
        rest = rest[opening.end() :]
    wording = Wording(rest, tuple(kept)).tidied()
    return wording if write(wording) == text else None


def _sentence(change: str) -> str:
    text = change if _is_sentence(change) else f"Change {change}"
    return text if _END.search(text) else text + "."


def _is_sentence(change: str) -> bool:
    return _SENTENCE.match(change) is not None


def _joined(words: list[str]) -> str:
    """'a', 'a and b', 'a, b, and c': the guide's own commas."""
    if len(words) < 3:
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"
