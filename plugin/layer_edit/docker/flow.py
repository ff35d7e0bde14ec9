"""A layout like running text: one row while there is room, more rows where there is not."""

from __future__ import annotations

from ..qt import Qt, QtCore, QtWidgets


class FlowLayout(QtWidgets.QLayout):
    """Its items keep their preferred width; those that do not fit go to the next row.

    What is left of a row goes to its last item whose policy is to expand.
    """

    def __init__(self, parent: QtWidgets.QWidget | None = None, spacing: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QtWidgets.QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QtWidgets.QLayoutItem | None) -> None:  # noqa: N802 - Qt's name
        """Qt hands over what `addWidget` was given."""
        if item is not None:
            self._items.append(item)

    def count(self) -> int:
        """How many items there are, hidden ones included."""
        return len(self._items)

    def itemAt(self, index: int) -> QtWidgets.QLayoutItem | None:  # noqa: N802 - Qt's name
        """The item at that place, None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QtWidgets.QLayoutItem | None:  # noqa: N802 - Qt's name
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """The narrower, the more rows."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of all rows at that width, in logical pixels."""
        rows = self._rows(width)
        heights = [max(item.sizeHint().height() for item in row) for row in rows]
        return sum(heights) + self.spacing() * max(0, len(rows) - 1)

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """Its least size: the layout above gives it more width where there is some."""
        return self.minimumSize()

    def minimumSize(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """The widest item's, which may become as narrow as it can."""
        sizes = [item.minimumSize() for item in self._shown()]
        width = max((size.width() for size in sizes), default=0)
        return QtCore.QSize(width, max((size.height() for size in sizes), default=0))

    def setGeometry(self, rect: QtCore.QRect) -> None:  # noqa: N802 - Qt's name
        """Put every item into its row."""
        super().setGeometry(rect)
        top = rect.y()
        for row in self._rows(rect.width()):
            height = max(item.sizeHint().height() for item in row)
            self._place(row, QtCore.QRect(rect.x(), top, rect.width(), height))
            top += height + self.spacing()

    def _place(self, row: list[QtWidgets.QLayoutItem], rect: QtCore.QRect) -> None:
        left = 0
        widths = [min(item.sizeHint().width(), rect.width()) for item in row]
        spare = rect.width() - sum(widths) - self.spacing() * (len(row) - 1)
        expanding = [
            at
            for at, item in enumerate(row)
            if item.expandingDirections() & Qt.Orientation.Horizontal
        ]
        if expanding:
            widths[expanding[-1]] += spare
        for item, width in zip(row, widths, strict=True):
            box = QtCore.QRect(rect.x() + left, rect.y(), width, rect.height())
            item.setGeometry(_mirrored(box, rect, self.parentWidget()))
            left += width + self.spacing()

    def _rows(self, width: int) -> list[list[QtWidgets.QLayoutItem]]:
        rows: list[list[QtWidgets.QLayoutItem]] = []
        left = 0
        for item in self._shown():
            needed = item.sizeHint().width()
            if rows and left + needed <= width:
                rows[-1].append(item)
            else:
                rows.append([item])
                left = 0
            left += needed + self.spacing()
        return rows

    def _shown(self) -> list[QtWidgets.QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]


def _mirrored(
    box: QtCore.QRect, row: QtCore.QRect, widget: QtWidgets.QWidget | None
) -> QtCore.QRect:
    """Where a language is written from the right, rows begin there too."""
    direction = Qt.LayoutDirection.LeftToRight if widget is None else widget.layoutDirection()
    return QtWidgets.QStyle.visualRect(direction, row, box)
