"""WaveSpeed's options in the docker: size, format, key, address, budget."""

from __future__ import annotations

from ..editing.geometry import Size
from ..editing.request import FORMATS
from ..qt import QtWidgets, Signal
from ..settings import Settings
from .widgets import button, check_box, combo, line_edit


class ServiceOptions(QtWidgets.QWidget):
    """Signals: `changed(dict)` of settings by name; `key_test()`, `key_forget()` when clicked."""

    changed = Signal(object)
    key_test = Signal()
    key_forget = Signal()

    def __init__(self, settings: Settings, sizes: tuple[Size, ...]) -> None:
        super().__init__()
        self._build(sizes)
        self._fill(settings)
        self._connect()

    def _build(self, sizes: tuple[Size, ...]) -> None:
        by_size = {f"{size.width}*{size.height}": str(size) for size in sizes}
        self._size = combo("layerEditSize", "Size", {"": "By the picture's ratio", **by_size})
        names = dict(zip(FORMATS, ("PNG, lossless", "JPEG, small", "WebP"), strict=True))
        self._format = combo("layerEditFormat", "Format", names)
        self._budget = QtWidgets.QDoubleSpinBox()
        self._budget.setObjectName("layerEditBudget")
        self._budget.setAccessibleName("Budget")
        self._budget.setRange(0, 10_000)
        self._budget.setPrefix("$")
        self._budget.setSpecialValueText("no limit")
        self._budget.setToolTip("Beyond this a session asks before each edit.")
        self._sync = check_box(
            "layerEditSync", "Answer with the result", "The API's sync mode: one long request."
        )
        self._base64 = check_box(
            "layerEditBase64", "Result inside the answer", "As base64 text in place of an address."
        )
        self._slots = QtWidgets.QSpinBox()
        self._slots.setObjectName("layerEditSlots")
        self._slots.setAccessibleName("Jobs at once")
        self._slots.setRange(1, 64)
        self._slots.setToolTip("As many as the account's tier allows; Bronze: 2.")
        self._url = line_edit("layerEditUrl", "Address", "https, or http on this machine")
        self._ca = line_edit("layerEditCa", "CA bundle", "PEM file of a company's proxy")
        test = button("layerEditTestKey", "Test key")
        test.clicked.connect(self.key_test)
        forget = button("layerEditForgetKey", "Forget key")
        forget.clicked.connect(self.key_forget)
        keys = QtWidgets.QHBoxLayout()
        keys.addWidget(test)
        keys.addWidget(forget)
        form = QtWidgets.QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        for title, field in (
            ("Size", self._size),
            ("Format", self._format),
            ("Budget", self._budget),
            ("Jobs at once", self._slots),
            ("Address", self._url),
            ("CA bundle", self._ca),
        ):
            form.addRow(title, field)
        form.addRow(self._sync)
        form.addRow(self._base64)
        form.addRow(keys)

    def _fill(self, settings: Settings) -> None:
        self._size.setCurrentIndex(max(0, self._size.findData(settings.size)))
        self._format.setCurrentIndex(max(0, self._format.findData(settings.output_format)))
        self._budget.setValue(settings.budget)
        self._slots.setValue(settings.slots)
        self._sync.setChecked(settings.sync_mode)
        self._base64.setChecked(settings.base64_output)
        self._url.setText(settings.wavespeed_url)
        self._ca.setText(settings.ca_bundle)

    def _connect(self) -> None:
        for box in (self._size, self._format):
            box.currentIndexChanged.connect(self._take)
        self._budget.valueChanged.connect(self._take)
        self._slots.valueChanged.connect(self._take)
        self._sync.toggled.connect(self._take)
        self._base64.toggled.connect(self._take)
        self._url.editingFinished.connect(self._take)
        self._ca.editingFinished.connect(self._take)

    def _take(self) -> None:
        self.changed.emit(
            {
                "size": self._size.currentData(),
                "output_format": self._format.currentData(),
                "budget": self._budget.value(),
                "slots": self._slots.value(),
                "sync_mode": self._sync.isChecked(),
                "base64_output": self._base64.isChecked(),
                "wavespeed_url": self._url.text().strip() or Settings().wavespeed_url,
                "ca_bundle": self._ca.text().strip(),
            }
        )
