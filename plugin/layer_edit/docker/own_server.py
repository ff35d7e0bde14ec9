"""What is set for one server of one's own: the same in the docker and in the settings window."""

from __future__ import annotations

from ..qt import QtWidgets, Signal
from ..settings import Settings
from ..texts import N_, tr
from .settings_form import SettingsForm
from .widgets import button, check_box, line_edit, spin_box

COMFYUI, IMAGES = "comfyui", "openai-images"

ADDRESSES = {COMFYUI: "comfyui_url", IMAGES: "images_url"}
"""The setting that holds a backend's address."""

NAMES = {COMFYUI: "Comfy", IMAGES: "Images"}
"""Backends within object names."""

FIELDS = {
    COMFYUI: (
        (
            "comfyui_graph",
            "Graph",
            N_("Graph"),
            N_("Your own graph's file, from 'Export (API)'; empty for HiDream-O1"),
        ),
        (
            "comfyui_checkpoint",
            "Weights",
            N_("Weights"),
            N_("File in models/checkpoints; empty takes the one there is"),
        ),
    ),
    IMAGES: (
        (
            "images_model",
            "Model",
            N_("Model"),
            N_("Empty leaves it to the server"),
        ),
        (
            "images_left_out",
            "LeftOut",
            N_("Leave out"),
            N_("Parameters the server does not take, such as seed, response_format"),
        ),
    ),
}
"""Lines of text by backend: setting, object name, title, and what belongs into it."""


class AddressRow(QtWidgets.QWidget):
    """Signals: `changed(dict)` with the address by its setting; `test()`."""

    changed = Signal(object)
    test = Signal()

    def __init__(self, backend: str) -> None:
        super().__init__()
        self._setting = ADDRESSES[backend]
        name = NAMES[backend]
        hint = tr("http in the local network, or https")
        self._field = line_edit(f"layerEdit{name}Url", tr("Address"), hint)
        self._test = button(f"layerEditTest{name}", tr("Test"))
        self._test.setToolTip(tr("Asks the server whether it has what an edit needs."))
        self._test.setAccessibleName(tr("Test"))
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._field, 1)
        row.addWidget(self._test)
        self._field.editingFinished.connect(self._take)
        self._test.clicked.connect(self._ask)

    def fill(self, settings: Settings) -> None:
        """Show these settings."""
        address = str(getattr(settings, self._setting))
        if self._field.text().strip() != address:
            self._field.setText(address)

    def _take(self) -> None:
        self.changed.emit({self._setting: self._read()})

    def _ask(self) -> None:
        # A field that is still being written in counts as well.
        self._take()
        self.test.emit()

    def _read(self) -> str:
        # An emptied field is the default.
        return self._field.text().strip() or str(getattr(Settings(), self._setting))


class ServerForm(SettingsForm):
    """The rest of a backend's options. Signal: `key_entered(str)`, '' forgets it."""

    key_entered = Signal(str)

    def __init__(self, backend: str) -> None:
        super().__init__()
        self._key: QtWidgets.QLineEdit | None = None
        name = NAMES[backend]
        for setting, ending, title, hint in FIELDS[backend]:
            field = line_edit(f"layerEdit{name}{ending}", tr(title), tr(hint))
            self.add_text(setting, tr(title), field)
        if backend == IMAGES:
            self._add_key()
        title = tr("Edits at once")
        self.add_number("own_slots", title, spin_box(f"layerEdit{name}Slots", title, (1, 64)))

    def take_key(self) -> None:
        """A key that is written there counts, finished or not."""
        key = "" if self._key is None else self._key.text().strip()
        if self._key is not None and key:
            self._key.clear()
            self.key_entered.emit(key)

    def _add_key(self) -> None:
        self._key = line_edit("layerEditImagesKey", tr("Key"), tr("Only if the server wants one"))
        self._key.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        forget = button("layerEditImagesForgetKey", tr("Forget key"))
        forget.setAccessibleName(forget.text())
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._key, 1)
        row.addWidget(forget)
        self.form.addRow(tr("Key"), row)
        plain = check_box(
            "layerEditImagesPlainKey",
            tr("Key without encryption"),
            tr("Lets the key go over http to another machine of the local network."),
        )
        plain.setAccessibleName(plain.text())
        self.add_tick("images_plain_key", plain)
        self._key.editingFinished.connect(self.take_key)
        forget.clicked.connect(lambda _checked: self.key_entered.emit(""))
