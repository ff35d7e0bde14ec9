"""Replaces files and folders by new ones: all of them, or none.

Everything new is written beside its place first; what can fail there (a full disk, a folder
without rights) leaves all as it was. The change itself is renames, and those done are taken back
when one fails. A process that is killed between two renames leaves the rest to `recover`. Single
files (the user's settings among them) are on the disk before they are renamed; of folders only
their content can be copied again, so nobody waits for them.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .archive import Entry

NEW = ".layer-edit-new"
OLD = ".layer-edit-old"
"""Ends of the names of what is not yet and no longer in its place."""


class Files:
    """The operations on files that can fail; tests let them."""

    def write(self, file: Path, content: bytes) -> None:
        """Write a file as a whole."""
        file.write_bytes(content)

    def make_folder(self, folder: Path) -> None:
        """Make one folder; its parent is there."""
        folder.mkdir()

    def link(self, place: Path, target: Path) -> None:
        """A link to a folder: on Windows a junction, which needs no rights."""
        if os.name == "nt":
            import _winapi  # noqa: PLC0415 - is on Windows only

            _winapi.CreateJunction(str(target), str(place))  # type: ignore[attr-defined]
        else:
            place.symlink_to(target, target_is_directory=True)

    def rename(self, source: Path, target: Path) -> None:
        """Rename; a file in the target's place is replaced."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file, a folder with all that is in it, or a link without what it leads to."""
        remove(path)

    def flush(self, file: Path) -> None:
        """Wait until a file is on the disk, so that no power cut finds a renamed empty one."""
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())


@dataclass(frozen=True)
class _Step:
    """One place; `has_new` says whether something comes there, `is_copied` that what is there was
    copied aside, so that the place is never empty."""

    place: Path
    has_new: bool
    is_copied: bool = False


class Swap:
    """Collects what is to be replaced; nothing is changed before `commit`."""

    def __init__(self, files: Files) -> None:
        self.made: list[Path] = []
        """Folders that were made for it, outer ones first."""
        self._files = files
        self._steps: list[_Step] = []
        self._scratch: list[Path] = []
        self._undo: list[Callable[[], None]] = []

    def folder(self, folder: Path) -> None:
        """Make a folder and those it lies in, where they are missing. Raises OSError."""
        for each in reversed((folder, *folder.parents)):
            if not each.is_dir():
                self._files.make_folder(each)
                self.made.append(each)

    def file(self, place: Path, content: bytes | None) -> None:
        """`place` is to have this content; None: it is to be gone. Raises OSError."""
        is_copied = content is not None and place.is_file() and not is_link(place)
        if content is not None:
            self.folder(place.parent)
            self._write(new_of(place), content)
            if is_copied:
                self._write(old_of(place), place.read_bytes())
                shutil.copymode(place, old_of(place))
                shutil.copymode(place, new_of(place))
        self._steps.append(_Step(place, content is not None, is_copied))

    def tree(self, place: Path, entries: Iterable[Entry] | None) -> None:
        """`place` is to be a folder with these files; None: it is to be gone. Raises OSError."""
        if entries is not None:
            self.folder(place.parent)
            self._write_tree(new_of(place), entries)
        self._steps.append(_Step(place, entries is not None))

    def link(self, place: Path, target: Path) -> None:
        """`place` is to be a link to a folder. Raises OSError."""
        self.folder(place.parent)
        self._scratch.append(new_of(place))
        self._files.link(new_of(place), target)
        self._steps.append(_Step(place, has_new=True))

    def commit(self) -> None:
        """Put everything into its place. Raises OSError; then call `give_up`."""
        for step in self._steps:
            if exists(step.place):
                self._aside(step)
            if step.has_new:
                self._rename(new_of(step.place), step.place, back=not step.is_copied)
        self._undo.clear()
        for step in self._steps:
            # What is in use (on Windows) stays for the next time; the plugin works without.
            self._drop(old_of(step.place))

    def give_up(self) -> None:
        """Take everything back. Raises OSError where not even that can be."""
        errors = []
        while self._undo:
            try:
                self._undo.pop()()
            except OSError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        for path in self._scratch:
            self._drop(path)
        for each in reversed(self.made):
            with suppress(OSError):
                each.rmdir()

    def _aside(self, step: _Step) -> None:
        old = old_of(step.place)
        if step.is_copied:
            self._undo.append(lambda: self._files.rename(old, step.place))
        else:
            self._rename(step.place, old, back=True)

    def _rename(self, source: Path, target: Path, *, back: bool) -> None:
        self._files.rename(source, target)
        if back:
            self._undo.append(lambda: self._files.rename(target, source))

    def _drop(self, path: Path) -> None:
        with suppress(OSError):
            if exists(path):
                self._files.remove(path)

    def _write(self, file: Path, content: bytes) -> None:
        self._scratch.append(file)
        self._files.write(file, content)
        self._files.flush(file)

    def _write_tree(self, folder: Path, entries: Iterable[Entry]) -> None:
        self._scratch.append(folder)
        self._files.make_folder(folder)
        made = {folder}
        for entry in entries:
            file = folder / entry.name
            for parent in reversed(file.parents):
                if folder in parent.parents and parent not in made:
                    self._files.make_folder(parent)
                    made.add(parent)
            self._files.write(file, entry.content())


def new_of(place: Path) -> Path:
    """Where what is to come to a place is written first."""
    return place.with_name(f".{place.name}{NEW}")


def old_of(place: Path) -> Path:
    """Where what was in a place waits until all is done."""
    return place.with_name(f".{place.name}{OLD}")


def recover(places: Sequence[Path], files: Files) -> None:
    """Clean up after a process that was killed: what waits goes back when its place is empty.

    Raises OSError.
    """
    for place in places:
        if exists(old_of(place)) and not exists(place):
            files.rename(old_of(place), place)
        for rest in (old_of(place), new_of(place)):
            if exists(rest):
                files.remove(rest)


def exists(path: Path) -> bool:
    """Whether something is there, be it a link that leads nowhere."""
    return os.path.lexists(path)


def is_link(path: Path) -> bool:
    """Whether it is a symbolic link or, on Windows, a junction."""
    if path.is_symlink():
        return True
    try:
        tag = getattr(path.lstat(), "st_reparse_tag", 0)
    except OSError:
        return False
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)


def remove(path: Path) -> None:
    """Remove a file, a folder with all that is in it, or a link without what it leads to.

    Raises OSError.
    """
    if is_link(path) and path.is_dir() and os.name == "nt":
        path.rmdir()
    elif path.is_dir() and not is_link(path):
        try:
            shutil.rmtree(path)
        except PermissionError:
            _unprotect(path)
            shutil.rmtree(path)
    else:
        path.unlink()


def _unprotect(folder: Path) -> None:
    """Give the owner back the right to remove what is in a folder of his."""
    for name, _, files in os.walk(folder):
        for path in (Path(name), *(Path(name, file) for file in files)):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IRWXU)
