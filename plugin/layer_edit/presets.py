"""Presets: instructions with a name. The built-in ones, and the user's in the data folder.

Both, and what is exported, are one JSON file of the same form:
{"presets": [{"name": …, "text": …, "category": …, "offline": …}, …]}
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .editing.errors import InputError
from .editing.request import MAX_INSTRUCTION
from .jobs.journal import write_atomically
from .texts import tr

_log = logging.getLogger(__name__)

FILE = "presets.json"

MAX_NAME = 80
"""Characters."""

MAX_PRESETS = 2000
MAX_BYTES = 4_000_000

PLACEHOLDER = re.compile(r"\{[^{}|\n]{1,40}\}")
"""Such as {object}: to be typed over. With a bar, {red|green}, it is a list of colourways."""


@dataclass(frozen=True)
class Preset:
    """`offline`: the offline adjustments can carry it out. `category` is '' for the user's own."""

    name: str
    text: str
    category: str = ""
    offline: bool = False


def built_in(folder: Path) -> tuple[Preset, ...]:
    """Those that come with the plugin; `folder` is the one of the resources."""
    return parse((folder / FILE).read_bytes(), FILE)


def load(folder: Path) -> tuple[Preset, ...]:
    """The user's, however many. Raises InputError when the file is there and cannot be used."""
    try:
        return _read(folder / FILE, limited=False)
    except FileNotFoundError:
        return ()


def read_file(path: Path) -> tuple[Preset, ...]:
    """Those of a file. Raises FileNotFoundError, and InputError when it cannot be used."""
    return _read(path, limited=True)


def _read(path: Path, *, limited: bool) -> tuple[Preset, ...]:
    try:
        if limited and path.stat().st_size > MAX_BYTES:
            raise InputError(tr("{file} is too large for presets: choose another.", file=path.name))
        return parse(path.read_bytes(), path.name, limited=limited)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            tr("{file} cannot be read ({reason}).", file=path.name, reason=reason)
        ) from error


def save(presets: tuple[Preset, ...], path: Path) -> None:
    """Write them to a file. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"presets": [asdict(one) for one in presets]}
    write_atomically(path, json.dumps(data, indent=1, ensure_ascii=False).encode())


def parse(data: bytes, what: str, *, limited: bool = True) -> tuple[Preset, ...]:
    """Read a file's bytes; `what` names it. Raises InputError when anything in it is wrong.

    Not `limited`, it may have more than MAX_PRESETS: what was imported bit by bit is not lost.
    """
    try:
        content: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _bad(what, tr("it is not JSON"), str(error)) from error
    entries = content.get("presets") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise _bad(what, tr("it has no list 'presets'"))
    if limited and len(entries) > MAX_PRESETS:
        raise _bad(what, tr("it has more than {most} presets", most=MAX_PRESETS))
    return tuple(_preset(entry, place, what) for place, entry in enumerate(entries, 1))


def merged(mine: Iterable[Preset], theirs: Iterable[Preset]) -> tuple[Preset, ...]:
    """Both; of two with the same name `theirs` counts, where mine stood."""
    by_name = {one.name.casefold(): one for one in mine}
    by_name.update({one.name.casefold(): one for one in theirs})
    return tuple(by_name.values())


def without(presets: Iterable[Preset], name: str) -> tuple[Preset, ...]:
    """All but the one of that name."""
    return tuple(one for one in presets if one.name.casefold() != name.casefold())


def matches(preset: Preset, words: str, *titles: str) -> bool:
    """True when every one of the words is in the preset or in one of the titles it is shown by."""
    return has_words(" ".join((preset.name, preset.category, preset.text, *titles)), words)


def has_words(text: str, words: str) -> bool:
    """True when every one of the words, or beginnings of words, is in the text."""
    found = text.casefold()
    return all(word in found for word in words.casefold().split())


def check_name(name: str) -> str:
    """The name without white space around it. Raises InputError when it cannot be one."""
    name = " ".join(name.split())
    if not name:
        raise InputError(tr("A preset needs a name: type one."))
    if len(name) > MAX_NAME:
        raise InputError(tr("The name has more than {most} characters: shorten it.", most=MAX_NAME))
    return name


def _preset(entry: object, place: int, what: str) -> Preset:
    where = tr("preset {place} of it", place=place)
    if not isinstance(entry, dict):
        raise _bad(what, tr("{where} is no object", where=where))
    name: Any = entry.get("name")
    text: Any = entry.get("text")
    if not _is_text(name, MAX_NAME) or not name.strip():
        raise _bad(what, tr("{where} has no usable 'name'", where=where))
    if not _is_text(text, MAX_INSTRUCTION) or not text.strip():
        raise _bad(what, tr("{where} has no usable 'text'", where=where))
    category, offline = entry.get("category", ""), entry.get("offline", False)
    if not _is_text(category, MAX_NAME):
        raise _bad(what, tr("{where} has no usable 'category'", where=where))
    if not isinstance(offline, bool):
        raise _bad(what, tr("{where} has no usable 'offline'", where=where))
    return Preset(" ".join(name.split()), text, category, offline)


def _is_text(value: object, most: int) -> bool:
    """True for a string of at most so many characters that can be written to a file again."""
    if not isinstance(value, str) or len(value) > most:
        return False
    # JSON can hold half of a pair of surrogates, which is no character.
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _bad(what: str, reason: str, detail: str = "") -> InputError:
    return InputError(
        tr("{file} was not taken, as {reason}; nothing was changed.", file=what, reason=reason),
        detail,
    )
