"""Keeps the artist's words: the instructions used before and the presets. Disk only on workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from .. import instructions, presets
from ..editing.errors import InputError, LayerEditError
from ..editing.request import check_instruction
from ..paths import resources_folder
from ..presets import Preset
from ..qt import QtCore, Signal
from ..texts import ntr, tr

_log = logging.getLogger(__name__)


class WordsDesk(QtCore.QObject):
    """Signals, on the main thread: `changed()`; `told(str)`, how a matter of files went.

    `history`: instructions, oldest first. `built_in` and `mine`: presets. They are there soon after
    the start. `in_order` runs a call on the one worker that writes in the order of the calls.
    """

    changed = Signal()
    told = Signal(str)
    _read = Signal(object, object, object)
    _imported = Signal(object, str)

    def __init__(
        self,
        folder: Path,
        in_order: Callable[[Callable[[], object]], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.history: tuple[str, ...] = ()
        self.built_in: tuple[Preset, ...] = ()
        self.mine: tuple[Preset, ...] = ()
        self._folder = folder
        self._is_read = False
        self._in_order = in_order
        self._read.connect(self._on_read)
        self._imported.connect(self._on_imported)
        in_order(self._load)

    def used(self, text: str) -> None:
        """An instruction was carried out: it becomes the newest of the history."""
        self.history = texts = instructions.added(self.history, text)
        self.changed.emit()
        if self._is_read:
            self._keep(lambda: instructions.save(texts, self._folder))

    def keep(self, preset: Preset) -> None:
        """Add one of the user's own, in place of one of the same name.

        Raises InputError when the name cannot be one, or the text is empty or too long.
        """
        name = presets.check_name(preset.name)
        if not preset.text.strip():
            raise InputError(tr("There is no text to keep: type an instruction first."))
        # A longer one would make the whole file one that cannot be used.
        text = check_instruction(preset.text)
        kept = Preset(name, text, preset.category, preset.offline)
        self._take(presets.merged(self.mine, [kept]))

    def rename(self, preset: Preset, name: str) -> None:
        """Give one of the user's own another name. Raises InputError when it cannot be one."""
        name = presets.check_name(name)
        others = presets.without(self.mine, preset.name)
        if any(one.name.casefold() == name.casefold() for one in others):
            raise InputError(tr("There is a preset '{name}' already: type another.", name=name))
        renamed = Preset(name, preset.text, preset.category, preset.offline)
        self._take(tuple(renamed if one == preset else one for one in self.mine))

    def delete(self, preset: Preset) -> None:
        """Remove one of the user's own."""
        self._take(presets.without(self.mine, preset.name))

    def import_from(self, path: Path) -> None:
        """Add those of a file to the user's own; `told` says how many, or why not."""

        def read() -> None:
            try:
                self._imported.emit(presets.read_file(path), path.name)
            except FileNotFoundError:
                self.told.emit(tr("{file} is not there: choose another.", file=path.name))
            except LayerEditError as error:
                self.told.emit(error.message)

        self._in_order(read)

    def export_to(self, path: Path) -> None:
        """Write the user's own into a file; `told` says so."""
        mine = self.mine

        def write() -> None:
            presets.save(mine, path)
            text = ntr(
                "{number} preset was exported.", "{number} presets were exported.", len(mine)
            )
            self.told.emit(text)

        self._keep(write)

    def _take(self, mine: tuple[Preset, ...]) -> None:
        self.mine = mine
        self.changed.emit()
        if self._is_read:
            self._keep(lambda: presets.save(mine, self._folder / presets.FILE))

    def _keep(self, write: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                write()
            except OSError as error:
                _log.warning("not written: %s", error)
                reason = error.strerror or str(error)
                self.told.emit(
                    tr(
                        "It could not be written ({reason}) and is lost at Krita's end.",
                        reason=reason,
                    )
                )

        self._in_order(guarded)

    def _load(self) -> None:
        try:
            mine = presets.load(self._folder)
        except LayerEditError as error:
            mine = ()
            _log.warning("%s %s", error.message, error.detail)
            self._set_aside()
            self.told.emit(error.message)
        self._read.emit(instructions.load(self._folder), _built_in(), mine)

    def _set_aside(self) -> None:
        """A damaged file is not written over: somebody may want to mend it."""
        bad = self._folder / presets.FILE
        try:
            bad.replace(bad.with_suffix(".damaged.json"))
        except OSError as error:
            _log.warning("%s could not be set aside: %s", bad, error)

    def _on_read(
        self, history: tuple[str, ...], built_in: tuple[Preset, ...], mine: tuple[Preset, ...]
    ) -> None:
        self._is_read, self.built_in = True, built_in
        # What was used or kept meanwhile is newer than what was read, and not written yet.
        newer, kept = self.history, self.mine
        self.history, self.mine = history, presets.merged(mine, kept)
        for text in newer:
            self.used(text)
        if kept:
            self._take(self.mine)
        self.changed.emit()

    def _on_imported(self, found: tuple[Preset, ...], name: str) -> None:
        self._take(presets.merged(self.mine, found))
        self.told.emit(
            ntr(
                "{number} preset was imported from {file}.",
                "{number} presets were imported from {file}.",
                len(found),
                file=name,
            )
        )


def _built_in() -> tuple[Preset, ...]:
    try:
        return presets.built_in(resources_folder())
    except (OSError, LayerEditError) as error:
        # Never the end of the user's own: the installation is incomplete.
        _log.warning("the built-in presets cannot be read: %s", error)
        return ()
