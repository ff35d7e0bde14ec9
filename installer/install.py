"""Puts the plugin into a Krita profile and takes it out again, as a whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from . import kritarc, receipt
from .archive import Entry
from .console import REFUSED, InstallerError
from .layouts import Place
from .metadata import add_plugin_path
from .package import Plugin
from .receipt import Receipt
from .running import running
from .swap import Files, Swap, exists, is_link, recover, remove

MODULE = "layer_edit"

BESIDE = "layer_edit_vendor"
"""Where a linked checkout has its libraries; `vendored` in the plugin looks there too."""

FindRunning = Callable[[Place], Sequence[int]]
ForgetKey = Callable[[Path], None]
"""Takes the API key of a data folder out of the system's keyring."""


@dataclass(frozen=True)
class Wanted:
    """What is to be installed. With a `checkout`, the plugin's folder there, `pykrita` gets a link
    to it, and the files of `plugin` are the libraries, which come to lie beside the link."""

    plugin: Plugin
    version: str
    checkout: Path | None = None


def install(
    place: Place, wanted: Wanted, files: Files | None = None, find: FindRunning = running
) -> str:
    """Install or update; returns what was done as a sentence.

    What is there already as wanted is left alone. Raises InstallerError when a Krita runs or
    something cannot be written; then all is as it was.
    """
    files = files or Files()
    refuse_while_running([place], find)
    with _or_nothing(place, files) as swap:
        earlier = version_of(place)
        if _is_there(place, wanted):
            return f"Layer Edit {wanted.version} is in {place.resources} already."
        _stage(place, wanted, swap)
        swap.commit()
    how = "linked" if wanted.checkout else "installed" if earlier is None else "updated"
    before = f" (before: {earlier or 'a broken one'})" if earlier is not None else ""
    return f"Layer Edit {wanted.version} is {how} in {place.resources}{before}."


def uninstall(
    place: Place,
    *,
    purge: bool = False,
    files: Files | None = None,
    find: FindRunning = running,
    forget_key: ForgetKey | None = None,
) -> str:
    """Take the plugin out; the profile is as before the first installation.

    With `purge` the data folder goes too: settings, key, kept results. Raises InstallerError when
    a Krita runs, something cannot be removed, or unfinished jobs would be lost.
    """
    files = files or Files()
    refuse_while_running([place], find)
    if purge:
        _refuse_unfinished(place)
    with _or_nothing(place, files) as swap:
        known = receipt.read(place.pykrita)
        removed = _stage_removal(place, known, swap)
        if removed:
            swap.commit()
    for folder in reversed(known.folders if known else ()):
        with suppress(OSError):  # what others put there since stays, and the folder with it
            folder.rmdir()
    data = ""
    if purge:
        gone = _purge(data_folders(place), forget_key)
        names = " and ".join(map(str, gone))
        data = f"; {names} {'is' if len(gone) == 1 else 'are'} removed too" if gone else ""
    how = "is removed from" if removed else "is not installed in"
    return f"Layer Edit {how} {place.resources}{data}."


def refuse_while_running(places: Sequence[Place], find: FindRunning = running) -> None:
    """Raises InstallerError when a Krita of these profiles runs: it rewrites kritarc at its end."""
    pids = sorted({pid for place in places for pid in find(place)})
    if pids:
        listed = ", ".join(map(str, pids))
        raise InstallerError(
            f"Krita is running (process {listed}): close it and run this command again; nothing "
            "was changed.",
            REFUSED,
        )


def version_of(place: Place) -> str | None:
    """The version of the installed plugin, '' for a broken one or one that does not say, None for
    none."""
    add_plugin_path()
    from layer_edit.release import version  # noqa: PLC0415

    folder = place.pykrita / MODULE
    if not exists(folder) and not exists(place.pykrita / f"{MODULE}.desktop"):
        return None
    return version(folder) if (folder / "__init__.py").is_file() else ""


def data_folders(place: Place) -> list[Path]:
    """The plugin's data folders: the usual one, then the one that the user has chosen, if any."""
    add_plugin_path()
    from layer_edit.paths import NAME, chosen_folder  # noqa: PLC0415

    chosen = chosen_folder(place.data)
    is_ours = chosen is not None and chosen.name == NAME and chosen.is_dir()
    return [place.data, chosen] if chosen is not None and is_ours else [place.data]


def is_linked(place: Place) -> bool:
    """Whether the plugin is a checkout."""
    return is_link(place.pykrita / MODULE)


def is_enabled(place: Place) -> bool:
    """Whether the plugin is switched on in Krita's settings."""
    return kritarc.is_enabled(_read(place.kritarc), MODULE)


def _own(place: Place) -> tuple[Path, ...]:
    """All places in a profile that are the plugin's."""
    return (
        place.pykrita / MODULE,
        place.pykrita / BESIDE,
        place.pykrita / f"{MODULE}.desktop",
        place.resources / "actions" / f"{MODULE}.action",
        place.pykrita / receipt.FILE,
    )


