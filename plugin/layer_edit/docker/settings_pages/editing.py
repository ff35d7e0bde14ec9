"""Editing: the same choices as under 'More' in the docker, with room for what they mean."""

from __future__ import annotations

from ...assembly import service_sizes
from ...qt import QtWidgets
from ...session.session import Session
from ...settings import Settings
from ...texts import tr
from ..edit_options import EditOptions
from ..service_options import ServiceOptions
from ..settings_form import SettingsForm, align
from ..widgets import check_box, wrapping_label


class EditingPage(QtWidgets.QWidget):
    """What every edit starts from."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        notices = SettingsForm()
        notices.add_tick(
            "notify",
            check_box(
                "layerEditNotify",
                tr("Tell when an edit ends in the background"),
                tr("By a system notification while another program is in front."),
            ),
        )
        self._forms = (
            EditOptions(session.settings),
            ServiceOptions(session.settings, service_sizes()),
            notices,
        )
        align(*self._forms)
        note = wrapping_label("layerEditEditingNote")
        note.setText(tr("These are the choices under 'More' in the docker."))
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(note)
        for form in self._forms:
            column.addWidget(form)
            form.changed.connect(session.change)
        column.addStretch(1)

    def fill(self, settings: Settings) -> None:
        """Show these settings."""
        for form in self._forms:
            form.fill(settings)
