"""Damages answers in repeatable ways: JSON, headers, status, lengths, picture bytes, any byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

STRANGE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    1e308,
    float("nan"),
    "",
    " ",
    "completed",
    "failed",
    "processing",
    "..",
    "a/../b",
    "\u0000\ud800",
    "x" * 3000,
    "<script>alert(1)</script>",
    "https://127.0.0.1:1/x",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "file:///etc/hostname",
    "data:image/png;base64,AAAA",
    "data:,",
    "////",
    [],
    {},
    [[]],
    [None],
    {"url": None},
    {"message": {"message": {}}},
    200,
    401,
    429,
    1200,
    1407,
    5004,
)
HEADERS = (
    "Content-Encoding: gzip",
    "Content-Encoding: deflate",
    "Content-Encoding: br, zstd, nothing",
    "Content-Length: 0",
    "Content-Length: 99999999999999",
    "Content-Length: -5",
    "Content-Length: abc",
    "Content-Length: 10, 11",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Location: /",
    "Location: //",
    "Location: http://[",
    "Location: https://127.0.0.1:1/",
    "Location: http://plain.invalid/",
    "Location: \xff\xfe\x00",
    "Retry-After: 9e99",
    "Retry-After: Thu, 99 Foo 2099 99:99:99 GMT",
    "Date: nonsense",
    "Date: Mon, 01 Jan 0001 00:00:00 +9999",
    "Set-Cookie: a=b; Domain=.invalid; Path=/; Max-Age=zzz",
    "Content-Type: image/png; charset=\xff",
    "WWW-Authenticate: Basic realm=x",
    "Connection: keep-alive, upgrade",
    "X-Long: " + "y" * 70_000,
    "no colon here",
    ": empty name",
    " folded: line",
)
STATUSES = (100, 101, 199, 200, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404)
MORE_STATUSES = (405, 408, 413, 418, 422, 429, 451, 499, 500, 502, 503, 504, 599, 600, 999)


def mutated(raw: bytes, random: Random) -> bytes:
    """The answer's bytes with one to three kinds of damage."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        raw = random.choice(KINDS)(raw, random)
    return raw


def _split(raw: bytes) -> tuple[list[bytes], bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def _joined(lines: list[bytes], body: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _with_body(raw: bytes, body: bytes) -> bytes:
    """Another body, its length told rightly."""
    lines, _ = _split(raw)
    kept = [line for line in lines if not line.lower().startswith(b"content-length")]
    return _joined([*kept, b"Content-Length: %d" % len(body)], body)


def change_json(raw: bytes, random: Random) -> bytes:
    """One value somewhere in the JSON is replaced, removed or wrapped."""
    _, body = _split(raw)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return flip_bytes(raw, random)
    places = list(_places(payload, None, None))
    holder, name = random.choice(places)
    value = random.choice(STRANGE)
    if holder is None:
        payload = random.choice((value, [payload], {"data": payload}))
    elif isinstance(holder, dict) and random.random() < 0.3:
        del holder[name]
    else:
        holder[name] = random.choice((value, [holder[name]], {"url": holder[name]}))
    return _with_body(raw, json.dumps(payload).encode())


def _places(value: Any, holder: Any, name: Any) -> Any:
    yield holder, name
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from _places(inner, value, key)


def change_status(raw: bytes, random: Random) -> bytes:
    """Another status, or a first line that is none."""
    lines, body = _split(raw)
    code = random.choice(STATUSES + MORE_STATUSES)
    lines[0] = random.choice(
        (b"HTTP/1.1 %d X" % code, b"HTTP/1.0 %d" % code, b"HTTP/9.9 %d" % code, b"ICY 200 OK", b"")
    )
    return _joined(lines, body)


def change_headers(raw: bytes, random: Random) -> bytes:
    """A header more, less or twice."""
    lines, body = _split(raw)
    added = random.choice(HEADERS).encode("latin-1")
    place = random.randrange(1, len(lines) + 1)
    if random.random() < 0.4:
        name = added.partition(b":")[0].lower()
        lines = lines[:1] + [one for one in lines[1:] if not one.lower().startswith(name)]
        place = 1
    return _joined([*lines[:place], added, *lines[place:]], body)


def redirect(raw: bytes, random: Random) -> bytes:
    """A redirect to somewhere strange."""
    lines, body = _split(raw)
    lines[0] = b"HTTP/1.1 %d Moved" % random.choice((301, 302, 303, 307, 308))
    places = [header for header in HEADERS if header.startswith("Location")]
    return _joined([*lines, random.choice(places).encode("latin-1")], body)


def flip_bytes(raw: bytes, random: Random) -> bytes:
    """Some bytes of the body are others; lengths stay."""
    lines, body = _split(raw)
    changed = bytearray(body)
    for _ in range(random.choice((1, 2, 8, 40)) if changed else 0):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return _joined(lines, bytes(changed))


def flip_anywhere(raw: bytes, random: Random) -> bytes:
    """Some bytes anywhere, also in the head, are others."""
    changed = bytearray(raw)
    for _ in range(random.choice((1, 2, 8)) if changed else 0):
        changed[random.randrange(min(len(changed), 600))] = random.randrange(256)
    return bytes(changed)


def cut(raw: bytes, random: Random) -> bytes:
    """The answer ends early."""
    return raw[: random.randrange(len(raw) + 1)]


def splice(raw: bytes, random: Random) -> bytes:
    """A piece of the body is missing, doubled or random; the length is told rightly."""
    _, body = _split(raw)
    start = random.randrange(len(body) + 1)
    end = min(len(body), start + random.choice((1, 4, 30, 300)))
    piece = random.choice((b"", body[start:end] * 2, random.randbytes(end - start)))
    return _with_body(raw, body[:start] + piece + body[end:])


def replace_body(raw: bytes, random: Random) -> bytes:
    """Another body altogether."""
    bodies = (
        b"",
        b"null",
        b"<html><title>504</title></html>",
        b"[" * 5000,
        b'{"a":' * 3000,
        random.randbytes(300),
        b"\x89PNG\r\n\x1a\n" + random.randbytes(60),
        b"RIFF\x20\0\0\0WEBPVP8 " + random.randbytes(30),
        b"\xff\xd8\xff\xe0" + random.randbytes(60),
    )
    return _with_body(raw, random.choice(bodies))


KINDS: tuple[Callable[[bytes, Random], bytes], ...] = (
    change_json,
    change_json,
    change_json,
    change_status,
    change_headers,
    redirect,
    flip_bytes,
    flip_anywhere,
    cut,
    splice,
    replace_body,
)
