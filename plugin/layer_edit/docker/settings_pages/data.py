"""Data: where jobs, results and settings are, how much that is, and what can go."""

from __future__ import annotations

import os
from pathlib import Path

from ...paths import VARIABLE, choose_folder, chosen_folder, default_folder
from ...qt import QtCore, QtGui, QtWidgets
from ...session.session import Session
from ...texts import ntr, tr
from ..widgets import button, spin_box, wrapping_label

DAYS = 7


class DataPage(QtWidgets.QWidget):
    """The data folder. Its size is asked for whenever the page is shown."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._desk = session.data_desk
        self._build()
        self._arrange()
        self._desk.measured.connect(self._show_size)
        self._desk.pruned.connect(self._show_pruned)

    def showEvent(self, event: QtGui.QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """The size may have changed since the page was last seen."""
        super().showEvent(event)
        self._size.setText(tr("is being added up …"))
        self._desk.measure()
        is_fixed = VARIABLE in os.environ
        self._choose.setEnabled(not is_fixed)
        words = tr("The variable {name} names the folder.", name=VARIABLE)
        self._choose.setToolTip(words if is_fixed else "")

    def _build(self) -> None:
        self._place = QtWidgets.QLineEdit(str(self._desk.folder))
        self._place.setObjectName("layerEditDataFolder")
        self._place.setAccessibleName(tr("Data folder"))
        self._place.setReadOnly(True)
        self._size = wrapping_label("layerEditDataSize")
        self._note = wrapping_label("layerEditDataNote")
        self._note.setText(_missing())
        self._open = button("layerEditOpenData", tr("Open folder"))
        self._open.clicked.connect(self._open_folder)
        self._choose = button("layerEditChooseData", tr("Choose another …"))
        self._choose.clicked.connect(self._ask_folder)
        self._days = spin_box("layerEditPruneDays", tr("Days"), (0, 365))
        self._days.setValue(DAYS)
        self._days.setSuffix(tr(" days"))
        self._prune = button("layerEditPrune", tr("Remove now"))
        self._prune.setToolTip(
            tr("Layers in your documents stay; only what the plugin keeps of ended edits goes.")
        )
        self._prune.clicked.connect(lambda: self._desk.prune(self._days.value()))

    def _arrange(self) -> None:
        buttons, prune = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        for one in (self._open, self._choose):
            buttons.addWidget(one)
        buttons.addStretch(1)
        prune.addWidget(self._days)
        prune.addWidget(self._prune)
        prune.addStretch(1)
        form = QtWidgets.QFormLayout(self)
        form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("Data folder"), self._place)
        form.addRow(tr("Size"), self._size)
        form.addRow(buttons)
        form.addRow(tr("Results older than"), prune)
        form.addRow(self._note)

    def _open_folder(self) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(self._desk.folder)))

    def _ask_folder(self) -> None:
        dialog = QtWidgets.QFileDialog(self, tr("Data folder"), str(self._desk.folder.parent))
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
        dialog.setOption(QtWidgets.QFileDialog.Option.ShowDirsOnly)
        dialog.setModal(False)
        dialog.fileSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _take(self, parent: str) -> None:
        try:
            folder = choose_folder(Path(parent), default_folder())
        except OSError as error:
            self._note.setText(
                tr(
                    "The folder {folder} cannot be used ({reason}): choose another. "
                    "Nothing was changed.",
                    folder=parent,
                    reason=error.strerror or error,
                )
            )
            return
        self._note.setText(
            tr(
                "From Krita's next start on the data is in {folder}. Nothing was moved: to keep "
                "your results, settings and key, close Krita and move what is in {old} there.",
                folder=folder,
                old=self._desk.folder,
            )
        )

    def _show_size(self, size: float) -> None:
        self._size.setText(tr("{size} MB", size=f"{size / 1e6:,.1f}"))

    def _show_pruned(self, count: int) -> None:
        self._note.setText(
            ntr("{number} ended edit was removed.", "{number} ended edits were removed.", count)
        )


def _missing() -> str:
    """Says so when the folder that the user chose is not there, as with a disk not plugged in."""
    chosen = chosen_folder(default_folder())
    if chosen is None or chosen.is_dir():
        return ""
    return tr(
        "The chosen folder {folder} is not there now, so the usual one is used.", folder=chosen
    )
