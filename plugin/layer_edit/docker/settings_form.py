"""A form whose fields each stand for one setting, in the docker and in the settings window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..qt import QtWidgets, Signal
from ..settings import Settings
from .widgets import wrapping_label


@dataclass(frozen=True)
class _Field:
    """A widget of a setting: how its value is read, and shown.

    `shown` is what stands there, where that is not what is read: an emptied line stands for its
    default.
    """

    widget: QtWidgets.QWidget
    read: Callable[[], Any]
    show: Callable[[Any], None]
    shown: Callable[[], Any] | None = None


class SettingsForm(QtWidgets.QWidget):
    """Signal: `changed(dict)` with the one setting, by name, that the user has changed.

    The makers of fields return nothing: the value goes out by the signal and in by `fill`.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, _Field] = {}
        self.form = QtWidgets.QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.setFieldGrowthPolicy(
            QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow
        )

    def fill(self, settings: Settings) -> None:
        """Show these settings, without saying that anything was changed."""
        for name, field in self._fields.items():
            value = getattr(settings, name)
            if (field.shown or field.read)() != value:
                blocked = field.widget.blockSignals(True)
                field.show(value)
                field.widget.blockSignals(blocked)

    def add_choice(self, setting: str, title: str, box: QtWidgets.QComboBox, tip: str = "") -> None:
        """A combo box whose entries' data are the setting's values."""
        self._add(title, box, tip)
        self._keep(
            setting,
            _Field(
                box, box.currentData, lambda data: box.setCurrentIndex(max(0, box.findData(data)))
            ),
            box.currentIndexChanged,
        )

    def add_number(
        self,
        setting: str,
        title: str,
        box: QtWidgets.QSpinBox | QtWidgets.QDoubleSpinBox,
        tip: str = "",
    ) -> None:
        """A field for a number."""
        self._add(title, box, tip)
        self._keep(setting, _Field(box, box.value, box.setValue), box.valueChanged)

    def add_tick(self, setting: str, box: QtWidgets.QCheckBox) -> None:
        """A check box, in a row of its own."""
        self.form.addRow(box)
        self._keep(setting, _Field(box, box.isChecked, box.setChecked), box.toggled)

    def add_text(
        self, setting: str, title: str, line: QtWidgets.QLineEdit, default: str = "", tip: str = ""
    ) -> None:
        """A line of text, taken when it is left or Enter is pressed; emptied it is the default."""
        self._add(title, line, tip)
        self._keep(
            setting,
            _Field(line, lambda: line.text().strip() or default, line.setText, line.text),
            line.editingFinished,
        )

    def add_words(self, name: str, text: str = "") -> QtWidgets.QLabel:
        """A label over the whole width."""
        label = wrapping_label(name)
        label.setText(text)
        self.form.addRow(label)
        return label

    def labels(self) -> list[QtWidgets.QWidget]:
        """Those before the fields, from the top."""
        role = QtWidgets.QFormLayout.ItemRole.LabelRole
        items = [self.form.itemAt(row, role) for row in range(self.form.rowCount())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if widget is not None]

    def _add(self, title: str, field: QtWidgets.QWidget, tip: str) -> None:
        label = QtWidgets.QLabel(title)
        label.setBuddy(field)
        if tip:
            field.setToolTip(tip)
            label.setToolTip(tip)
        self.form.addRow(label, field)

    def _keep(self, setting: str, field: _Field, signal: Any) -> None:
        self._fields[setting] = field
        signal.connect(lambda *_: self.changed.emit({setting: field.read()}))


def align(*forms: SettingsForm) -> None:
    """Let the fields of forms that stand below one another begin at one edge."""
    labels = [label for form in forms for label in form.labels()]
    width = max(label.sizeHint().width() for label in labels)
    for label in labels:
        label.setMinimumWidth(width)
