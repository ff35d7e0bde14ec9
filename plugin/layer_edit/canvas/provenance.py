"""A text that is stored with the document, about its layers: survives save, close and open.

An annotation of the document: no step in the undo history (measured on 5.1 to 6.0). It marks the
document as modified, which adding the layer has done just before.
"""

from __future__ import annotations

from typing import Any

from ..qt import QtCore
from .lookup import is_open

KEY = "layer_edit/origins.json"
TITLE = "Layer Edit: what produced the layers"


def stored_text(document: Any) -> str:
    """The document's text; '' for a document without one, or that is closed."""
    # To ask a closed document crashes Krita 5.1.
    if not is_open(document):
        return ""
    return bytes(document.annotation(KEY)).decode("utf-8", "replace")


def store_text(document: Any, text: str) -> None:
    """Store the text, in place of the one before; not in a document that is closed."""
    if is_open(document):
        document.setAnnotation(KEY, TITLE, QtCore.QByteArray(text.encode()))
