"""What an instruction for a model could do better, after the model page's prompting guide.

Rather silent than wrong: a hint that is a false alarm is one that nobody reads any more.
"""

from __future__ import annotations

import re

_STAYS = re.compile(
    r"\b(keep\w*|same|unchanged|preserv\w*|maintain\w*|retain\w*|intact|untouched|stays?|leave|"
    r"(don['’]?t|do not|without) (change|chang|alter|touch)\w*|nothing else|"
    r"as (it is|they are)|only|"
    r"behalt\w*|beibehalt\w*|unverändert\w*|erhalt\w*|bleib\w*|gleich\w*|lass\w*|nur|"
    r"gard\w*|conserv\w*|même\w*|inchangée?s?|laiss\w*|seulement|"
    r"manten\w*|mism[oa]s?|dej[ae]\w*|solo|sólo)\b"
    r"|そのまま|保持|維持|変えず|変更せず|だけ|のみ|不变|不變|保留|相同|仅|只",
    re.IGNORECASE,
)
"""In the languages of the window, as people write in them too."""

_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

MIN_WORDS = 3
MIN_ASIAN = 4
"""Words (characters of Chinese and Japanese) from which a text is more than a look's name."""

_TASK_VERBS = (
    "add|apply|blur|brighten|change|colou?r|convert|crop|darken|delete|draw|enlarge|erase|extend|"
    "insert|lighten|make|move|paint|place|put|recolou?r|remove|replace|restore|rotate|shrink|"
    "smooth|straighten|swap|transform|turn|whiten|write"
)
_TASK = re.compile(rf"(?:(?:please|also|then|next|finally|and)[, ]+)*(?:{_TASK_VERBS})\b", re.I)
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\s*;\s*|\s*\n\s*")
_WITHIN = re.compile(
    rf"\s*,?\s+(?:and\s+)?then\s+(?=(?:{_TASK_VERBS})\b)"
    rf"|\s*,\s*(?:and\s+)?(?=(?:{_TASK_VERBS})\b)"
    rf"|\s+and\s+(?=(?:{_TASK_VERBS})\b)",
    re.I,
)
_LEADING = re.compile(r"^(?:(?:and|also|then|next|finally)[, ]+)+", re.I)
_ABOUT_THE_LAST = re.compile(
    r"^\S+ (it|its|them|their|this|that|these|those|sure|everything)\b"
    r"|^(?:add|make|apply|blur|smooth)\b.*\b(shadows?|textures?|details?|reflections?|lighting|light|"
    r"highlights?|folds?|look|looks|realistic|natural|consistent|seamless|edges?|blend\w*)\b",
    re.I,
)
"""How a task is to be done rather than a further one: 'Add realistic shadows.'"""

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")

FEWEST_WITHIN = 3
"""Tasks of one sentence that are too many; the guide itself shows one with two."""

MOST_STEPS = 12


def says_what_stays(text: str) -> bool:
    """True when the text names something that stays, or is too short for the question."""
    short = len(text.split()) < MIN_WORDS and len(_ASIAN.findall(text)) < MIN_ASIAN
    return short or _STAYS.search(text) is not None


def split_tasks(text: str) -> tuple[str, ...]:
    """The single-purpose steps of a text that holds several tasks, else ().

    What the text says to keep is said in each step. English only.
    """
    sentences = [_BULLET.sub("", one) for one in _BETWEEN_SENTENCES.split(text.strip())]
    tasks: list[str] = []
    kept: list[str] = []
    for sentence in filter(None, (one.strip() for one in sentences)):
        parts = _parts(sentence)
        if not _TASK.match(sentence):
            # Before the first task it is about all of them; after one, 'keep' still is.
            if tasks and not _STAYS.search(sentence):
                tasks[-1] = f"{_ended(tasks[-1])} {sentence}"
            else:
                kept.append(sentence)
        elif tasks and _ABOUT_THE_LAST.search(_LEADING.sub("", sentence)):
            tasks[-1] = f"{_ended(tasks[-1])} {sentence}"
        else:
            tasks += parts
    if not 2 <= len(tasks) <= MOST_STEPS:
        return ()
    return tuple(" ".join(_ended(_tidied(one)) for one in (task, *kept)) for task in tasks)


def _parts(sentence: str) -> list[str]:
    parts = [part for part in _WITHIN.split(sentence) if part]
    if len(parts) < FEWEST_WITHIN or any(_ABOUT_THE_LAST.search(part) for part in parts[1:]):
        return [sentence]
    return parts


def _tidied(task: str) -> str:
    task = _LEADING.sub("", task.strip())
    return task[:1].upper() + task[1:]


def _ended(sentence: str) -> str:
    return sentence if sentence.rstrip()[-1:] in ".!?。！？" else sentence.rstrip(" ,;:") + "."
