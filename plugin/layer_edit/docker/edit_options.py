"""How a source is cut out and put back: background, context, the mask made from a selection."""

from __future__ import annotations

from ..editing.background import KINDS
from ..qt import QtWidgets, Signal
from ..settings import Settings
from .widgets import combo, spin_box

_TITLES = {
    "auto": "What lies below",
    "white": "White",
    "black": "Black",
    "grey": "Grey",
}


class EditOptions(QtWidgets.QWidget):
    """Signal: `changed(dict)` of settings by name."""

    changed = Signal(object)

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
        form = QtWidgets.QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow("Background", self._background)
        form.addRow("Context", self._context)
        form.addRow("Grow mask", self._grow)
        form.addRow("Feather mask", self._feather)
        self._fill(settings)
        self._background.currentIndexChanged.connect(self._take)
        for box in (self._context, self._grow, self._feather):
            box.valueChanged.connect(self._take)

    def _fill(self, settings: Settings) -> None:
        self._background.setCurrentIndex(max(0, self._background.findData(settings.background)))
        self._context.setValue(settings.context)
        self._grow.setValue(settings.grow)
        self._feather.setValue(settings.feather)

    def _take(self) -> None:
        self.changed.emit(
            {
                "background": self._background.currentData(),
                "context": self._context.value(),
                "grow": self._grow.value(),
                "feather": self._feather.value(),
            }
        )
