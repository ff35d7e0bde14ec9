"""The instructions that were used before, kept as one JSON file in the data folder."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from .editing.request import MAX_INSTRUCTION
from .jobs.journal import write_atomically

_log = logging.getLogger(__name__)

FILE = "instructions.json"

MOST = 100
"""Instructions that are kept; the oldest goes first."""


def added(known: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The instructions, oldest first, with `text` as the newest; none of them twice."""
    text = text.strip()
    if not text:
        return known
    return (*(one for one in known if one != text), text)[-MOST:]


def load(folder: Path) -> tuple[str, ...]:
    """Read them, oldest first; a missing or damaged file has none."""
    try:
        data: Any = json.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        _log.warning("earlier instructions cannot be read: %s", error)
        return ()
    texts = data.get("instructions") if isinstance(data, dict) else None
    if not isinstance(texts, list):
        return ()
    good = (one for one in texts if isinstance(one, str) and 0 < len(one) <= MAX_INSTRUCTION)
    return tuple(good)[-MOST:]


def save(texts: tuple[str, ...], folder: Path) -> None:
    """Write them. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps({"instructions": texts}, indent=1, ensure_ascii=False)
    write_atomically(folder / FILE, data.encode())
