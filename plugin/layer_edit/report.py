"""The report for a bug tracker: what runs here, what it finds, what went wrong; never a key.

Works in Krita and outside, with the standard library alone: it is wanted when nothing else works.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import platform
import re
import shutil
import ssl
import sys
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from . import vendored
from .keys import KeyStore
from .release import version

SERVICE = "https://api.wavespeed.ai/api/v3"
"""Where the connection is tried when the settings name no other address."""

SECONDS = 5
LOG = "layer-edit.log"
TAIL = 200_000
"""Bytes of the log's end that are searched for errors."""

Line = tuple[str, str]
"""What it is, and its value."""


def text(krita: str, qt: str, folder: Path, *, network: bool = True) -> str:
    """The whole report from inside Krita, whose versions are given; `folder` is the data folder.

    With `network` a TLS connection to the service is opened and closed again, which takes up to
    some seconds; nothing is sent over it.
    """
    lines = [
        ("Layer Edit", version() or "unknown version"),
        ("Krita", krita),
        ("Qt", qt),
        *interpreter(),
        *libraries(),
        *network_lines(folder, network),
        *user_data(folder),
    ]
    return formatted(lines, secrets=[key(folder)])


def interpreter() -> list[Line]:
    """The Python this runs in, and its system."""
    return [
        ("Python", f"{platform.python_version()}, {vendored.tag()}"),
        ("system", platform.platform()),
    ]


def libraries() -> list[Line]:
    """Each library with its version and place; 'not loaded' before the docker is first shown."""
    lines = []
    wanted = (*vendored.LIBRARIES, *vendored.COMFORTS)
    for name in dict.fromkeys(each.partition(".")[0] for each in wanted):
        module = sys.modules.get(name)
        if module is None:
            lines.append((name, "not loaded"))
            continue
        folder = Path(getattr(module, "__file__", None) or "?").parent
        lines.append((name, f"{getattr(module, '__version__', '?')} from {folder}"))
    return lines


def network_lines(folder: Path, network: bool, cafile: str | None = None) -> list[Line]:
    """TLS, proxy and whether the service can be reached, trusting `cafile` (default: certifi's)."""
    address = setting(folder, "wavespeed_url") or SERVICE
    bundle = setting(folder, "ca_bundle")
    lines = [("TLS", ssl.OPENSSL_VERSION), ("CA bundle", bundle or "the plugin's own")]
    proxy = urllib.request.getproxies().get("https", "")
    lines.append(("proxy", without_password(proxy) or "none"))
    if network:
        lines.append(("connection", connection(address, proxy, bundle or cafile or certificates())))
    return lines


def connection(address: str, proxy: str = "", cafile: str | None = None) -> str:
    """Open a TLS connection to the address and close it; says what came of it."""
    where = urlsplit(address)
    host = where.hostname or ""
    try:
        context = ssl.create_default_context(cafile=cafile)
        way = urlsplit(proxy if "://" in proxy or not proxy else f"http://{proxy}")
        line = http.client.HTTPSConnection(
            way.hostname or host,
            (way.port or 80) if proxy else (where.port or 443),
            timeout=SECONDS,
            context=context,
        )
        if proxy:
            line.set_tunnel(host, where.port or 443, _proxy_headers(proxy))
        with contextlib.closing(line):
            line.connect()
            kind = line.sock.version() if isinstance(line.sock, ssl.SSLSocket) else None
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"{host}: failed ({error})"
    return f"{host}: {kind}"


def certificates() -> str | None:
    """certifi's file: of the module when it is loaded, else of the plugin's folder."""
    certifi = sys.modules.get("certifi")
    if certifi is not None:
        return str(certifi.where())
    for folder in vendored.library_folders():
        file = folder / "certifi" / "cacert.pem"
        if file.is_file():
            return str(file)
    return None


def without_password(proxy: str) -> str:
    """A proxy's address without the name and the password in it."""
    return re.sub(r"//[^/@]*@|^[^/@]*@", lambda found: "//" if "//" in found[0] else "", proxy)


def user_data(folder: Path, environment: Mapping[str, str] = os.environ) -> list[Line]:
    """Key present or not, the data folder and what is in it, the last errors."""
    state = "present" if key(folder) else "none"
    source = ", from the environment" if environment.get("WAVESPEED_API_KEY", "").strip() else ""
    jobs = folder / "jobs"
    unfinished = len(list(jobs.glob("*/open")))
    lines = [
        ("key", state + source),
        ("data folder", f"{folder} ({_state(folder)})"),
        ("jobs", f"{len(list(jobs.glob('*/job.json')))}, {unfinished} of them unfinished"),
    ]
    errors = last_errors(folder / LOG)
    return lines + [("last errors", error) for error in errors or ["none"]]


def last_errors(log: Path, count: int = 5) -> list[str]:
    """The last lines of the log that tell of a warning or an error, the newest last."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - TAIL))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if re.search(r" (WARNING|ERROR|CRITICAL) ", line)][-count:]


def setting(folder: Path, name: str) -> str:
    """One of the user's settings as it is in the file; '' when it is not."""
    try:
        value = json.loads((folder / "settings.json").read_text("utf-8"))[name]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return value if isinstance(value, str) else ""


def formatted(lines: Iterable[Line], secrets: Iterable[str] = (), home: Path | None = None) -> str:
    """The report as text: no secret is in it, and not the name of the home folder."""
    width = 14
    rows = (f"{name + ':':<{width}} {value}" if name else "" for name, value in lines)
    result = "\n".join(rows)
    for secret in secrets:
        if secret:
            result = result.replace(secret, "(a key)")
    place = str(home or Path.home())
    return result.replace(place, "~") if len(place) > 1 else result


def key(folder: Path) -> str:
    """The user's key, so that it can be kept out of a report; '' when there is none to be read."""
    try:
        return KeyStore(folder).get("wavespeed")
    except ValueError:  # its file is no text
        return ""


def _state(folder: Path) -> str:
    if not folder.is_dir():
        return "not there yet"
    free = shutil.disk_usage(folder).free // 10**6
    return f"{'writable' if os.access(folder, os.W_OK) else 'not writable'}, {free} MB free"


def _proxy_headers(proxy: str) -> dict[str, str]:
    name = urlsplit(proxy)
    if not name.username:
        return {}
    pair = f"{name.username}:{name.password or ''}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"}
