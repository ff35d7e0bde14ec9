"""Where the focus goes when what has it vanishes: never to where keys write or choose by letters.

They are meant for Krita: nobody went there.
"""

from __future__ import annotations

from ..qt import Qt, QtWidgets

TAKES_LETTERS = (
    QtWidgets.QLineEdit,
    QtWidgets.QPlainTextEdit,
    QtWidgets.QTextEdit,
    QtWidgets.QAbstractSpinBox,
    QtWidgets.QComboBox,
    QtWidgets.QAbstractItemView,
)


def is_lost(focused: QtWidgets.QWidget | None) -> bool:
    """True for a widget that has the focus although it was hidden or disabled by now."""
    return focused is not None and not (focused.isVisible() and focused.isEnabled())


def hand_on(within: QtWidgets.QWidget, focused: QtWidgets.QWidget) -> bool:
    """Give the focus of a widget to the next control `within`, past all that takes letters.

    False when there is none.
    """
    found = focused.nextInFocusChain()
    while found is not None and found is not focused:
        if _may_have_it(found) and within.isAncestorOf(found):
            found.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        found = found.nextInFocusChain()
    return False


def _may_have_it(widget: QtWidgets.QWidget) -> bool:
    by_tab = Qt.FocusPolicy.TabFocus
    return (
        widget.isVisible()
        and widget.isEnabled()
        and (widget.focusPolicy() & by_tab) == by_tab
        and not isinstance(widget, TAKES_LETTERS)
    )
