"""The view of all results: lines and strips of variants, walked through by keyboard or mouse."""

from __future__ import annotations

from typing import cast

from ...qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ...texts import tr
from .delegate import RowDelegate
from .model import ResultsModel
from .outline import Kind
from .places import Places

_Key = Qt.Key
_Move = QtWidgets.QAbstractItemView.CursorAction
_Flag = QtCore.QItemSelectionModel.SelectionFlag

OWN_KEYS = {
    _Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End,
    _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Space, _Key.Key_Return, _Key.Key_Enter,
    _Key.Key_Menu, _Key.Key_Delete,
}  # fmt: skip
"""Krita has shortcuts for some of them, such as the next frame of an animation for Right."""

_STEPS = {
    _Move.MoveLeft: -1,
    _Move.MovePrevious: -1,
    _Move.MoveRight: 1,
    _Move.MoveNext: 1,
}


class ResultsView(QtWidgets.QAbstractItemView):
    """Signals: `toggled(str)` on a click, Enter or Space; `walked(str)` when an arrow key went to
    another variant; `searched()` on Ctrl+F; `menu_wanted(QPoint)`, global, for the chosen result.
    """

    toggled = Signal(str)
    walked = Signal(str)
    searched = Signal()
    menu_wanted = Signal(object)

    def __init__(self, model: ResultsModel, delegate: RowDelegate) -> None:
        super().__init__()
        self._results = model
        self._delegate = delegate
        self._places: Places | None = None
        self.setObjectName("layerEditResults")
        self.setAccessibleName(tr("Results"))
        # Every such view has these; only the types say that they might be missing.
        self.bar = cast(QtWidgets.QScrollBar, self.verticalScrollBar())
        self._area = cast(QtWidgets.QWidget, self.viewport())
        self.setModel(model)
        self.chooser = cast(QtCore.QItemSelectionModel, self.selectionModel())
        self.setItemDelegate(delegate)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        measures = delegate.measures(self.fontMetrics())
        # A document's first result with the headings over it.
        kinds = (Kind.DOCUMENT, Kind.TITLE, Kind.VARIANT)
        self.setMinimumHeight(sum(measures.height(kind) for kind in kinds))
        self.clicked.connect(self._toggle)

    def chosen(self) -> str:
        """The id of the chosen result; '' without one."""
        index = self.currentIndex()
        is_chosen = index.isValid() and self.chooser.isSelected(index)
        return self._results.rows[index.row()].job_id if is_chosen else ""

    def choose(self, job_id: str) -> None:
        """Choose a result, if it is listed, and scroll to it."""
        index = self._results.index_of(job_id)
        if index.isValid():
            self.chooser.setCurrentIndex(index, _Flag.ClearAndSelect)
            self.scrollTo(index)

    def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt's name
        """No more than it must have: the panel gives it all the room that is left."""
        return QtCore.QSize(super().sizeHint().width(), self.minimumHeight())

    # -- where things are ----------------------------------------------------------------------

    def places(self) -> Places:
        """The rectangles of all rows, worked out once for each width and list."""
        if self._places is None:
            measures = self._delegate.measures(self.fontMetrics())
            width = self._area.width()
            self._places = Places(self._results.rows, width, measures)
        return self._places

    def visualRect(self, index: QtCore.QModelIndex) -> QtCore.QRect:  # noqa: N802 - Qt's names
        """Where a row is in the viewport."""
        rects = self.places().rects
        if not index.isValid() or index.row() >= len(rects):
            return QtCore.QRect()
        rect = rects[index.row()]
        return QtCore.QRect(rect.x, rect.y - self.verticalOffset(), rect.width, rect.height)

    def indexAt(self, point: QtCore.QPoint) -> QtCore.QModelIndex:  # noqa: N802
        """The row at a point of the viewport."""
        row = self.places().at(point.x(), point.y() + self.verticalOffset())
        return QtCore.QModelIndex() if row is None else self._results.index(row)

    def horizontalOffset(self) -> int:  # noqa: N802
        """It never scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:  # noqa: N802
        """How far it is scrolled down, in pixels."""
        return self.bar.value()

    def isIndexHidden(self, index: QtCore.QModelIndex) -> bool:  # noqa: N802
        """What is not wanted is not in the model."""
        return False

    def scrollTo(  # noqa: N802
        self,
        index: QtCore.QModelIndex,
        hint: QtWidgets.QAbstractItemView.ScrollHint = (
            QtWidgets.QAbstractItemView.ScrollHint.EnsureVisible
        ),
    ) -> None:
        """Scroll as far as needed to see a row, and the title over the variants of one."""
        rects, row = self.places().rects, index.row()
        if not 0 <= row < len(rects):
            return
        bottom = rects[row].bottom
        first = row
        while self._results.rows[first].kind is Kind.VARIANT:
            first -= 1
        if first and self._results.rows[first - 1].kind is Kind.DOCUMENT:
            first -= 1
        height = self._area.height()
        top = max(rects[first].y, bottom - height)
        self.bar.setValue(min(max(self.bar.value(), bottom - height), top))

    def setSelection(  # noqa: N802
        self, rect: QtCore.QRect, command: QtCore.QItemSelectionModel.SelectionFlag
    ) -> None:
        """Select the result at a rectangle, as a click does."""
        index = self.indexAt(rect.topLeft())
        if index.isValid() and self._results.rows[index.row()].job_id:
            self.chooser.select(index, command)

    def visualRegionForSelection(  # noqa: N802
        self, selection: QtCore.QItemSelection
    ) -> QtGui.QRegion:
        """What to paint anew when the selection changed."""
        region = QtGui.QRegion()
        for index in selection.indexes():
            region += QtGui.QRegion(self.visualRect(index))
        return region

    # -- layout and painting -------------------------------------------------------------------

    def reset(self) -> None:
        """The rows are others."""
        self._places = None
        super().reset()

    def updateGeometries(self) -> None:  # noqa: N802
        """Fit the scroll bar to what there is."""
        super().updateGeometries()
        height = self._area.height()
        self.bar.setRange(0, max(0, self.places().height - height))
        self.bar.setPageStep(height)
        self.bar.setSingleStep(self.fontMetrics().lineSpacing())

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:  # noqa: N802
        """Another width puts more or fewer variants side by side."""
        self._places = None
        super().resizeEvent(event)

    def changeEvent(self, event: QtCore.QEvent | None) -> None:  # noqa: N802
        """Another font changes all heights."""
        self._places = None
        super().changeEvent(event)

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:  # noqa: N802
        """Paint the rows that are in sight."""
        assert event is not None  # noqa: S101 - only Qt's types allow it
        painter = QtGui.QPainter(self._area)
        if not self._results.rows:
            self._paint_hint(painter)
            return
        offset, area = self.verticalOffset(), event.rect()
        current = self.currentIndex().row()
        selected = {index.row() for index in self.chooser.selectedIndexes()}
        option = QtWidgets.QStyleOptionViewItem()
        option.initFrom(self)
        option.font, option.fontMetrics = self.font(), self.fontMetrics()
        plain = option.state & ~QtWidgets.QStyle.StateFlag.State_HasFocus
        for row in self.places().within(area.top() + offset, area.bottom() + 1 + offset):
            index = self._results.index(row)
            option.rect = self.visualRect(index)
            option.state = plain
            if row in selected:
                option.state |= QtWidgets.QStyle.StateFlag.State_Selected
            self._delegate.paint(painter, option, index)
            if row == current and self.hasFocus():
                self._paint_focus(painter, option)

    def _paint_focus(self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem) -> None:
        frame = QtWidgets.QStyleOptionFocusRect()
        frame.initFrom(self)
        frame.rect = option.rect
        style = cast(QtWidgets.QStyle, self.style())
        style.drawPrimitive(
            QtWidgets.QStyle.PrimitiveElement.PE_FrameFocusRect, frame, painter, self
        )

    def _paint_hint(self, painter: QtGui.QPainter) -> None:
        colour = self.palette().color(QtGui.QPalette.ColorRole.Text)
        colour.setAlpha(120)
        painter.setPen(colour)
        box = QtCore.QRectF(self._area.rect())
        option = QtGui.QTextOption(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(box, self._hint(), option)

    def _hint(self) -> str:
        if self._results.is_searched:
            return tr("No result has these words.")
        return tr("Results appear here.")

    # -- hands ---------------------------------------------------------------------------------

    def event(self, event: QtCore.QEvent | None) -> bool:
        """Claim the keys that walk and toggle before Krita takes them for its shortcuts."""
        if event is not None and event.type() == QtCore.QEvent.Type.ShortcutOverride:
            assert isinstance(event, QtGui.QKeyEvent)  # noqa: S101 - by its type
            if event.key() in OWN_KEYS or event.matches(QtGui.QKeySequence.StandardKey.Find):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:  # noqa: N802
        """Enter and Space toggle, the Menu key opens the menu, Ctrl+F searches."""
        assert event is not None  # noqa: S101 - only Qt's types allow it
        if event.key() in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space):
            self._toggle(self.currentIndex())
        elif event.key() == _Key.Key_Menu:
            self.menu_wanted.emit(self._area.mapToGlobal(self._menu_point()))
        elif event.matches(QtGui.QKeySequence.StandardKey.Find):
            self.searched.emit()
        else:
            before = self.chosen()
            super().keyPressEvent(event)
            self._tell_walk(before)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent | None) -> None:  # noqa: N802
        """The right button has chosen the result below it; another way means the chosen one."""
        assert event is not None  # noqa: S101 - only Qt's types allow it
        is_mouse = event.reason() == QtGui.QContextMenuEvent.Reason.Mouse
        if is_mouse and not self._results.flags(self.indexAt(event.pos())):
            return
        place = event.globalPos() if is_mouse else self._area.mapToGlobal(self._menu_point())
        self.menu_wanted.emit(place)

    def moveCursor(  # noqa: N802
        self,
        action: QtWidgets.QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QtCore.QModelIndex:
        """Left and Right go through all results, Up and Down from line to line."""
        rows, current = self._results.rows, self.currentIndex().row()
        results = [at for at, row in enumerate(rows) if row.job_id]
        if not results:
            return QtCore.QModelIndex()
        if current not in results:
            return self._results.index(results[-1 if action == _Move.MoveEnd else 0])
        found: int | None = current
        if action in _STEPS:
            at = results.index(current) + _STEPS[action]
            found = results[min(max(at, 0), len(results) - 1)]
        elif action in (_Move.MoveUp, _Move.MoveDown):
            found = self.places().near(current, rows, action == _Move.MoveDown)
        elif action in (_Move.MoveHome, _Move.MoveEnd):
            found = results[0 if action == _Move.MoveHome else -1]
        elif action in (_Move.MovePageUp, _Move.MovePageDown):
            page = self._area.height() * (1 if action == _Move.MovePageDown else -1)
            wanted = self.places().rects[current].y + page
            found = min(results, key=lambda at: abs(self.places().rects[at].y - wanted))
        return self._results.index(current if found is None else found)

    def currentChanged(  # noqa: N802
        self, current: QtCore.QModelIndex, previous: QtCore.QModelIndex
    ) -> None:
        """The title over the variants tells of the chosen one."""
        super().currentChanged(current, previous)
        valid = current.isValid() and current.row() < len(self._results.rows)
        self._delegate.current = self._results.rows[current.row()].job_id if valid else ""
        self._area.update()

    def _toggle(self, index: QtCore.QModelIndex) -> None:
        if index.isValid() and self._results.rows[index.row()].job_id:
            self.toggled.emit(self._results.rows[index.row()].job_id)

    def _tell_walk(self, before: str) -> None:
        """Told only within the variants of one instruction: they stand for one another."""
        after = self.chosen()
        if after and before and after != before and self._group(after) == self._group(before):
            self.walked.emit(after)

    def _group(self, job_id: str) -> int:
        index = self._results.index_of(job_id)
        return self._results.rows[index.row()].group if index.isValid() else -1

    def _menu_point(self) -> QtCore.QPoint:
        return self.visualRect(self.currentIndex()).center()
