"""The one place that knows PyQt5 from PyQt6: everything else imports Qt's modules from here.

Krita 5.3 and later say which Qt they run on; before that there is only Qt 5. Trying imports
would be wrong: both bindings may be installed, and loading the other one crashes the process.
Write scoped enums and `exec()`: both bindings have them. `QAction` lives in QtGui here.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
"""True for type checkers; importing it from typing would take 5 ms of Krita's start."""


def qt_major() -> int:
    """5 or 6: the Qt of the running Krita, or the one already loaded outside Krita."""
    pykrita = sys.modules.get("pykrita")
    major = getattr(pykrita, "qt_major_version", None)
    if major is not None:
        return int(major() if callable(major) else major)
    return 6 if "PyQt6.QtCore" in sys.modules else 5


if TYPE_CHECKING or qt_major() == 6:
    from PyQt6 import QtCore, QtGui, QtWidgets
else:
    from PyQt5 import QtCore, QtGui, QtWidgets

    # Where Qt 6 has it.
    QtGui.QAction = QtWidgets.QAction

Qt = QtCore.Qt
Signal = QtCore.pyqtSignal

__all__ = ["Qt", "QtCore", "QtGui", "QtWidgets", "Signal", "qt_major"]