@contextmanager
def _or_nothing(place: Place, files: Files) -> Iterator[Swap]:
    """A swap that is taken back when anything goes wrong. Raises InstallerError for OSError."""
    swap = Swap(files)
    try:
        recover((*_own(place), _settings(place)), files)
        yield swap
    except BaseException as error:  # Ctrl+C too
        try:
            swap.give_up()
        except OSError as second:
            raise InstallerError(
                f"{_what(second)}, and what was done could not be taken back: run this command "
                f"again; what is in {place.pykrita} may be incomplete."
            ) from error
        if isinstance(error, OSError):
            raise InstallerError(f"{_what(error)}: nothing was changed.") from error
        raise


def _what(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"{error.filename or 'A file'} cannot be written or read ({reason})"


def _settings(place: Place) -> Path:
    """The file itself where kritarc is a link, as it is for people who keep such files in git."""
    return Path(os.path.realpath(place.kritarc))


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _stage(place: Place, wanted: Wanted, swap: Swap) -> None:
    module, beside, desktop, action, note = _own(place)
    if wanted.checkout:
        swap.link(module, wanted.checkout)
        swap.tree(beside, wanted.plugin.files)
    else:
        swap.tree(module, wanted.plugin.files)
        swap.tree(beside, None)
    swap.file(desktop, wanted.plugin.desktop.content())
    swap.file(action, wanted.plugin.action.content() if wanted.plugin.action else None)
    settings = _settings(place)
    content, edit = kritarc.enable(_read(settings), MODULE)
    if edit is not None:
        _refuse_protected(settings)
        swap.file(settings, content)
    before = receipt.read(place.pykrita) or Receipt(was_there=version_of(place) is not None)
    folders = (*before.folders, *(each for each in swap.made if each not in before.folders))
    # Where the line is gone altogether (the settings were reset), the first edit is void.
    first = before.edit if edit is None or edit.removed else None
    swap.file(note, Receipt(folders, first or edit, before.was_there).text())


def _refuse_protected(file: Path) -> None:
    """Renaming would replace a protected file too; who protects it does not want that."""
    effective = os.access in os.supports_effective_ids
    if file.exists() and not os.access(file, os.W_OK, effective_ids=effective):
        raise PermissionError(errno.EACCES, "it is write-protected", str(file))


def _stage_removal(place: Place, known: Receipt | None, swap: Swap) -> bool:
    """Whether anything is there to be removed."""
    if not any(exists(path) for path in _own(place)):
        return False
    for path in _own(place):
        swap.file(path, None)
    settings = _settings(place)
    content = _read(settings)
    if content is not None and (known is None or known.was_there or known.edit):
        without = kritarc.disable(content, MODULE, known.edit if known else None)
        if without != content:
            _refuse_protected(settings)
            swap.file(settings, without)
    return True


def _is_there(place: Place, wanted: Wanted) -> bool:
    module, beside, desktop, action, _ = _own(place)
    if wanted.checkout:
        is_same = is_link(module) and os.path.realpath(module) == os.path.realpath(wanted.checkout)
        is_same = is_same and _has(beside, wanted.plugin.files)
    else:
        is_same = not is_link(module) and _has(module, wanted.plugin.files) and not exists(beside)
    pairs = ((desktop, wanted.plugin.desktop), (action, wanted.plugin.action))
    try:
        return (
            is_same
            and is_enabled(place)
            and all(_read(file) == (entry.content() if entry else None) for file, entry in pairs)
        )
    except OSError:  # a folder in a file's place: part of a broken version
        return False


def _has(folder: Path, entries: Sequence[Entry]) -> bool:
    """Whether a folder holds exactly these files, besides what Python compiled."""
    there = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    return there == {entry.name for entry in entries} and all(
        (folder / entry.name).stat().st_size == entry.size
        and (folder / entry.name).read_bytes() == entry.content()
        for entry in entries
    )


def _refuse_unfinished(place: Place) -> None:
    for folder in data_folders(place):
        count = len(list((folder / "jobs").glob("*/open")))
        if count:
            raise InstallerError(
                f"Unfinished jobs ({count}), perhaps paid for, are in {folder}: start Krita to "
                "collect them, or remove that folder yourself; nothing was changed.",
                REFUSED,
            )


def _purge(folders: Sequence[Path], forget_key: ForgetKey | None) -> list[Path]:
    """Remove data folders; returns those that were there."""
    there = [folder for folder in folders if exists(folder)]
    # The usual one last: it names the other, should that one not go.
    for folder in reversed(folders):
        if forget_key is not None:
            forget_key(folder)
        try:
            if exists(folder):
                remove(folder)
        except OSError as error:
            raise InstallerError(
                f"Layer Edit is removed, but {folder} is not ({error.strerror}): remove that "
                "folder yourself."
            ) from error
    return there
