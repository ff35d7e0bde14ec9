"""Paints the rows of the list: headings, results with their text, variants as thumbnails."""

from __future__ import annotations

from ...qt import Qt, QtCore, QtGui, QtWidgets
from ...session.variants import Presence
from ..widgets import NOTHING
from .model import ResultsModel
from .outline import Kind, Row
from .places import Measures
from .signs import draw_sign
from .standing import Sign, sign
from .thumbnails import Thumbnails

PALE = 150
"""Of 255: the opacity of what is said in passing."""

FADED = 0.4
"""Of 1: a thumbnail whose layer is hidden."""

_State = QtWidgets.QStyle.StateFlag
_Role = QtGui.QPalette.ColorRole


class RowDelegate(QtWidgets.QStyledItemDelegate):
    """`current` is the id of the chosen result, which the title over it describes."""

    def __init__(self, model: ResultsModel, thumbnails: Thumbnails, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.current = ""
        self._model = model
        self._thumbnails = thumbnails

    def measures(self, metrics: QtGui.QFontMetrics) -> Measures:
        """Sizes for the view's font."""
        return Measures(metrics.lineSpacing())

    def paint(
        self,
        painter: QtGui.QPainter | None,
        option: QtWidgets.QStyleOptionViewItem,
        index: QtCore.QModelIndex,
    ) -> None:
        """Paint one row."""
        assert painter is not None  # noqa: S101 - only Qt's types allow it
        row = self._model.rows[index.row()]
        painter.save()
        if row.kind is Kind.DOCUMENT:
            self._document(painter, option, row)
        elif row.kind is Kind.TITLE:
            self._title(painter, option, row)
        elif row.kind is Kind.SINGLE:
            self._single(painter, option, row)
        else:
            self._variant(painter, option, row)
        painter.restore()

    def _document(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem, row: Row
    ) -> None:
        """The name, and a line to the right edge."""
        gap = self.measures(option.fontMetrics).gap
        box = option.rect.adjusted(gap, 2 * gap, -gap, 0)
        painter.setPen(_colour(option, PALE))
        text = option.fontMetrics.elidedText(
            row.text, Qt.TextElideMode.ElideMiddle, max(20, box.width() - 24)
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        left = box.left() + option.fontMetrics.horizontalAdvance(text) + 2 * gap
        painter.setPen(_colour(option, PALE // 3))
        painter.drawLine(left, box.center().y(), box.right(), box.center().y())

    def _title(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem, row: Row
    ) -> None:
        """The instruction; below it what is known of the chosen variant, else of all."""
        gap = self.measures(option.fontMetrics).gap
        said = self._model.summary(row)
        if self.current in row.job_ids:
            number = row.job_ids.index(self.current) + 1
            label = self._model.update_of(self.current).record.label
            parts = (f"{number}/{len(row.job_ids)}", self._model.words(self.current), label)
            said = " · ".join(part for part in parts if part)
        _two_lines(painter, option, option.rect.adjusted(gap, gap, -gap, -gap), row.text, said)

    def _single(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem, row: Row
    ) -> None:
        """The thumbnail; beside it instruction and state."""
        measures = self.measures(option.fontMetrics)
        gap, side = measures.gap, measures.thumbnail
        if option.state & _State.State_Selected:
            painter.fillRect(option.rect, option.palette.brush(_Role.Highlight))
        box = option.rect.adjusted(gap, gap, -gap, -gap)
        square = QtCore.QRect(box.left(), box.center().y() - side // 2, side, side)
        self._thumbnail(painter, square, row.job_id)
        text = box.adjusted(side + 2 * gap, 0, 0, 0)
        update = self._model.update_of(row.job_id)
        said = f"{self._model.words(row.job_id)} · {update.record.source_name}"
        mark = sign(update, self._model.presence_of(row.job_id))
        _two_lines(painter, option, text, row.text, said, mark, update.fraction)

    def _variant(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem, row: Row
    ) -> None:
        """The thumbnail with its sign in a corner; a frame around the chosen one."""
        self._thumbnail(painter, option.rect, row.job_id)
        update = self._model.update_of(row.job_id)
        mark = sign(update, self._model.presence_of(row.job_id))
        corner = QtCore.QRectF(option.rect.right() - 17, option.rect.bottom() - 17, 16, 16)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(option.palette.color(_Role.Base))
        painter.drawRoundedRect(corner, 3, 3)
        colour = option.palette.color(_Role.Text)
        draw_sign(painter, corner.adjusted(3, 3, -3, -3), mark, colour, update.fraction)
        if option.state & _State.State_Selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QtGui.QPen(option.palette.color(_Role.Highlight), 3))
            painter.drawRect(QtCore.QRectF(option.rect).adjusted(1, 1, -1, -1))

    def _thumbnail(self, painter: QtGui.QPainter, square: QtCore.QRect, job_id: str) -> None:
        """The picture in the middle of a square, paler when its layer is hidden."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        # One size for all: a result may become a variant, or be on its own again.
        picture = self._thumbnails.get(job_id, round(Measures.cell * ratio))
        if picture is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(NOTHING)
            painter.drawRect(square)
            return
        size = QtCore.QSizeF(picture.size()).scaled(
            QtCore.QSizeF(square.size()), Qt.AspectRatioMode.KeepAspectRatio
        )
        place = QtCore.QRectF(QtCore.QPointF(0, 0), size)
        place.moveCenter(QtCore.QRectF(square).center())
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        is_hidden = self._model.presence_of(job_id) is Presence.HIDDEN
        painter.setOpacity(FADED if is_hidden else 1.0)
        painter.drawPixmap(place, picture, QtCore.QRectF(picture.rect()))
        painter.setOpacity(1.0)


def _two_lines(
    painter: QtGui.QPainter,
    option: QtWidgets.QStyleOptionViewItem,
    box: QtCore.QRect,
    title: str,
    said: str,
    mark: Sign | None = None,
    fraction: float | None = None,
) -> None:
    """A text, and below it a paler one with its sign, each cut to one line."""
    metrics = option.fontMetrics
    line = metrics.lineSpacing()
    top = box.top() + max(0, box.height() - 2 * line) // 2
    elide = Qt.TextElideMode.ElideRight
    painter.setPen(_colour(option, 255))
    painter.drawText(
        box.left(), top + metrics.ascent(), metrics.elidedText(title, elide, box.width())
    )
    pale, left = _colour(option, PALE), box.left()
    if mark is not None:
        side = metrics.ascent()
        draw_sign(painter, QtCore.QRectF(left, top + line + 1, side, side), mark, pale, fraction)
        left += side + 5
    painter.setPen(pale)
    room = box.right() - left
    painter.drawText(left, top + line + metrics.ascent(), metrics.elidedText(said, elide, room))


def _colour(option: QtWidgets.QStyleOptionViewItem, opacity: int) -> QtGui.QColor:
    """The text colour of the palette that fits the row, with that opacity (0–255)."""
    selected = bool(option.state & _State.State_Selected)
    colour = option.palette.color(_Role.HighlightedText if selected else _Role.Text)
    colour.setAlpha(opacity)
    return colour
