"""Language: Krita's, or one of those that the plugin speaks."""

from __future__ import annotations

from ...session.session import Session
from ...texts import LANGUAGES, tr
from ..settings_form import SettingsForm
from ..widgets import combo


class LanguagePage(SettingsForm):
    """The texts of widgets that exist do not change, so a choice waits for the next start."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.form.setContentsMargins(9, 9, 9, 9)
        title = tr("Language")
        choices = {"auto": tr("Krita's language"), **LANGUAGES}
        self.add_choice("language", title, combo("layerEditLanguage", title, choices))
        self.add_words(
            "layerEditLanguageNote", tr("Another language is used from Krita's next start on.")
        )
        self.changed.connect(session.change)
