"""Keys of artists: shown once, kept as hashes, each with its limits.

A key has 256 random bits, so that a plain SHA-256 protects it: there is nothing to guess, and a
slow hash would only slow every request. Kept in Redis beside the jobs.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

import redis

from .queue import PREFIX

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class KeyNameError(Exception):
    """A name that cannot be used; the text is a sentence."""


@dataclass(frozen=True)
class Owner:
    """Whose key it is. `at_once`: jobs running at once, `queued`: jobs waiting."""

    name: str
    at_once: int
    queued: int


class Keys:
    """The keys of a studio. Every method may raise redis.RedisError."""

    def __init__(self, client: redis.Redis, prefix: str = PREFIX) -> None:
        self._redis: Any = client
        self._prefix = prefix

    def add(self, name: str, at_once: int, queued: int) -> str:
        """Make a key and return it; an earlier one of that name ends. Raises KeyNameError."""
        if not NAME.fullmatch(name):
            raise KeyNameError(
                f"'{name}' cannot name a key: use letters, digits and . _ @ -, at most 64."
            )
        key = f"studio-{secrets.token_urlsafe(32)}"
        digest = _digest(key)
        pipe = self._redis.pipeline()
        self._forget(pipe, name)
        limits = {"digest": digest, "at_once": at_once, "queued": queued}
        pipe.hset(f"{self._prefix}key:{name}", mapping=limits)
        pipe.hset(f"{self._prefix}digests", digest, name)
        pipe.execute()
        return key

    def revoke(self, name: str) -> bool:
        """End a key; its jobs stay, and are begun no more. False when there was none."""
        pipe = self._redis.pipeline()
        known = self._forget(pipe, name)
        pipe.delete(f"{self._prefix}key:{name}")
        pipe.execute()
        return known

    def _forget(self, pipe: Any, name: str) -> bool:
        digest = self._redis.hget(f"{self._prefix}key:{name}", "digest")
        if digest:
            pipe.hdel(f"{self._prefix}digests", digest)
        return bool(digest)

    def owner_of(self, key: str) -> Owner | None:
        """Whose key it is; None for one that is not known."""
        name = self._redis.hget(f"{self._prefix}digests", _digest(key))
        return self._owner(name) if name else None

    def all(self) -> list[Owner]:
        """Every owner, by name."""
        names = sorted(self._redis.hvals(f"{self._prefix}digests"))
        return [owner for owner in map(self._owner, names) if owner]

    def _owner(self, name: str) -> Owner | None:
        found = self._redis.hgetall(f"{self._prefix}key:{name}")
        return Owner(name, int(found["at_once"]), int(found["queued"])) if found else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
