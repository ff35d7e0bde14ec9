"""The notice of a new version: it looks only where the user has named an address, and only tells.

Nothing is ever downloaded but the few lines that name the newest version, at most once a day.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .release import version as own_version
from .texts import tr

_log = logging.getLogger(__name__)

STATE = "updates.json"
DAY = 86_400
SECONDS = 5
"""For connecting and for each read."""

LONGEST = 65_536
"""Bytes that are read of an answer."""

Fetch = Callable[[str, str], bytes]
"""Address and CA bundle ('' for the usual ones) to content. Raises OSError or ValueError."""


def notice(
    address: str,
    folder: Path,
    ca_bundle: str = "",
    *,
    own: str | None = None,
    fetch: Fetch | None = None,
    now: float | None = None,
) -> str:
    """A sentence when there is a newer version, else ''. For a worker thread: it may use the net.

    `address`: where the newest release's metadata.json is; '' turns the notice off, and then
    neither the disk nor the network is touched. `folder` is the data folder, where the day of the
    last look is kept. `own`: this version; `now` is in seconds since 1970. Whatever goes wrong
    ends in '' and a line in the log.
    """
    if not address:
        return ""
    own = own_version() if own is None else own
    now = time.time() if now is None else now
    state = _read(folder / STATE)
    newest = str(state.get("version", ""))
    looked = state.get("looked")
    if not isinstance(looked, (int, float)) or not 0 <= now - looked < DAY:
        try:
            newest = _version_in((fetch or fetch_https)(address, ca_bundle))
            _write(folder / STATE, {"looked": now, "version": newest})
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.info("no news of versions: %s", error)
    if not is_newer(newest, own):
        return ""
    return tr(
        "Layer Edit {newest} is out, this is {own}: get it where you got this one.",
        newest=newest,
        own=own,
    )


def is_newer(one: str, other: str) -> bool:
    """Whether the version `one` comes after `other`; False when either is none."""
    numbers = [_numbers(one), _numbers(other)]
    return bool(numbers[0] and numbers[1]) and numbers[0] > numbers[1]


def fetch_https(address: str, ca_bundle: str, proxy: str = "system") -> bytes:
    """Read an address, from the beginning to the end of the way by HTTPS.

    `proxy` is as in the settings. Raises OSError, or ValueError for another kind of address.
    """
    _check(address)
    context = ssl.create_default_context(cafile=ca_bundle or _certificates())
    handlers = [urllib.request.HTTPSHandler(context=context), _OnlyHttps()]
    if proxy != "system":
        named = {} if proxy == "none" else {"https": proxy}
        handlers.append(urllib.request.ProxyHandler(named))
    opener = urllib.request.build_opener(*handlers)
    request = urllib.request.Request(address, headers={"User-Agent": "layer-edit"})  # noqa: S310
    with opener.open(request, timeout=SECONDS) as answer:
        content: bytes = answer.read(LONGEST)
    return content


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str):  # type: ignore[no-untyped-def]
        """Follow a redirection, but not out of HTTPS."""
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(address: str) -> None:
    if not address.startswith("https://"):
        raise ValueError(f"{address[:200]} is no https:// address")


def _certificates() -> str | None:
    """Those of certifi, which the plugin carries; some Kritas find none of the system's."""
    certifi = sys.modules.get("certifi")
    return str(certifi.where()) if certifi else None


def _version_in(content: bytes) -> str:
    data = json.loads(content.decode("utf-8"))
    found = str(data.get("version", "")) if isinstance(data, dict) else ""
    if not _numbers(found):
        raise ValueError("the answer names no version")
    return found


def _numbers(version: str) -> tuple[int, ...]:
    """1.2.3 as numbers, without zeros at the end; () for anything else."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){0,3}", version):
        return ()
    numbers = [int(part) for part in version.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(file: Path, state: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_text(json.dumps(state), "utf-8")
    part.replace(file)
