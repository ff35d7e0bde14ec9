"""Log: how much is written down, where, and a report for a bug tracker."""

from __future__ import annotations

from ... import log
from ...qt import QtCore, QtGui, QtWidgets
from ...session.session import Session
from ...texts import tr
from ..settings_form import SettingsForm
from ..widgets import button, combo


class LogPage(SettingsForm):
    """Neither pictures nor keys are ever in the log or in the report."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.form.setContentsMargins(9, 9, 9, 9)
        title = tr("Write down")
        levels = {
            "warning": tr("Warnings and errors"),
            "info": tr("What happens"),
            "debug": tr("Everything"),
        }
        self.add_choice("log_level", title, combo("layerEditLogLevel", title, levels))
        opened = button("layerEditOpenLog", tr("Open log"))
        opened.clicked.connect(self._open)
        report = button("layerEditReport", tr("Copy report"))
        report.setToolTip(tr("Puts a report for a bug tracker into the clipboard; never your key."))
        report.clicked.connect(self._ask_report)
        buttons = QtWidgets.QHBoxLayout()
        buttons.addWidget(opened)
        buttons.addWidget(report)
        buttons.addStretch(1)
        self.form.addRow(buttons)
        self._note = self.add_words("layerEditLogNote")
        self.changed.connect(self._change)
        session.help_desk.reported.connect(self._reported)

    def _change(self, changes: dict[str, str]) -> None:
        log.set_level(changes["log_level"])
        self._session.change(changes)

    def _open(self) -> None:
        file = self._session.folder / log.LOG
        if not file.is_file():
            self._note.setText(tr("Nothing has been written down yet."))
            return
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(file)))

    def _ask_report(self) -> None:
        self._note.setText(tr("The report is being written …"))
        self._session.help_desk.ask_report()

    def _reported(self, text: str) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(text)
        self._note.setText(tr("The report is in the clipboard."))
