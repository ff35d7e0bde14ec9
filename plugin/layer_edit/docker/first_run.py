"""The first run: three ways to begin, in the docker, which can be used without choosing one."""

from __future__ import annotations

from enum import Enum

from ..qt import QtWidgets, Signal
from ..texts import tr
from .widgets import button, wrapping_label


class Beginning(Enum):
    """How the user wants to begin."""

    OFFLINE = "offline"
    KEY = "key"
    LATER = "later"


class FirstRun(QtWidgets.QFrame):
    """Signal: `chosen(Beginning)`."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("layerEditFirstRun")
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        welcome = wrapping_label("layerEditWelcome")
        welcome.setText(
            tr(
                "Choose a layer, say what should change, and get the change as a new layer. "
                "Simple adjustments run on this computer; for all others a service needs a key."
            )
        )
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(welcome)
        for way, name, title, tip in (
            (
                Beginning.OFFLINE,
                "layerEditTryOffline",
                tr("Try it offline"),
                tr("Nothing is sent anywhere and nothing costs anything."),
            ),
            (
                Beginning.KEY,
                "layerEditHaveKey",
                tr("Enter a WaveSpeed key"),
                tr("Pictures are sent to wavespeed.ai, and every edit is paid for there."),
            ),
            (
                Beginning.LATER,
                "layerEditLater",
                tr("Later"),
                tr("Hides this; all of it is in the settings too."),
            ),
        ):
            made = button(name, title)
            made.setToolTip(tip)
            made.clicked.connect(lambda _checked=False, one=way: self.chosen.emit(one))
            column.addWidget(made)
