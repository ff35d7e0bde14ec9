"""Options of one's own servers in the docker: address and test, and under 'More' the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..qt import QtWidgets, Signal
from ..settings import Settings
from ..texts import N_, tr
from .widgets import button, check_box, line_edit, spin_box

COMFYUI, IMAGES = "comfyui", "openai-images"


@dataclass(frozen=True)
class _Row:
    """One line of text: the setting it holds, its title, and what belongs into it.

    `is_more`: shown only with the other options.
    """

    backend: str
    setting: str
    name: str
    title: str
    hint: str
    is_more: bool = True


ROWS = (
    _Row(
        COMFYUI,
        "comfyui_url",
        "layerEditComfyUrl",
        N_("Address"),
        N_("http in the local network, or https"),
        is_more=False,
    ),
    _Row(
        COMFYUI,
        "comfyui_graph",
        "layerEditComfyGraph",
        N_("Graph"),
        N_("Your own graph's file, from 'Export (API)'; empty for HiDream-O1"),
    ),
    _Row(
        COMFYUI,
        "comfyui_checkpoint",
        "layerEditComfyWeights",
        N_("Weights"),
        N_("File in models/checkpoints; empty takes the one there is"),
    ),
    _Row(
        IMAGES,
        "images_url",
        "layerEditImagesUrl",
        N_("Address"),
        N_("http in the local network, or https"),
        is_more=False,
    ),
    _Row(
        IMAGES,
        "images_model",
        "layerEditImagesModel",
        N_("Model"),
        N_("Empty leaves it to the server"),
    ),
    _Row(
        IMAGES,
        "images_left_out",
        "layerEditImagesLeftOut",
        N_("Leave out"),
        N_("Parameters the server does not take, such as seed, response_format"),
    ),
)


class OwnGpuOptions(QtWidgets.QWidget):
    """Signals: `changed(dict)` of settings by name; `test()`; `key_entered(str)`, '' forgets it."""

    changed = Signal(object)
    test = Signal()
    key_entered = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._fields = {row.setting: self._field(row) for row in ROWS}
        self._slots = spin_box("layerEditOwnSlots", tr("Edits at once"), (1, 64))
        self._slots.setValue(settings.own_slots)
        self._key = line_edit("layerEditImagesKey", tr("Key"), tr("Only if the server wants one"))
        self._key.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        self._plain = check_box(
            "layerEditImagesPlainKey",
            tr("Key without encryption"),
            tr("Lets the key go over http to another machine of the local network."),
        )
        self._plain.setAccessibleName(tr("Key without encryption"))
        self._plain.setChecked(settings.images_plain_key)
        self._forget = button("layerEditImagesForgetKey", tr("Forget key"))
        self._test = button("layerEditTestServer", tr("Test"))
        self._test.setToolTip(tr("Asks the server whether it has what an edit needs."))
        for made in (self._forget, self._test):
            made.setAccessibleName(made.text())
        self._arrange()
        self._connect()

    def show_for(self, backend: str, is_more: bool) -> None:
        """Show what belongs to a backend, nothing for another; `is_more` with all its options."""
        self.setVisible(backend in (COMFYUI, IMAGES))
        for row in ROWS:
            self._show(self._fields[row.setting], row.backend == backend, row.is_more, is_more)
        self._show(self._slots, True, True, is_more)
        for widget in (self._key, self._plain, self._forget):
            self._show(widget, backend == IMAGES, True, is_more)

    def _show(
        self, field: QtWidgets.QWidget, is_its: bool, needs_more: bool, is_more: bool
    ) -> None:
        visible = is_its and (is_more or not needs_more)
        field.setVisible(visible)
        label = self._form.labelForField(field)
        if label is not None:
            label.setVisible(visible)

    @staticmethod
    def _field_value(settings: Settings, name: str) -> str:
        return str(getattr(settings, name))

    def _field(self, row: _Row) -> QtWidgets.QLineEdit:
        field = line_edit(row.name, tr(row.title), tr(row.hint))
        field.setText(self._field_value(self._settings, row.setting))
        return field

    def _arrange(self) -> None:
        self._form = QtWidgets.QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        for row in ROWS:
            self._form.addRow(tr(row.title), self._fields[row.setting])
        self._form.addRow(tr("Edits at once"), self._slots)
        self._form.addRow(tr("Key"), self._key)
        self._form.addRow(self._plain)
        self._form.addRow(self._forget)
        self._form.addRow(self._test)

    def _connect(self) -> None:
        for field in self._fields.values():
            field.editingFinished.connect(self._take)
        self._slots.valueChanged.connect(self._take)
        self._plain.toggled.connect(self._take)
        self._key.editingFinished.connect(self._enter_key)
        self._forget.clicked.connect(lambda: self.key_entered.emit(""))
        self._test.clicked.connect(self._ask_test)

    def _take(self) -> None:
        default = Settings()
        changes: dict[str, Any] = {
            "own_slots": self._slots.value(),
            "images_plain_key": self._plain.isChecked(),
        }
        for row in ROWS:
            text = self._fields[row.setting].text().strip()
            changes[row.setting] = text or self._field_value(default, row.setting)
        self.changed.emit(changes)

    def _enter_key(self) -> None:
        key = self._key.text().strip()
        if key:
            self._key.clear()
            self.key_entered.emit(key)

    def _ask_test(self) -> None:
        # A field that is still being written in counts as well.
        self._take()
        self._enter_key()
        self.test.emit()
