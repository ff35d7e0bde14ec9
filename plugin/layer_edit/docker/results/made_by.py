"""One line that says what produced the active layer, where the plugin did."""

from __future__ import annotations

from ...jobs.origin import Origin
from ...qt import Qt, QtGui, QtWidgets, Signal
from ...texts import tr
from .details import as_text, origin_lines
from .outline import one_line


class MadeByLine(QtWidgets.QWidget):
    """Hidden for layers of other making. Signal: `details_wanted()`."""

    details_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._origin: Origin | None = None
        self._label = QtWidgets.QLabel()
        self._label.setObjectName("layerEditMadeBy")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        policy = QtWidgets.QSizePolicy.Policy
        self._label.setSizePolicy(policy.Ignored, policy.Preferred)
        details = QtWidgets.QToolButton()
        details.setObjectName("layerEditMadeByDetails")
        details.setText(tr("Details"))
        details.setAccessibleName(tr("What produced the active layer"))
        details.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        details.setAutoRaise(True)
        details.clicked.connect(self.details_wanted)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(details)
        self.setVisible(False)

    def show_origin(self, origin: Origin | None) -> None:
        """Tell of it; None hides the line."""
        if origin == self._origin:
            return
        self._origin = origin
        self.setVisible(origin is not None)
        if origin is not None:
            self._label.setToolTip(as_text(origin_lines(origin)))
            self._fit()

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Cut the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._origin is not None:
            instruction = one_line(self._origin.instruction)
            text = tr("This layer: {instruction}", instruction=instruction)
            elide = Qt.TextElideMode.ElideRight
            width = self._label.width() or self.width()
            self._label.setText(self._label.fontMetrics().elidedText(text, elide, width))
