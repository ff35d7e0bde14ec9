"""What is edited: a small picture, name, size and limits; and, on demand, what would be sent."""

from __future__ import annotations

from PIL import Image

from ..canvas.thumbnail import thumbnail
from ..canvas.watch import SourceInfo
from ..editing.errors import LayerEditError
from ..editing.geometry import Rect, Size
from ..editing.limits import ImageLimits
from ..editing.placement import place
from ..editing.plan import size_to_ask
from ..editing.preview import Preview
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..session.session import Session
from ..texts import tr
from .widgets import NOTHING, combo, tool_button, wrapping_label
from .wording import scope_titles, source_words

PAUSE = 250
"""Milliseconds after the last change of the source in which the preview is made anew."""

LONGEST = 640
"""Pixels of the preview's longer side: enough for a docker of 300 px at 200 %."""


class SourceLine(QtWidgets.QWidget):
    """Signal: `scope_chosen(str)`."""

    scope_chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._name = ""
        self._rest = ""
        self._build()
        self._arrange()
        self._connect()

    def show_info(self, info: SourceInfo) -> None:
        """Another source, or the same one with another size."""
        self._name = "" if info.reason else info.layer_name
        self._rest = info.reason or source_words(info)
        self._write()
        self._words.setToolTip(info.layer_name)
        self._show_limits()
        self.refresh()

    def choose_scope(self, scope: str) -> None:
        """Choose what is edited, as a click would."""
        self._scope.setCurrentIndex(self._scope.findData(scope))

    def refresh(self) -> None:
        """The same source may have been painted on: show it as it is now."""
        side = self._thumb.width()
        ratio = self.devicePixelRatioF()
        image = thumbnail(self._session.settings.scope, round(side * ratio))
        self._thumb.setPixmap(_on_checks(image, side, ratio, self.palette()))
        if self._toggle.isChecked():
            self._timer.start()

    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """A long name is cut where the room ends; a preview is as wide as the docker."""
        super().resizeEvent(event)
        self._write()
        self._fit_preview()

    def _build(self) -> None:
        self._scope = combo("layerEditScope", tr("What is edited"), scope_titles())
        self._scope.setCurrentIndex(max(0, self._scope.findData(self._session.settings.scope)))
        self._toggle = tool_button(
            "layerEditPreviewToggle", tr("Preview"), tr("Shows what would be sent, and its size.")
        )
        self._toggle.setCheckable(True)
        self._words = wrapping_label("layerEditSource")
        self._limits = wrapping_label("layerEditSourceLimits")
        self._limits.setVisible(False)
        side = 3 * self.fontMetrics().lineSpacing()
        self._thumb = QtWidgets.QLabel()
        self._thumb.setObjectName("layerEditSourceThumbnail")
        self._thumb.setAccessibleName(tr("Picture of what is edited"))
        self._thumb.setFixedSize(side, side)
        self._picture = QtWidgets.QLabel()
        self._picture.setObjectName("layerEditPreview")
        self._picture.setAccessibleName(tr("Preview of what would be sent"))
        self._picture.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed
        )
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._caption = wrapping_label("layerEditPreviewWords")
        self._whole = QtGui.QPixmap()
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)

    def _arrange(self) -> None:
        top = QtWidgets.QHBoxLayout()
        top.addWidget(self._scope, 1)
        top.addWidget(self._toggle)
        right = QtWidgets.QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(top)
        right.addWidget(self._words)
        line = QtWidgets.QHBoxLayout()
        line.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(right, 1)
        self._preview = QtWidgets.QWidget()
        below = QtWidgets.QVBoxLayout(self._preview)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._picture)
        below.addWidget(self._caption)
        self._preview.setVisible(False)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._limits)
        layout.addWidget(self._preview)

    def _connect(self) -> None:
        self._scope.currentIndexChanged.connect(
            lambda: self.scope_chosen.emit(self._scope.currentData())
        )
        self._toggle.toggled.connect(self._open_preview)
        self._timer.timeout.connect(self._ask)
        # By then the backend has been loaded, and what it takes is known.
        self._session.desk.changed.connect(self._show_limits)
        self._session.previews.made.connect(self._show_preview)
        self._session.previews.failed.connect(self._show_no_preview)

    def _show_limits(self) -> None:
        info, known = self._session.source_watch.info, self._session.known_limits
        parts = []
        if info.size is not None and known is not None:
            parts.append(limits_words(info.size, self._session.settings.size, known))
        if info.has_style:
            parts.append(
                tr("The layer style is not sent: for what you see, choose the visible image.")
            )
        self._limits.setText(" ".join(filter(None, parts)))
        self._limits.setVisible(any(parts))

    def _write(self) -> None:
        # The label's own width is not known before the layout has run.
        room = max(self.width() - self._thumb.width() - 16, 80)
        metrics = self._words.fontMetrics()
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        self._words.setText(f"{name}\n{self._rest}" if name else self._rest)

    # -- preview -----------------------------------------------------------------------------------

    def _open_preview(self, is_open: bool) -> None:
        self._preview.setVisible(is_open)
        if is_open:
            self._caption.setText(tr("Reading the picture"))
            self._ask()
        else:
            self._timer.stop()
            self._session.previews.drop()
            self._whole = QtGui.QPixmap()
            self._picture.clear()

    def _ask(self) -> None:
        if not self.isVisible():
            return
        try:
            self._session.ask_preview(LONGEST)
        except LayerEditError as error:
            self._show_no_preview(error.message)

    def _show_preview(self, preview: Preview) -> None:
        if self._toggle.isChecked():
            self._whole = QtGui.QPixmap.fromImage(_qimage(preview.image))
            self._caption.setText(preview_words(preview))
            self._fit_preview()

    def _show_no_preview(self, reason: str) -> None:
        self._whole = QtGui.QPixmap()
        self._picture.clear()
        self._picture.setFixedHeight(0)
        self._caption.setText(reason)

    def _fit_preview(self) -> None:
        if self._whole.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = QtCore.QSize(self.width(), round(self.width() * 1.2))
        scaled = self._whole.scaled(
            room * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        self._picture.setPixmap(scaled)
        self._picture.setFixedHeight(round(scaled.height() / ratio))


def limits_words(size: Size, wish: str, limits: ImageLimits) -> str:
    """What happens to a source of that size on its way; '' when it is sent as it is.

    `wish` is the size of the settings, '' for the nearest of the backend's.
    """
    if not limits.sizes:
        return ""
    asked = size_to_ask(size, Size.parse(wish) if wish else None, limits)
    content = place(Rect.of_size(size), asked).content.size
    if content.pixels >= size.pixels:
        return ""
    return tr("Reduced to {sent} for the model; the layer stays {own}.", sent=content, own=size)


def preview_words(preview: Preview) -> str:
    """What the preview shows, with the sizes of the edit itself."""
    placement = preview.placement
    own, sent, content = placement.target.size, placement.sent, placement.content.size
    parts = [tr("Sent: {part} of {whole} pixels.", part=own, whole=preview.canvas)]
    if sent != own:
        parts.append(tr("The model gets it at {sent}.", sent=sent))
    if content != sent:
        parts.append(tr("Beyond the picture it is mirrored; that part is cut off again."))
    if preview.is_selection:
        parts.append(tr("The line is the selection: the result shows inside it."))
    return " ".join(parts)


def _on_checks(
    image: QtGui.QImage | None, side: int, ratio: float, palette: QtGui.QPalette
) -> QtGui.QPixmap:
    """The picture in the middle of a square, over checks that show where it is transparent."""
    pixmap = QtGui.QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(pixmap)
    if image is None:
        # As a result without a picture: a hole would look like a mistake.
        painter.fillRect(QtCore.QRectF(0, 0, side, side), NOTHING)
        painter.end()
        return pixmap
    width, height = image.width() / ratio, image.height() / ratio
    place_at = QtCore.QRectF((side - width) / 2, (side - height) / 2, width, height)
    painter.fillRect(place_at, palette.color(QtGui.QPalette.ColorRole.Midlight))
    brush = QtGui.QBrush(palette.color(QtGui.QPalette.ColorRole.Mid), Qt.BrushStyle.Dense4Pattern)
    painter.fillRect(place_at, brush)
    painter.drawImage(place_at, image)
    painter.setPen(palette.color(QtGui.QPalette.ColorRole.Mid))
    painter.drawRect(place_at.adjusted(0, 0, -1, -1))
    painter.end()
    return pixmap


def _qimage(image: Image.Image) -> QtGui.QImage:
    """A copy of an RGB picture."""
    data = image.tobytes()
    width, height = image.size
    return QtGui.QImage(data, width, height, 3 * width, QtGui.QImage.Format.Format_RGB888).copy()
