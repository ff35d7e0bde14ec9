"""For which system, processor and Python a compiled file was made, read from the file itself.

The numbers are those of the ELF, PE and Mach-O formats.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from .archive import Entry
from .console import InstallerError
from .wheels import Interpreter

_ELF = {62: "x86_64", 183: "aarch64"}
_PE = {0x8664: "amd64", 0xAA64: "arm64"}
_MACH = {0x01000007: "x86_64", 0x0100000C: "arm64"}

_MODULE = re.compile(r"\.(?:cpython-|cp)(\d+)[-.][^/]*(?:so|pyd)$")
"""The Python in the name of an extension module; libraries beside them have none."""


@dataclass(frozen=True)
class Binary:
    """`system` is `linux`, `win` or `macosx`; `machines` as sysconfig names them, '?' if unknown.

    Only a Mach-O file may be for several.
    """

    system: str
    machines: tuple[str, ...]


def binary(content: bytes) -> Binary | None:
    """What a file was made for, None when it is not compiled code."""
    if content[:4] == b"\x7fELF":
        is_64_little = content[4:6] == b"\x02\x01"
        (number,) = struct.unpack_from("<H", content, 18)
        return Binary("linux", (_ELF.get(number, "?") if is_64_little else "?",))
    if content[:2] == b"MZ" and len(content) > 64:
        (at,) = struct.unpack_from("<I", content, 60)
        if content[at : at + 4] == b"PE\0\0":
            (number,) = struct.unpack_from("<H", content, at + 4)
            return Binary("win", (_PE.get(number, "?"),))
    if content[:4] == b"\xcf\xfa\xed\xfe":
        (number,) = struct.unpack_from("<I", content, 4)
        return Binary("macosx", (_MACH.get(number, "?"),))
    if content[:4] == b"\xca\xfe\xba\xbe":
        (count,) = struct.unpack_from(">I", content, 4)
        numbers = [struct.unpack_from(">I", content, 8 + 20 * each)[0] for each in range(count)]
        return Binary("macosx", tuple(_MACH.get(number, "?") for number in numbers))
    return None


def check(entries: Iterable[Entry], interpreter: Interpreter | None) -> int:
    """The number of compiled files, all of which the interpreter can load.

    None stands for every interpreter of every system, where nothing may be compiled. Raises
    InstallerError naming the first file that is for another one.
    """
    found = 0
    for entry in entries:
        content = entry.content()
        made_for = binary(content)
        if made_for is None:
            if _MODULE.search(entry.name):
                raise InstallerError(f"{entry.name} is not the compiled file its name says.")
            continue
        found += 1
        if interpreter is None or not _fits(made_for, interpreter):
            raise InstallerError(
                f"{entry.name} is for {made_for.system} on {' and '.join(made_for.machines)}, not "
                f"for {interpreter.tag if interpreter else 'every system'}."
            )
        _check_python(entry.name, content, interpreter)
    return found


def _fits(made_for: Binary, interpreter: Interpreter) -> bool:
    system, _, rest = interpreter.platform.partition("-")
    return made_for.system == system and rest.rpartition("-")[2] in made_for.machines


def _check_python(name: str, content: bytes, interpreter: Interpreter) -> None:
    """An extension module says its Python in its name; on Windows it also names the DLL."""
    module = _MODULE.search(name)
    digits = f"{interpreter.major}{interpreter.minor}"
    if name.endswith(".pyd") and f"python{digits}.dll".encode() not in content:
        raise InstallerError(f"{name} does not use python{digits}.dll.")
    if module and module[1] != digits:
        raise InstallerError(f"{name} is for Python {module[1]}, not for {digits}.")
