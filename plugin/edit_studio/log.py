"""One JSON object a line on standard error, without prompts or pictures unless that is set."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from typing import Any, TextIO

from .jobs import Job

CONTENTS = ("prompt", "pictures", "error")
"""Written only where it is set: what an artist wrote, names that give access to pictures, and
errors, which may repeat words of a prompt."""


class Log:
    """Writes events. `who`: 'front' or the worker's name."""

    def __init__(self, who: str, contents: bool = False, stream: TextIO | None = None) -> None:
        self._who = who
        self._contents = contents
        self._stream = stream

    def say(self, event: str, job: Job | None = None, **fields: Any) -> None:
        """One line; fields of CONTENTS are left out unless they were switched on."""
        about = {"job": job.id, "key": job.owner, "model": job.model} if job else {}
        told = {
            name: value for name, value in fields.items() if self._contents or name not in CONTENTS
        }
        line = {"time": round(time.time(), 3), "who": self._who, "event": event, **about, **told}
        stream = self._stream or sys.stderr
        stream.write(json.dumps(line) + "\n")  # in one piece: threads share the stream
        stream.flush()


def reason_of(error: BaseException) -> dict[str, Any]:
    """Fields about an error: its kind and where it was raised; its words are contents."""
    where = [f"{frame.name} {frame.filename}:{frame.lineno}"
             for frame in traceback.extract_tb(error.__traceback__)]  # fmt: skip
    return {"reason": type(error).__name__, "where": where, "error": str(error)}


class Libraries(logging.Handler):
    """What Celery and the HTTP server have to say, in the same form."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Their texts are about connections; an exception's words stay out."""
        told: dict[str, Any] = {"logger": record.name, "level": record.levelname}
        if record.exc_info and record.exc_info[1]:
            told |= reason_of(record.exc_info[1])
        self._log.say("library", None, **told, text=str(record.msg)[:200])


def take_over(log: Log) -> None:
    """Let everything that libraries log go through this log."""
    logging.basicConfig(level=logging.WARNING, handlers=[Libraries(log)], force=True)
