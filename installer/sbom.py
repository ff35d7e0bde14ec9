"""The list of what a package contains, as CycloneDX 1.6 in JSON, without date: reproducible.

Fields and their values are those of the CycloneDX specification; package addresses those of
Package-URL.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING, Any

from .archive import Entry
from .console import InstallerError
from .metadata import Metadata, Wheel
from .platforms import Platform

if TYPE_CHECKING:
    from .package import Plugin

SPEC = "1.6"

_SPDX = {"Apache-2.0", "MIT", "MPL-2.0", "BSD-3-Clause", "MIT-CMU", "HPND"}
"""SPDX identifiers that packages write into the older field for a licence's name."""


def sbom_text(
    metadata: Metadata,
    platform: Platform,
    wheels: Mapping[str, Sequence[Wheel]],
    content: Plugin,
) -> str:
    """The SBOM of one package. `wheels` are those in it by requirement, such as `idna==3.20`.

    Raises InstallerError when a package in `content` says nothing of itself.
    """
    described = {name: _description(name, content) for name in wheels}
    root = f"{metadata.id}@{metadata.version}"
    components = [_component(name, wheels[name], described[name]) for name in sorted(wheels)]
    data: dict[str, Any] = {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": metadata.name,
                "version": metadata.version,
                "licenses": [{"license": {"id": _own_licence(content)}}],
                "properties": [{"name": "layer-edit:platform", "value": platform.name}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": root, "dependsOn": _direct(components, described)},
            *(_dependency(each["bom-ref"], described, components) for each in components),
        ],
    }
    text = json.dumps(data, indent=1, ensure_ascii=False)
    data["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _own_licence(content: Plugin) -> str:
    packed = next(each for each in content.files if each.name == "metadata.json")
    return str(json.loads(packed.content())["license"])


def _component(requirement: str, wheels: Sequence[Wheel], described: Message) -> dict[str, Any]:
    name, _, version = requirement.partition("==")
    address = f"pkg:pypi/{_normal(name)}@{version}"
    files = [
        {
            "type": "file",
            "name": wheel.file,
            "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
        }
        for wheel in wheels
    ]
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "licenses": [_licence(described)],
        "purl": address,
        "components": files,
    }


def _licence(described: Message) -> dict[str, Any]:
    expression = described.get("License-Expression")
    if expression:
        return {"expression": expression}
    name = described.get("License", "")
    return {"license": {"id": name} if name in _SPDX else {"name": name or "unknown"}}


def _description(requirement: str, content: Plugin) -> Message:
    """A package's METADATA in the plugin; all its wheels say the same of licence and needs."""
    name, _, version = requirement.partition("==")
    wanted = re.compile(
        rf"vendor/[^/]+/{_normal(name).replace('-', '[-_.]+')}-{re.escape(version)}"
        r"\.dist-info/METADATA",
        re.IGNORECASE,
    )
    found: Entry | None = next(
        (each for each in content.files if wanted.fullmatch(each.name)), None
    )
    if found is None:
        raise InstallerError(f"The package contains no description of {requirement}.")
    return message_from_bytes(found.content())


def _needs(described: Message) -> set[str]:
    """Names of what it depends on, without what only extras want."""
    lines = [line for line in described.get_all("Requires-Dist", []) if "extra ==" not in line]
    names = (re.match(r"[\w.-]+", line) for line in lines)
    return {_normal(found[0]) for found in names if found}


def _dependency(
    ref: str, described: Mapping[str, Message], components: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    requirement = next(each for each in described if ref == _ref(each))
    needed = _needs(described[requirement])
    refs = [each["bom-ref"] for each in components if _normal(each["name"]) in needed]
    return {"ref": ref, "dependsOn": refs} if refs else {"ref": ref}


def _direct(components: Sequence[dict[str, Any]], described: Mapping[str, Message]) -> list[str]:
    """What no other package brings: the plugin's own needs."""
    indirect = {name for each in described.values() for name in _needs(each)}
    return [each["bom-ref"] for each in components if _normal(each["name"]) not in indirect]


def _ref(requirement: str) -> str:
    name, _, version = requirement.partition("==")
    return f"pkg:pypi/{_normal(name)}@{version}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
