"""The signs of states as lines and dots: sharp at any scale, in the palette's own colours."""

from __future__ import annotations

from collections.abc import Callable

from ...qt import Qt, QtCore, QtGui
from .standing import Sign

Point = QtCore.QPointF


def draw_sign(
    painter: QtGui.QPainter,
    box: QtCore.QRectF,
    sign: Sign,
    colour: QtGui.QColor,
    fraction: float | None = None,
) -> None:
    """Draw a sign into a square; `fraction` (0–1) is how far a BUSY one is."""
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    pen = QtGui.QPen(colour, max(1.2, box.width() / 9))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.translate(box.topLeft())
    painter.scale(box.width(), box.height())
    pen.setWidthF(pen.widthF() / box.width())
    painter.setPen(pen)
    if sign is Sign.BUSY:
        _busy(painter, fraction)
    else:
        _DRAWN[sign](painter)
    painter.restore()


def _lines(painter: QtGui.QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QtGui.QPolygonF([Point(x, y) for x, y in points]))


def _dot(painter: QtGui.QPainter, x: float, y: float, radius: float) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(Point(x, y), radius, radius)


def _busy(painter: QtGui.QPainter, fraction: float | None) -> None:
    """A ring that fills, or three dots where nobody knows how far it is."""
    if fraction is None:
        for x in (0.2, 0.5, 0.8):
            _dot(painter, x, 0.5, 0.03)
        return
    box = QtCore.QRectF(0.1, 0.1, 0.8, 0.8)
    painter.drawArc(box, 90 * 16, -round(max(0.02, fraction) * 360 * 16))


def _eye(painter: QtGui.QPainter) -> None:
    path = QtGui.QPainterPath(Point(0.04, 0.5))
    path.quadTo(Point(0.5, 0.02), Point(0.96, 0.5))
    path.quadTo(Point(0.5, 0.98), Point(0.04, 0.5))
    painter.drawPath(path)
    _dot(painter, 0.5, 0.5, 0.1)


def _hidden(painter: QtGui.QPainter) -> None:
    _eye(painter)
    _lines(painter, (0.15, 0.9), (0.85, 0.1))


def _done(painter: QtGui.QPainter) -> None:
    _lines(painter, (0.12, 0.55), (0.4, 0.82), (0.9, 0.2))


def _kept(painter: QtGui.QPainter) -> None:
    """An arrow into a tray."""
    _lines(painter, (0.5, 0.08), (0.5, 0.62))
    _lines(painter, (0.28, 0.42), (0.5, 0.64), (0.72, 0.42))
    _lines(painter, (0.08, 0.68), (0.08, 0.92), (0.92, 0.92), (0.92, 0.68))


def _failed(painter: QtGui.QPainter) -> None:
    _lines(painter, (0.16, 0.16), (0.84, 0.84))
    _lines(painter, (0.84, 0.16), (0.16, 0.84))


def _stopped(painter: QtGui.QPainter) -> None:
    painter.drawRect(QtCore.QRectF(0.18, 0.18, 0.64, 0.64))


def _unsure(painter: QtGui.QPainter) -> None:
    """An exclamation mark in a triangle."""
    _lines(painter, (0.5, 0.06), (0.96, 0.92), (0.04, 0.92), (0.5, 0.06))
    _lines(painter, (0.5, 0.38), (0.5, 0.6))
    _dot(painter, 0.5, 0.76, 0.01)


_DRAWN: dict[Sign, Callable[[QtGui.QPainter], None]] = {
    Sign.SHOWN: _eye,
    Sign.HIDDEN: _hidden,
    Sign.DONE: _done,
    Sign.KEPT: _kept,
    Sign.FAILED: _failed,
    Sign.STOPPED: _stopped,
    Sign.UNSURE: _unsure,
}
