"""The list of presets by category, with those that the chosen backend cannot carry out greyed."""

from __future__ import annotations

from ..presets import Preset, matches
from ..qt import Qt, QtWidgets, Signal
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

        Not `for_ai`, those that need a model come last and cannot be chosen. What was current
        stays so, else the first becomes it.
        """
        before = self.current()
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
        self._make_current(before)

    def current(self) -> Preset | None:
        """The one that Enter would choose."""
        item = self.currentItem()
        found = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, Preset) else None

    def choose_current(self) -> None:
        """As Enter in the list does."""
        item = self.currentItem()
        if item is not None:
            self._choose(item)

    def _choose(self, item: QtWidgets.QListWidgetItem) -> None:
        preset = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(preset, Preset) and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.chosen.emit(preset)

    def _add_heading(self, title: str) -> None:
        item = QtWidgets.QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.font()
        font.setBold(True)
        item.setFont(font)
        self.addItem(item)

    def _add(self, name: str, preset: Preset, is_possible: bool) -> None:
        item = QtWidgets.QListWidgetItem(f"   {name}")
        item.setToolTip(preset.text)
        item.setData(Qt.ItemDataRole.UserRole, preset)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
        if not is_possible:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)

    def _make_current(self, wanted: Preset | None) -> None:
        """The wanted one, else the first that can be chosen."""
        first = -1
        for row in range(self.count()):
            item = self.item(row)
            if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
                continue
            first = row if first < 0 else first
            if wanted is not None and item.data(Qt.ItemDataRole.UserRole) == wanted:
                self.setCurrentRow(row)
                return
        if first >= 0:
            self.setCurrentRow(first)
            self.scrollToTop()
