"""What one click asks for: colourways, steps and variants as a tree of tasks for one layer.

`{red|green|navy} jacket` is three colourways, each an instruction of its own; several groups
multiply. With steps, every line is an instruction that works on the result of the line before.
Variants repeat all of it with other seeds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from ..texts import tr
from .errors import InputError
from .request import SEED_RANGE, check_instruction, check_seed

MAX_VARIANTS = 4

MAX_JOBS = 48
"""Jobs that one click may begin: more are a slip of the hand rather than a wish."""

MAX_NAME = 48
"""Characters of a new layer's name: long ones make Krita's layer list unusable."""

_TOKEN = re.compile(r"\\[{}|\\]|[{}|]|[^\\{}|]+|\\")
_BRACES = "{}|\\"


@dataclass(frozen=True)
class Run:
    """One click. `seed` is the first variant's; `steps`: each line is an instruction of its own."""

    text: str
    seed: int
    variants: int = 1
    steps: bool = False


@dataclass(frozen=True)
class Task:
    """One job, and in `next` those that work on its result. `step` of `steps` counts from 1.

    `label` tells it from others of the same run ('red, variant 2'); '' where there are none.
    """

    instruction: str
    seed: int
    label: str = ""
    step: int = 1
    steps: int = 1
    next: tuple[Task, ...] = ()

    @property
    def jobs(self) -> int:
        """How many jobs it makes, itself included."""
        return 1 + sum(task.jobs for task in self.next)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "instruction": self.instruction,
            "seed": self.seed,
            "label": self.label,
            "step": self.step,
            "steps": self.steps,
            "next": [task.to_json() for task in self.next],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Task:
        """The inverse of `to_json`. Raises KeyError, TypeError or ValueError for a damaged one."""
        return cls(
            instruction=check_instruction(data["instruction"]),
            seed=int(data["seed"]),
            label=str(data["label"]),
            step=int(data["step"]),
            steps=int(data["steps"]),
            next=tuple(cls.from_json(task) for task in data["next"]),
        )


@dataclass(frozen=True)
class Colourway:
    """An instruction with one choice made in each of its groups; `choices` in their order."""

    instruction: str
    choices: tuple[str, ...] = ()


def plan_run(run: Run, layers: int = 1) -> tuple[Task, ...]:
    """The tasks for each of the layers, in the order in which they begin.

    Colourways come before variants: the first seed of every colour, side by side, then the next.
    Lines that are the same for several colourways are done once, as far as the lines before them
    are. Raises InputError when the text is empty, has a group that is not closed, is nested or has
    an empty choice, when the seed cannot be used, or when all layers together would make more than
    MAX_JOBS jobs.
    """
    check_seed(run.seed)
    lines = _lines(run) if run.steps else [run.text]
    groups = [_groups(line) for line in lines]
    _check_number(groups, run.variants * layers)
    ways = [_ways(line) for line in groups]
    for way in (way for line in ways for way in line):
        check_instruction(way.instruction)
    return tuple(
        task
        for number, seed in enumerate(seeds(run.seed, run.variants), 1)
        for task in _tree(ways, _Path(seed, _variant(number) if run.variants > 1 else ""))
    )


def jobs_of(tasks: tuple[Task, ...]) -> int:
    """How many jobs these tasks make."""
    return sum(task.jobs for task in tasks)


def seeds(first: int, number: int) -> tuple[int, ...]:
    """Distinct seeds from the first on, so that the first one is enough to make all again."""
    start = first - SEED_RANGE.start
    return tuple(SEED_RANGE[(start + step) % len(SEED_RANGE)] for step in range(number))


def colourways(text: str) -> tuple[Colourway, ...]:
    r"""All choices in a text; its last group changes quickest.

    `\{`, `\|`, `\}` and `\\` stand for the character itself, and braces without a bar are plain
    text. Choices that are named twice are made once. Raises InputError, see `plan_run`.
    """
    return _ways(_groups(text))


def escaped(text: str) -> str:
    """A text whose one colourway is `text` itself; the text as it is where that holds already."""
    try:
        if [way.instruction for way in colourways(text)] == [text]:
            return text
    except InputError:
        pass
    return "".join(f"\\{one}" if one in _BRACES else one for one in text)


