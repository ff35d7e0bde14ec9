"""Krita's module and the Qt binding it runs with, without types: none exist for Krita."""

from __future__ import annotations

import importlib
import sys
from typing import Any

krita: Any = importlib.import_module("krita")


def _binding() -> str:
    # Krita says it from 5.3 on; before that there is only Qt 5. Both bindings may be installed,
    # and importing the wrong one ends the process.
    major = getattr(sys.modules.get("pykrita"), "qt_major_version", None)
    if callable(major):
        major = major()
    return "PyQt6" if major == 6 or "PyQt6.QtCore" in sys.modules else "PyQt5"


def _module(name: str) -> Any:
    return importlib.import_module(f"{_binding()}.{name}")


QtCore: Any = _module("QtCore")
QtGui: Any = _module("QtGui")
QtWidgets: Any = _module("QtWidgets")
QTest: Any = _module("QtTest").QTest
