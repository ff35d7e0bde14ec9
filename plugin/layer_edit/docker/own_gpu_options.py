"""Options of one's own servers in the docker: address and test, and under 'More' the rest."""

from __future__ import annotations

from typing import Any

from ..qt import QtWidgets, Signal
from ..settings import Settings
from ..texts import N_, tr
from .widgets import button, check_box, line_edit, spin_box

COMFYUI, IMAGES = "comfyui", "openai-images"
ADDRESSES = {COMFYUI: "comfyui_url", IMAGES: "images_url"}
"""The setting that holds a backend's address."""

FIELDS = {
    COMFYUI: (
        (
            "comfyui_graph",
            "layerEditComfyGraph",
            N_("Graph"),
            N_("Your own graph's file, from 'Export (API)'; empty for HiDream-O1"),
        ),
        (
            "comfyui_checkpoint",
            "layerEditComfyWeights",
            N_("Weights"),
            N_("File in models/checkpoints; empty takes the one there is"),
        ),
    ),
    IMAGES: (
        (
            "images_model",
            "layerEditImagesModel",
            N_("Model"),
            N_("Empty leaves it to the server"),
        ),
        (
            "images_left_out",
            "layerEditImagesLeftOut",
            N_("Leave out"),
            N_("Parameters the server does not take, such as seed, response_format"),
        ),
    ),
}
"""Lines of text by backend: setting, object name, title, and what belongs into it."""


class OwnGpuOptions(QtWidgets.QWidget):
    """Signals: `changed(dict)` of settings by name; `test()`; `key_entered(str)`, '' forgets it."""

    changed = Signal(object)
    test = Signal()
    key_entered = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._addresses = {key: str(getattr(settings, name)) for key, name in ADDRESSES.items()}
        self._backend = ""
        self._fields: dict[str, QtWidgets.QLineEdit] = {}
        self._groups = {key: _group() for key in ADDRESSES}
        self._common = _group()
        self._build(settings)
        self._arrange()
        self._connect()

    def show_for(self, backend: str, is_more: bool) -> None:
        """Show what belongs to a backend, nothing for another; `is_more` with all its options."""
        is_own = backend in ADDRESSES
        if is_own and backend != self._backend:
            self._backend = backend
            self._address.setText(self._addresses[backend])
        self.setVisible(is_own)
        self._common.setVisible(is_more)
        for key, group in self._groups.items():
            group.setVisible(is_more and key == backend)

    def _build(self, settings: Settings) -> None:
        hint = tr("http in the local network, or https")
        self._address = line_edit("layerEditServerUrl", tr("Address"), hint)
        self._test = button("layerEditTestServer", tr("Test"))
        self._test.setToolTip(tr("Asks the server whether it has what an edit needs."))
        for key, rows in FIELDS.items():
            for setting, name, title, hint in rows:
                field = line_edit(name, tr(title), tr(hint))
                field.setText(str(getattr(settings, setting)))
                self._fields[setting] = field
                _form(self._groups[key]).addRow(tr(title), field)
        self._key = line_edit("layerEditImagesKey", tr("Key"), tr("Only if the server wants one"))
        self._key.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        self._forget = button("layerEditImagesForgetKey", tr("Forget key"))
        self._plain = check_box(
            "layerEditImagesPlainKey",
            tr("Key without encryption"),
            tr("Lets the key go over http to another machine of the local network."),
        )
        self._plain.setChecked(settings.images_plain_key)
        self._slots = spin_box("layerEditOwnSlots", tr("Edits at once"), (1, 64))
        self._slots.setValue(settings.own_slots)
        for made in (self._forget, self._test, self._plain):
            made.setAccessibleName(made.text())

    def _arrange(self) -> None:
        address, key = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        address.addWidget(self._address, 1)
        address.addWidget(self._test)
        key.addWidget(self._key, 1)
        key.addWidget(self._forget)
        images = _form(self._groups[IMAGES])
        images.addRow(tr("Key"), key)
        images.addRow(self._plain)
        _form(self._common).addRow(tr("Edits at once"), self._slots)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(address)
        # A widget for each group: a form keeps the gaps between rows that are hidden.
        for group in (*self._groups.values(), self._common):
            layout.addWidget(group)

    def _connect(self) -> None:
        for field in (self._address, *self._fields.values()):
            field.editingFinished.connect(self._take)
        self._slots.valueChanged.connect(self._take)
        self._plain.toggled.connect(self._take)
        self._key.editingFinished.connect(self._enter_key)
        self._forget.clicked.connect(lambda: self.key_entered.emit(""))
        self._test.clicked.connect(self._ask_test)

    def _take(self) -> None:
        default = Settings()
        if self._backend:
            usual = str(getattr(default, ADDRESSES[self._backend]))
            self._addresses[self._backend] = self._address.text().strip() or usual
        changes: dict[str, Any] = {name: self._addresses[key] for key, name in ADDRESSES.items()}
        changes |= {name: field.text().strip() for name, field in self._fields.items()}
        changes["own_slots"] = self._slots.value()
        changes["images_plain_key"] = self._plain.isChecked()
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


def _group() -> QtWidgets.QWidget:
    group = QtWidgets.QWidget()
    form = QtWidgets.QFormLayout(group)
    form.setContentsMargins(0, 0, 0, 0)
    form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
    return group


def _form(group: QtWidgets.QWidget) -> QtWidgets.QFormLayout:
    form = group.layout()
    assert isinstance(form, QtWidgets.QFormLayout)  # noqa: S101 - made so by _group
    return form
