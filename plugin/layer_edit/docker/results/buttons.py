"""The buttons below the list: what is done most with the chosen result, and a menu of the rest."""

from __future__ import annotations

from itertools import pairwise

from ...qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ...texts import tr
from ..flow import FlowLayout
from .offers import Offer


class OfferButtons(QtWidgets.QWidget):
    """Signals: `wanted(str)` with an offer's name; `menu_wanted(QPoint)`, global."""

    wanted = Signal(str)
    menu_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._flow = FlowLayout(self)
        self._shown: tuple[Offer, ...] = ()
        self._more = self._button("more", tr("More…"), tr("Everything that can be done with it."))
        self._more.clicked.connect(self._ask_menu)
        self.setVisible(False)

    def show_offers(self, offers: tuple[Offer, ...]) -> None:
        """Offer these; none hides the row."""
        if offers != self._shown:
            self._shown = offers
            self._rebuild()
        self.setVisible(bool(offers))

    def _rebuild(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._more:
                # Its name is free at once; the widget goes when its own click is over.
                widget.setObjectName("")
                widget.hide()
                widget.deleteLater()
        for offer in self._shown:
            made = self._button(offer.name, offer.words(), tr(offer.tip))
            made.clicked.connect(lambda _checked=False, name=offer.name: self.wanted.emit(name))
            self._flow.addWidget(made)
            made.show()
        self._flow.addWidget(self._more)
        self._more.setVisible(bool(self._shown))
        # Showing a button has laid out those that were there by then.
        self._flow.update()
        self._tab_order()

    def _tab_order(self) -> None:
        """In the order in which they stand."""
        items = [self._flow.itemAt(at) for at in range(self._flow.count())]
        widgets = [item.widget() for item in items if item is not None]
        for first, second in pairwise(widgets):
            if first is not None and second is not None:
                QtWidgets.QWidget.setTabOrder(first, second)

    def _button(self, name: str, title: str, tip: str) -> QtWidgets.QToolButton:
        made = QtWidgets.QToolButton(self)
        made.setObjectName(f"layerEdit-{name}")
        made.setText(title)
        made.setToolTip(tip)
        made.setAccessibleDescription(tip)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return made

    def _ask_menu(self) -> None:
        self.menu_wanted.emit(self._more.mapToGlobal(QtCore.QPoint(0, self._more.height())))


def offer_menu(parent: QtWidgets.QWidget, offers: tuple[Offer, ...]) -> QtWidgets.QMenu:
    """A menu of these offers, to be popped up; an action's data is the offer's name."""
    menu = QtWidgets.QMenu(parent)
    menu.setObjectName("layerEditResultMenu")
    menu.setToolTipsVisible(True)
    for offer in offers:
        action = QtGui.QAction(offer.words(), menu)
        action.setData(offer.name)
        action.setToolTip(tr(offer.tip))
        menu.addAction(action)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
