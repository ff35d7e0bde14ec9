"""Small makers of widgets with an object name, for tests, and an accessible name, for people."""

from __future__ import annotations

from ..qt import Qt, QtGui, QtWidgets

NOTHING = QtGui.QColor(128, 128, 128, 40)
"""A picture's place without a picture, over the window of any palette."""


def wrapping_label(name: str) -> QtWidgets.QLabel:
    """A label that wraps, shows plain text only (server texts are not markup) and can shrink."""
    label = QtWidgets.QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    policy = QtWidgets.QSizePolicy.Policy
    label.setSizePolicy(policy.Ignored, policy.Preferred)
    return label


def combo(name: str, title: str, entries: dict[str, str]) -> QtWidgets.QComboBox:
    """A combo box; `entries` maps each entry's data to its text. It can shrink below its text."""
    box = QtWidgets.QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setSizeAdjustPolicy(
        QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    )
    box.setMinimumContentsLength(8)
    for data, text in entries.items():
        box.addItem(text, data)
    return box


def line_edit(
    name: str, title: str, hint: str, made: QtWidgets.QLineEdit | None = None
) -> QtWidgets.QLineEdit:
    """A line of text; `hint` says what belongs into it. `made`: one of a class of its own."""
    field = made or QtWidgets.QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(title)
    field.setPlaceholderText(hint)
    field.setToolTip(hint)
    return field


def spin_box(name: str, title: str, limits: tuple[int, int], unit: str = "") -> QtWidgets.QSpinBox:
    """A field for a whole number within `limits`, followed by its unit."""
    box = QtWidgets.QSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setRange(*limits)
    box.setSuffix(unit)
    return box


def check_box(name: str, title: str, hint: str) -> QtWidgets.QCheckBox:
    """A check box with a tool tip."""
    box = QtWidgets.QCheckBox(title)
    box.setObjectName(name)
    box.setToolTip(hint)
    return box


def tool_button(name: str, title: str, hint: str) -> QtWidgets.QToolButton:
    """A small button with text and a tool tip, reached with Tab."""
    made = QtWidgets.QToolButton()
    made.setObjectName(name)
    made.setText(title)
    made.setToolTip(hint)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def button(name: str, title: str) -> QtWidgets.QPushButton:
    """A push button."""
    made = QtWidgets.QPushButton(title)
    made.setObjectName(name)
    return made


def small_button(
    name: str, sign: str, title: str, icon: QtGui.QIcon | None = None
) -> QtWidgets.QToolButton:
    """A flat button with a short text or a sign, or an icon where there is one; `title` says what
    it does."""
    made = tool_button(name, sign, title)
    if icon is not None and not icon.isNull():
        made.setIcon(icon)
    made.setAccessibleName(title)
    made.setAutoRaise(True)
    return made
