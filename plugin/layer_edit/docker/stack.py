"""The docker's parts from top to bottom; in a low docker they scroll, and nothing is cut off."""

from __future__ import annotations

from collections.abc import Sequence

from ..qt import Qt, QtCore, QtWidgets

Part = QtWidgets.QWidget | QtWidgets.QLayout


class Stack(QtWidgets.QScrollArea):
    """The last part takes what room is left."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        content = QtWidgets.QWidget()
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        layout = QtWidgets.QVBoxLayout(content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        for part in parts:
            if isinstance(part, QtWidgets.QWidget):
                layout.addWidget(part, 1 if part is parts[-1] else 0)
            else:
                layout.addLayout(part)
        self._wanted: QtWidgets.QWidget | None = None
        # Only the layout's next turn gives a part that has grown its place.
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._scroll)

    def bring_up(self, part: QtWidgets.QWidget) -> None:
        """Scroll to a part that must be seen, as soon as it has its place."""
        self._wanted = part
        self._soon.start()

    def _scroll(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 0, 0)
