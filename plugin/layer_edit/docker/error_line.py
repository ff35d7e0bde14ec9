"""What went wrong, in one sentence with one action; the details only for those who ask."""

from __future__ import annotations

import re

from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..texts import tr
from .price_words import priced
from .suggestions import TIPS, Suggestion
from .widgets import button, small_button, wrapping_label

LONGEST = 300
"""Characters of a sentence; the rest is in the details."""

LONGEST_DETAIL = 4000
"""Characters shown of the details; the copy has all of them."""

LONGEST_RUN = 24
"""Characters without a space after which a line may break."""

LINES = 7
"""Of the details, before they scroll."""

COPIED = 2000
"""Milliseconds for which the button says so."""


class ErrorLine(QtWidgets.QWidget):
    """Hidden while there is nothing to say. Signals: `wanted(Suggestion)` when its action is,
    `grown()` when there is more to see."""

    wanted = Signal(object)
    grown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._message = self._detail = ""
        self._suggestion: Suggestion | None = None
        self._build()
        self._arrange()
        self._anyway.clicked.connect(lambda: self.wanted.emit(Suggestion.EDIT_ANYWAY))
        self._action.clicked.connect(lambda: self.wanted.emit(self._suggestion))
        self._details.toggled.connect(self._show_detail)
        self._back = QtCore.QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(COPIED)
        self._back.timeout.connect(lambda: self._copy.setText(tr("Copy")))
        self._copy.clicked.connect(self._copy_all)
        self._close.clicked.connect(self.clear)
        self.clear()

    def show_error(
        self,
        message: str,
        detail: str = "",
        suggested: Suggestion | None = None,
        price: float | None = None,
    ) -> None:
        """Say this until the next edit, or until it is closed; '' hides all.

        `price`: what the suggested action costs in US dollars, None where nothing is to be said.
        """
        # A detail that the sentence has said already is none.
        self._message, self._detail = message, "" if detail in message else detail
        self._suggestion = suggested
        self._label.setText(breakable(cut(message, LONGEST)))
        self._anyway.setVisible(suggested is Suggestion.EDIT_ANYWAY)
        self._action.setVisible(suggested not in (None, Suggestion.EDIT_ANYWAY))
        if suggested is not None:
            self._action.setText(priced(tr(suggested.value), price))
            self._action.setToolTip(tr(TIPS[suggested]) if suggested in TIPS else "")
        has_detail = bool(self._detail) or len(message) > LONGEST
        self._details.setChecked(False)
        self._details.setVisible(has_detail)
        self._copy.setVisible(False)
        self._text.setVisible(False)
        self.setVisible(bool(message))
        if message:
            self.grown.emit()

    def clear(self) -> None:
        """Say nothing."""
        self.show_error("")

    def _build(self) -> None:
        self._icon = QtWidgets.QLabel()
        self._label = wrapping_label("layerEditError")
        self._label.setAccessibleName(tr("Error"))
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # A sentence in the palette's colours alone would look like any other of the docker's.
        self._icon.setPixmap(self._warning_sign())
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._close = small_button("layerEditErrorClose", "✕", tr("Close the message"))
        self._anyway = button("layerEditAnyway", tr("Edit anyway"))
        self._action = button("layerEditErrorAction", "")
        self._details = small_button("layerEditErrorDetails", tr("Details"), tr("Details"))
        self._details.setCheckable(True)
        self._copy = small_button(
            "layerEditErrorCopy", tr("Copy"), tr("Copy the message and its details")
        )
        self._text = QtWidgets.QPlainTextEdit()
        self._text.setObjectName("layerEditErrorDetail")
        self._text.setAccessibleName(tr("Details"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setWordWrapMode(QtGui.QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def _warning_sign(self) -> QtGui.QPixmap:
        style = self.style()
        assert style is not None  # noqa: S101 - every widget has one
        side = self.fontMetrics().height()
        sign = style.standardIcon(QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning)
        return sign.pixmap(QtCore.QSize(side, side))

    def _arrange(self) -> None:
        sentence, actions = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        sentence.addWidget(self._icon)
        sentence.addWidget(self._label, 1)
        sentence.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        for one in (self._action, self._anyway):
            actions.addWidget(one)
        actions.addStretch(1)
        actions.addWidget(self._copy)
        actions.addWidget(self._details)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(sentence)
        whole.addLayout(actions)
        whole.addWidget(self._text)

    def _show_detail(self, is_open: bool) -> None:
        if is_open:
            # Filled only now: the layout of a long text takes its time.
            is_cut = len(self._message) > LONGEST
            text = cut(self._all() if is_cut else self._detail, LONGEST_DETAIL)
            self._text.setPlainText(text)
            self._text.setFixedHeight(self._height_of(text))
        self._text.setVisible(is_open)
        self._copy.setVisible(is_open)
        if is_open:
            self.grown.emit()

    def _height_of(self, text: str) -> int:
        """Pixels for the text as it wraps here, for LINES of it at most."""
        metrics, flags = self.fontMetrics(), Qt.TextFlag
        document = self._text.document()
        edge = self._text.frameWidth() + (0 if document is None else int(document.documentMargin()))
        room = QtCore.QRect(0, 0, max(self.width() - 2 * edge, 1), 1)
        wrapped = metrics.boundingRect(
            room, int(flags.TextWordWrap) | int(flags.TextWrapAnywhere), text
        )
        # Half a line more: a text edit that is full to the pixel shows a scroll bar.
        spare = metrics.lineSpacing() // 2
        return min(wrapped.height(), LINES * metrics.lineSpacing()) + 2 * edge + spare

    def _all(self) -> str:
        return "\n\n".join(part for part in (self._message, self._detail) if part)

    def _copy_all(self) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._all())
        self._copy.setText(tr("Copied"))
        self._back.start()


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and how much more there is."""
    if len(text) <= longest:
        return text
    return tr(
        "{start} … ({count} more characters)", start=text[:longest], count=len(text) - longest
    )


def breakable(text: str) -> str:
    """The text with places where a label may break its long words: Qt's break at spaces only."""
    return re.sub(rf"(\S{{{LONGEST_RUN}}})(?=\S)", "\\1\u200b", text)