def layer_name(instruction: str, label: str = "") -> str:
    """A layer's name: one line of at most MAX_NAME characters.

    The label comes first: a layer list in a narrow docker shows little more than that.
    """
    start = f"{_shortened(label, MAX_NAME // 2)} · " if label else ""
    return start + _shortened(" ".join(instruction.split()), MAX_NAME - len(start))


def _lines(run: Run) -> list[str]:
    lines = [line.strip() for line in run.text.splitlines()]
    # An empty text is left to the check of the instruction, which says what to do.
    return [line for line in lines if line] or [""]


@dataclass(frozen=True)
class _Path:
    """What leads to a task: its seed, how that is named, the choices made so far."""

    seed: int
    named: str
    choices: tuple[str, ...] = ()
    step: int = 1


def _variant(number: int) -> str:
    return tr("variant {number}", number=number)


def _tree(ways: list[tuple[Colourway, ...]], path: _Path) -> tuple[Task, ...]:
    steps = path.step + len(ways) - 1
    tasks = []
    for way in ways[0] if ways else ():
        choices = path.choices + way.choices
        number = tr("step {number}", number=path.step) if steps > 1 else ""
        parts = (*dict.fromkeys(choices), path.named, number)
        deeper = _Path(path.seed, path.named, choices, path.step + 1)
        tasks.append(
            Task(
                instruction=check_instruction(way.instruction),
                seed=path.seed,
                label=", ".join(part for part in parts if part),
                step=path.step,
                steps=steps,
                next=_tree(ways[1:], deeper),
            )
        )
    return tuple(tasks)


Part = tuple[str, ...]
"""A piece of a text: one string is plain text, several are the choices of a group."""


def _ways(parts: list[Part]) -> tuple[Colourway, ...]:
    found: dict[str, Colourway] = {}
    for chosen in product(*parts):
        pairs = zip(parts, chosen, strict=True)
        choices = tuple(choice for part, choice in pairs if len(part) > 1)
        way = Colourway("".join(chosen), choices)
        found.setdefault(way.instruction, way)
    return tuple(found.values())


def _check_number(groups: list[list[Part]], times: int) -> None:
    number, ways = 0, 1
    for line in groups:
        ways *= prod(len(part) for part in line)
        number += ways * times
    if number > MAX_JOBS:
        raise InputError(
            tr(
                "This would make {number} edits and {most} is the most for one click: use fewer "
                "colours, variants, steps or layers.",
                number=f"{number:,}",
                most=MAX_JOBS,
            )
        )


def _groups(text: str) -> list[Part]:
    """The text as plain parts and groups. Raises InputError."""
    parts: list[Part] = []
    tokens = _TOKEN.findall(text)
    position = 0
    while position < len(tokens):
        end = _end_of_group(tokens, position) if tokens[position] == "{" else position
        if end > position:
            parts.append(_choices(tokens[position + 1 : end]))
        else:
            parts.append((_plain(tokens[position]),))
        position = end + 1
    return parts


def _end_of_group(tokens: list[str], start: int) -> int:
    """Where the group that begins at `start` is closed; `start` when it is plain text."""
    has_bar = False
    for position in range(start + 1, len(tokens)):
        token = tokens[position]
        if token == "}":  # noqa: S105 - a brace
            return position if has_bar else start
        if token == "{":  # noqa: S105 - a brace
            if has_bar:
                break
            return start
        has_bar |= token == "|"  # noqa: S105 - a bar
    if not has_bar:
        return start
    raise InputError(
        tr(
            "The colourways '{beginning}' have no closing brace of their own: close them, or "
            "write \\{{ where a brace is meant.",
            beginning="".join(tokens[start:])[:30],
        )
    )


def _choices(tokens: list[str]) -> Part:
    choices = [""]
    for token in tokens:
        if token == "|":  # noqa: S105 - a bar
            choices.append("")
        else:
            choices[-1] += _plain(token)
    named = [choice.strip() for choice in choices]
    if not all(named):
        raise InputError(
            tr(
                "One of the colourways '{group}' is empty: name it, or remove its bar.",
                group="{" + "".join(tokens) + "}",
            )
        )
    return tuple(dict.fromkeys(named))


def _plain(token: str) -> str:
    return token[1:] if len(token) == 2 and token[0] == "\\" else token


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
