"""One line in Krita's settings file, changed so that every other byte stays as it is.

The file is KConfig's: groups in brackets, then their keys. It is treated as bytes, whatever its
line ends and encoding are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

GROUP = b"python"
_TRUE = (b"true", b"1", b"on", b"yes")
_ESCAPES = {"\\": "\\", "s": " ", "t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True)
class Edit:
    """What was changed: at the byte `at`, `removed` became `inserted`.

    `created`: there was no file before.
    """

    at: int
    removed: bytes
    inserted: bytes
    created: bool = False


@dataclass(frozen=True)
class _Line:
    """A line without its end: its group, its key and value (None for other lines), its place."""

    group: bytes
    key: bytes | None
    value: bytes
    start: int
    stop: int

    @property
    def is_header(self) -> bool:
        return self.key is None and bool(self.group) and self.value == self.group


def is_enabled(content: bytes | None, module: str) -> bool:
    """Whether the plugin of that module name is switched on."""
    values = _values(content or b"", _key(module))
    return bool(values) and values[-1].value.lower() in _TRUE


def enable(content: bytes | None, module: str) -> tuple[bytes, Edit | None]:
    """The file with the plugin switched on, and how to undo it; None when it was on already.

    `content` is None when there is no file.
    """
    if content is not None and is_enabled(content, module):
        return content, None
    old = content or b""
    lines, key = list(_lines(old)), _key(module)
    end = b"\r\n" if b"\r\n" in old else b"\n"
    values = _values(old, key)
    headers = [line for line in lines if line.is_header and line.group == GROUP]
    if values:
        # With the line end before it, so that it is a whole line.
        start, stop = values[-1].start - 1, values[-1].stop
        edit = Edit(start, old[start:stop], b"\n" + key + b"=true")
    elif headers:
        start = stop = headers[-1].stop
        edit = Edit(start, b"", end + key + b"=true")
    else:
        start = stop = len(old)
        gap = b"" if not old else end if old.endswith(b"\n") else end + end
        text = gap + b"[" + GROUP + b"]" + end + key + b"=true" + end
        edit = Edit(start, b"", text, created=content is None)
    return old[:start] + edit.inserted + old[stop:], edit


def disable(content: bytes, module: str, edit: Edit | None) -> bytes | None:
    """The file as it was before `edit`, with whatever was changed elsewhere since; None: no file.

    Without an edit the plugin's line is taken out.
    """
    key = _key(module)
    result = _taken_out(content, key, edit)
    at = _place_of(edit, content) if edit is not None else -1
    if edit is not None and at >= 0:
        exact = content[:at] + edit.removed + content[at + len(edit.inserted) :]
        if _others(exact, key) == _others(content, key):
            result = exact
    return None if edit is not None and edit.created and not result.strip() else result


def resource_directory(content: bytes | None, environment: Mapping[str, str]) -> str:
    """Where the user has moved Krita's resources, '' when they are in their usual place."""
    for line in _lines(content or b""):
        name, _, options = (line.key or b"").partition(b"[")
        if not line.group and name == b"ResourceDirectory":
            value = _unescaped(line.value.decode("utf-8", "surrogateescape"))
            if "e" in options.decode("ascii", "replace"):
                value = re.sub(
                    r"\$(?:\{(\w+)\}|(\w+))",
                    lambda found: environment.get(found[1] or found[2], ""),
                    value,
                )
            return value
    return ""


def _place_of(edit: Edit, content: bytes) -> int:
    """Where the edit is now: where it was made, or else where alone it can be; -1 for nowhere."""
    if content.startswith(edit.inserted, edit.at):
        return edit.at
    return content.find(edit.inserted) if content.count(edit.inserted) == 1 else -1


def _key(module: str) -> bytes:
    return f"enable_{module}".encode()


def _lines(content: bytes) -> list[_Line]:
    """All lines; a header has its group's name as value and no key."""
    result = []
    group, start = b"", 0
    for whole in re.findall(rb"[^\n]*\n|[^\n]+", content):
        text = whole.rstrip(b"\r\n")
        stop = start + len(text)
        bare = text.strip()
        name, equals, value = bare.partition(b"=")
        if bare.startswith(b"[") and bare.endswith(b"]"):
            group = bare[1:-1]
            result.append(_Line(group, None, group, start, stop))
        elif equals and not bare.startswith(b"#"):
            result.append(_Line(group, name.strip(), value.strip(), start, stop))
        else:
            result.append(_Line(group, None, b"", start, stop))
        start += len(whole)
    return result


def _values(content: bytes, key: bytes) -> list[_Line]:
    return [line for line in _lines(content) if line.group == GROUP and line.key == key]


def _others(content: bytes, key: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Everything the file says but the plugin's own line."""
    return [
        (line.group, line.key, line.value)
        for line in _lines(content)
        if line.key is not None and (line.group, line.key) != (GROUP, key)
    ]


def _taken_out(content: bytes, key: bytes, edit: Edit | None) -> bytes:
    """Without the plugin's lines, or with the line that was there before the edit; the group goes
    too when the edit had brought it and nothing else is in it."""
    earlier = edit.removed.strip() if edit is not None else b""
    for line in reversed(_values(content, key)):
        stop = _after(content, line.stop)
        kept = earlier + content[line.stop : stop] if earlier else b""
        content = content[: line.start] + kept + content[stop:]
        earlier = b""
    if edit is None or b"[" + GROUP + b"]" not in edit.inserted:
        return content
    lines = [line for line in _lines(content) if line.group == GROUP]
    if lines and lines[0].is_header and not any(line.key for line in lines):
        stop = _after(content, lines[-1].stop)
        content = content[: lines[0].start] + content[stop:]
    return content


def _after(content: bytes, stop: int) -> int:
    """The place after the line end that follows."""
    while content[stop : stop + 1] == b"\r":
        stop += 1
    return stop + 1 if content[stop : stop + 1] == b"\n" else stop


def _unescaped(value: str) -> str:
    """KConfig writes signs that mean something to it with a backslash."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), value)
