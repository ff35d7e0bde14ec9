"""What earlier versions of the plugin wrote, brought to today's form one version at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes the JSON of the next version from that of one."""


class NewerFormatError(ValueError):
    """A later version of the plugin wrote it: that version of the format."""


def upgraded(data: dict[str, Any], current: int, steps: Mapping[int, Step]) -> dict[str, Any]:
    """The JSON in the form of the version `current`; `steps` are by the version they begin with.

    Raises NewerFormatError, ValueError for a version that never was, KeyError without a version.
    """
    version = data["version"]
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"version {version!r} never was")
    if version > current:
        raise NewerFormatError(version)
    for number in range(version, current):
        data = {**steps[number](data), "version": number + 1}
    return data
