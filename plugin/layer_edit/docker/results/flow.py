"""A layout that puts widgets side by side and begins a new line where they do not fit."""

from __future__ import annotations

from ...qt import Qt, QtCore, QtWidgets


class FlowLayout(QtWidgets.QLayout):
    """Long words of any language stay whole in a narrow docker."""

    GAP = 4

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._items: list[QtWidgets.QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QtWidgets.QLayoutItem | None) -> None:  # noqa: N802 - Qt's names
        """Take one more item."""
        if item is not None:
            self._items.append(item)
            self.invalidate()

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QtWidgets.QLayoutItem | None:  # noqa: N802
        """One of them, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QtWidgets.QLayoutItem | None:  # noqa: N802
        """Give one away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """It takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height of all lines."""
        return self._arrange(QtCore.QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QtCore.QRect) -> None:  # noqa: N802
        """Put all items in their places."""
        super().setGeometry(rect)
        self._arrange(rect, moves=True)

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802
        """As small as may be."""
        return self.minimumSize()

    def minimumSize(self) -> QtCore.QSize:  # noqa: N802
        """The widest item fits."""
        size = QtCore.QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        return size

    def _visible(self) -> list[QtWidgets.QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QtCore.QRect, moves: bool) -> int:
        """Lay out from the left (Qt mirrors nothing here); returns the height in pixels."""
        x, y, line = rect.x(), rect.y(), 0
        for item in self._visible():
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + self.GAP, 0
            if moves:
                item.setGeometry(QtCore.QRect(QtCore.QPoint(x, y), size))
            x += size.width() + self.GAP
            line = max(line, size.height())
        return y + line - rect.y()
