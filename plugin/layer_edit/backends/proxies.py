"""The user's choice of a proxy, as `requests` takes it."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..editing.errors import SettingError
from ..texts import tr

SYSTEM = "system"
"""Those of the environment or the system, as `requests` finds them."""

NONE = "none"

SCHEMES = ("http", "https")


def proxies(choice: str) -> dict[str, str]:
    """The `proxies` argument of a request: {} leaves it to the system.

    `choice` is SYSTEM, NONE or an address such as 'http://proxy.example:3128', whose 'http://' may
    be left away. Raises SettingError for what is no address.
    """
    if choice == SYSTEM:
        return {}
    # An empty address is kept by `requests` in place of the environment's, and means none.
    address = "" if choice == NONE else checked(choice)
    return dict.fromkeys(SCHEMES, address)


def checked(address: str) -> str:
    """The proxy's address with its scheme. Raises SettingError; the message has no password."""
    whole = address.strip() if "://" in address else f"http://{address.strip()}"
    try:
        parts = urlsplit(whole)
        is_usable = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or " " in whole:
        raise SettingError(
            tr(
                "The address of the proxy in the settings cannot be used, so nothing was sent: "
                "write it like http://proxy.example:3128."
            )
        )
    return whole
