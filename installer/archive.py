"""Zip archives with the same bytes wherever they are made.

Every entry is either stored as it is or taken over from another archive in its compressed form:
nothing is compressed here, because each version of zlib compresses differently.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_DATE = (1 << 5) | 1
"""1 January 1980, the oldest day that zip archives know, at midnight."""

_FILE = 0o100644 << 16
_FOLDER = (0o040755 << 16) | 0x10
_UNIX = 3
_VERSION = 20
_UTF8 = 0x800


@dataclass(frozen=True)
class Entry:
    """A file in an archive: `data` as it lies there, `size` and `crc` of what it unpacks to."""

    name: str
    data: bytes
    size: int
    crc: int
    method: int = zipfile.ZIP_STORED

    @classmethod
    def stored(cls, name: str, content: bytes) -> Entry:
        """An entry that is not compressed."""
        return cls(name, content, len(content), zlib.crc32(content))

    def content(self) -> bytes:
        """What it unpacks to. Raises zipfile.BadZipFile when it is damaged."""
        content = self.data
        if self.method == zipfile.ZIP_DEFLATED:
            try:
                content = zlib.decompress(self.data, -15)
            except zlib.error as error:
                raise zipfile.BadZipFile(f"{self.name}: {error}") from error
        if len(content) != self.size or zlib.crc32(content) != self.crc:
            raise zipfile.BadZipFile(f"{self.name} does not unpack to what it was")
        return content

    def below(self, folder: str) -> Entry:
        """The same entry in a folder."""
        return Entry(f"{folder}/{self.name}", self.data, self.size, self.crc, self.method)


def entries_of(file: Path) -> Iterator[Entry]:
    """All files of an archive in their order, compressed as they are.

    Raises zipfile.BadZipFile for what is no archive or uses another method than deflate.
    """
    with zipfile.ZipFile(file) as archive, file.open("rb") as stream:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(f"{info.filename} is compressed in an unknown way")
            stream.seek(info.header_offset)
            header = stream.read(30)
            if header[:4] != b"PK\x03\x04":
                raise zipfile.BadZipFile(f"{info.filename} has no header")
            stream.seek(sum(struct.unpack("<HH", header[26:30])), 1)
            data = stream.read(info.compress_size)
            yield Entry(info.filename, data, info.file_size, info.CRC, info.compress_type)


def zip_bytes(entries: Iterable[Entry]) -> bytes:
    """An archive of the entries in their order, each folder with an entry of its own before.

    Krita's importer finds a plugin by the entry of its folder. Raises ValueError for a name that
    comes twice or leads out of the folder it is unpacked to.
    """
    body: list[bytes] = []
    listing: list[bytes] = []
    offset = 0
    whole = with_folders(tuple(entries))
    for entry in whole:
        head, central = _headers(entry, offset)
        body += [head, entry.data]
        listing.append(central)
        offset += len(head) + len(entry.data)
    size = sum(map(len, listing))
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(whole), len(whole), size, offset, 0)
    return b"".join((*body, *listing, end))


def with_folders(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, each folder's own before the first one in it. Raises ValueError as above."""
    result: list[Entry] = []
    seen: set[str] = set()
    for entry in entries:
        path = PurePosixPath(entry.name)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.name or entry.name in seen:
            raise ValueError(f"no entry can have the name {entry.name}")
        for folder in reversed(path.parents[:-1]):
            name = f"{folder}/"
            if name not in seen:
                seen.add(name)
                result.append(Entry.stored(name, b""))
        seen.add(entry.name)
        result.append(entry)
    return tuple(result)


def _headers(entry: Entry, offset: int) -> tuple[bytes, bytes]:
    """The header before the data, and the one in the listing at the end."""
    name = entry.name.encode()
    flags = 0 if name.isascii() else _UTF8
    common = struct.pack(
        "<5H3I2H",
        *(_VERSION, flags, entry.method, 0, _DATE),
        *(entry.crc, len(entry.data), entry.size),
        *(len(name), 0),
    )
    attributes = _FOLDER if entry.name.endswith("/") else _FILE
    central = (
        struct.pack("<4sBB", b"PK\x01\x02", _VERSION, _UNIX)
        + common
        + struct.pack("<3H2I", 0, 0, 0, attributes, offset)
    )
    return b"PK\x03\x04" + common + name, central + name
