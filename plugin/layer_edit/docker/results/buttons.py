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
                # Its name is free at once; the widget goes when its own click is over, or in an
                # event loop that Krita runs within the click: a button bears that, a menu does not.
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


class OfferMenu(QtWidgets.QMenu):
    """Signal: `wanted(str, str)`: the name of an offer that was chosen, and whose job's.

    One menu for as long as its parent lives, filled anew each time. It must not delete itself when
    it hides: Qt hides a menu, then carries the choice out, then writes to the menu; and in Krita
    5.3 and 6.0 Document.activeNode and setActiveNode, which some choices come to, run the event
    loop, which deletes what was left to be deleted later. That damaged the heap.
    """

    wanted = Signal(str, str)

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._job_id = ""
        self.setObjectName("layerEditResultMenu")
        self.setToolTipsVisible(True)
        self.triggered.connect(lambda action: self.wanted.emit(action.data(), self._job_id))

    def open_for(self, job_id: str, offers: tuple[Offer, ...], place: QtCore.QPoint) -> None:
        """Offer these for a job, at a global place; an action's data is the offer's name."""
        self._job_id = job_id
        self.clear()
        for offer in offers:
            action = QtGui.QAction(offer.words(), self)
            action.setData(offer.name)
            action.setToolTip(tr(offer.tip))
            self.addAction(action)
        self.popup(place)
