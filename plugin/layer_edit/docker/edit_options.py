"""Options of all backends: background, context, the mask made from a selection; news, report."""

from __future__ import annotations

from ..editing.background import KINDS
from ..editing.protect import MODES
from ..qt import QtWidgets, Signal
from ..settings import Settings
from ..texts import N_, tr
from .widgets import button, combo, line_edit, spin_box

_TITLES = {
    "auto": "What lies below",
    "white": "White",
    "black": "Black",
    "grey": "Grey",
}

_PROTECT = {
    "off": N_("No: show the whole result"),
    "soft": N_("Yes, soft edges"),
    "strict": N_("Yes, strict"),
}


class EditOptions(QtWidgets.QWidget):
    """Signals: `changed(dict)` of settings by name; `report()` when a report is wanted."""

    changed = Signal(object)
    report = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._background = combo(
            "layerEditBackground", "Background", {name: _TITLES[name] for name in KINDS}
        )
        self._background.setToolTip("What an AI model sees where the layer is transparent.")
        self._context = spin_box("layerEditContext", "Context", (0, 200), " %")
        self._context.setToolTip("Picture sent around a selection, in percent of its longer side.")
        self._grow = spin_box("layerEditGrow", "Grow", (-200, 200), " px")
        self._grow.setToolTip("Makes the mask larger than the selection; smaller if negative.")
        self._feather = spin_box("layerEditFeather", "Feather", (0, 200), " px")
        self._feather.setToolTip("Makes the edge of the mask soft.")
        self._protect = combo(
            "layerEditProtect",
            tr("Only what changed"),
            {name: tr(_PROTECT[name]) for name in MODES},
        )
        self._protect.setToolTip(
            tr(
                "An AI model redraws the whole picture. A transparency mask, which you can paint "
                "on, shows only what the instruction changed."
            )
        )
        self._updates = line_edit(
            "layerEditUpdates", "Update notice", "https address of the releases; empty: never looks"
        )
        copy = button("layerEditReport", "Copy report")
        copy.setToolTip("Puts a report for a bug tracker into the clipboard; never your key.")
        copy.clicked.connect(self.report)
        form = QtWidgets.QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("Only what changed"), self._protect)
        form.addRow("Background", self._background)
        form.addRow("Context", self._context)
        form.addRow("Grow mask", self._grow)
        form.addRow("Feather mask", self._feather)
        form.addRow("Update notice", self._updates)
        form.addRow(copy)
        self._fill(settings)
        self._updates.editingFinished.connect(self._take)
        self._background.currentIndexChanged.connect(self._take)
        self._protect.currentIndexChanged.connect(self._take)
        for box in (self._context, self._grow, self._feather):
            box.valueChanged.connect(self._take)

    def _fill(self, settings: Settings) -> None:
        self._background.setCurrentIndex(max(0, self._background.findData(settings.background)))
        self._protect.setCurrentIndex(max(0, self._protect.findData(settings.protect)))
        self._context.setValue(settings.context)
        self._grow.setValue(settings.grow)
        self._feather.setValue(settings.feather)
        self._updates.setText(settings.update_address)

    def _take(self) -> None:
        self.changed.emit(
            {
                "background": self._background.currentData(),
                "protect": self._protect.currentData(),
                "context": self._context.value(),
                "grow": self._grow.value(),
                "feather": self._feather.value(),
                "update_address": self._updates.text().strip(),
            }
        )
