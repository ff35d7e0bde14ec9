"""The list of presets by category, with those that the chosen backend cannot carry out greyed."""

from __future__ import annotations

from ..presets import Preset, has_words, matches
from ..qt import Qt, QtGui, QtWidgets, Signal
from ..texts import tr


class PresetList(QtWidgets.QListWidget):
    """Signal: `chosen(Preset)` by click or Enter."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("layerEditPresetList")
        self.setAccessibleName(tr("Presets"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemActivated.connect(self._choose)
        self.itemClicked.connect(self._choose)

    def fill(
        self, mine: tuple[Preset, ...], built_in: tuple[Preset, ...], words: str, for_ai: bool
    ) -> None:
        """Show those that have all the words, the user's own first.

        Not `for_ai`, those that need a model come last and cannot be chosen. With words, the first
        that has them in its name becomes current; else what was so, or the first.
        """
        before = self.current()
        known = "" if before is None else before.name
        self.clear()
        entries = [(tr("Your presets"), one.name, one) for one in mine]
        entries += [(tr(one.category), tr(one.name), one) for one in built_in]
        shown = [entry for entry in entries if matches(entry[2], words, *entry[:2])]
        shown.sort(key=lambda entry: not (for_ai or entry[2].offline))
        heading = ""
        for category, name, preset in shown:
            is_possible = for_ai or preset.offline
            title = category
            if not is_possible:
                title = tr("{category} – needs an AI backend", category=category)
            if title != heading:
                self._add_heading(title)
                heading = title
            if for_ai and preset.offline:
                name = tr("{name} (also offline)", name=name)  # noqa: PLW2901
            self._add(name, preset, is_possible)
        if not shown:
            self._add_heading(tr("No preset has these words."))
        named = (one.name for _, name, one in shown if has_words(f"{name} {one.name}", words))
        self.select(next(named, known) if words else known)

    def current(self) -> Preset | None:
        """The one that Enter would choose."""
        return self._preset(self.currentRow())

    def select(self, name: str) -> None:
        """Make the preset of that name current, else the first that can be chosen."""
        found = [(row, self._preset(row)) for row in range(self.count())]
        rows = [(row, preset) for row, preset in found if preset is not None]
        named = [row for row, preset in rows if preset.name == name]
        if named:
            self.setCurrentRow(named[0])
        elif rows:
            self.setCurrentRow(rows[0][0])
            self.scrollToTop()

    def choose_current(self) -> None:
        """As Enter in the list does."""
        item = self.currentItem()
        if item is not None:
            self._choose(item)

    def _choose(self, item: QtWidgets.QListWidgetItem) -> None:
        preset = self._preset(self.row(item))
        if preset is not None:
            self.chosen.emit(preset)

    def _preset(self, row: int) -> Preset | None:
        """That of a row which can be chosen."""
        item = self.item(row)
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return None
        found = item.data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, Preset) else None

    def _add_heading(self, title: str) -> None:
        item = QtWidgets.QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.font()
        font.setBold(True)
        item.setFont(font)
        # Not greyed, which here says that a preset cannot be chosen.
        item.setForeground(self.palette().color(QtGui.QPalette.ColorRole.Text))
        self.addItem(item)

    def _add(self, name: str, preset: Preset, is_possible: bool) -> None:
        item = QtWidgets.QListWidgetItem(f"   {name}")
        item.setToolTip(preset.text)
        item.setData(Qt.ItemDataRole.UserRole, preset)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
        if not is_possible:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)
