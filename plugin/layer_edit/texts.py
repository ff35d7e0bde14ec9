"""Every text people read, in their language: gettext catalogues from resources/translations.

English is the language of the source; a text without a translation is shown in English.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from pathlib import Path

DOMAIN = "layer_edit"

LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "zh_CN": "简体中文",
}
"""By gettext's name, each in its own words."""


class _Catalogue:
    """The one choice that holds for the whole process: an error is worded deep in pure code."""

    def __init__(self) -> None:
        self.texts: gettext.NullTranslations = gettext.NullTranslations()


_catalogue = _Catalogue()


def use(language: str, folder: Path) -> None:
    """Show texts in that language of LANGUAGES from here on; English when it has no catalogue.

    `folder` holds <language>/LC_MESSAGES/layer_edit.mo. Widgets that exist keep their texts.
    """
    _catalogue.texts = gettext.translation(DOMAIN, folder, [language], fallback=True)


def closest(wanted: Iterable[str]) -> str:
    """The first of the wanted locales ('de-AT', 'zh_CN', …) there is a language for, else 'en'."""
    for locale in wanted:
        plain = locale.replace("-", "_").split(".")[0]
        for language in LANGUAGES:
            if plain == language or plain.split("_")[0] == language.split("_")[0]:
                return language
    return "en"


def tr(text: str, /, **values: object) -> str:
    """The text in the user's language, its {placeholders} filled with the values."""
    # gettext answers '' with the catalogue's header.
    translated = _catalogue.texts.gettext(text) if text else text
    return translated.format(**values) if values else translated


def ntr(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of the text for that number of things; `number` fills {number} too."""
    return _catalogue.texts.ngettext(one, many, number).format(number=number, **values)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text of a table for translation; `tr` shows it."""
    return text
