"""Giving memory back to the system: an edit holds some hundred megabytes for a second."""

from __future__ import annotations

import ctypes
import sys


def release_memory() -> None:
    """Give back what was freed. Takes some 10 ms, during which other threads run: for workers.

    glibc keeps freed memory in an arena for each of many threads; without this 50 edits of
    2048 x 2048 left Krita 2 GB larger (malloc_trim(3)). Other systems give it back by themselves.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in musl
        if trim is not None:
            trim(0)
