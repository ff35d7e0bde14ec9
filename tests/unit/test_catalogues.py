"""The translations: up to date, complete, and with every placeholder in its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from babel.messages import Catalog

from installer import package
from installer.metadata import load
from layer_edit import texts
from layer_edit.paths import resources_folder
from tests import catalogues
from tests.catalogues import TRANSLATED, forms_of, is_done, messages, placeholders

UPDATE = "run `PYTHONPATH=plugin python3 -m tests.catalogues update`"

languages = pytest.mark.parametrize("language", TRANSLATED)


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    """All texts there are to translate."""
    return catalogues.template()


@pytest.fixture
def in_english() -> Iterator[None]:
    """English again after the test."""
    yield
    texts.use("en", catalogues.TRANSLATIONS)


def test_the_template_has_every_text(wanted: Catalog) -> None:
    """A text that was added or changed reaches the translators."""
    assert catalogues.TEMPLATE.read_bytes() == catalogues.po_bytes(wanted), UPDATE


def test_texts_are_found_in_calls_and_tables() -> None:
    """Literals of tr, N_ and ntr are; what is made at run time is not."""
    source = 'tr("a {b}", b=tr("c"))\nT = {1: N_("d" "e")}\nntr("f", "g", n)\ntr(T[1])\nother("h")'
    assert sorted(catalogues.texts_of(source), key=str) == [("f", "g"), "a {b}", "c", "de"]


@languages
def test_a_catalogue_is_what_the_update_writes(language: str, wanted: Catalog) -> None:
    """It has all texts and no others, in order, and the plural forms of its language."""
    content = catalogues.po_bytes(catalogues.merged(language, wanted))
    assert catalogues.po_of(language).read_bytes() == content, UPDATE


@languages
def test_everything_is_translated(language: str) -> None:
    """No text stays English, and none is only guessed."""
    found = messages(catalogues.translations(language))
    assert found
    assert [message.id for message in found if not is_done(message)] == []


@languages
def test_translations_take_the_same_values(language: str) -> None:
    """A placeholder that is misspelt would be an error, a missing one a sentence without sense."""
    wrong = []
    for message in messages(catalogues.translations(language)):
        forms = forms_of(message.string)
        of_texts = [placeholders(one) for one in forms_of(message.id)]
        # What is said of one thing need not name the number.
        allowed = [of_texts[-1], *(of_texts if len(forms) > 1 else [])]
        wrong += [form for form in forms if placeholders(form) not in allowed]
        wrong += [forms[-1]] if placeholders(forms[-1]) != of_texts[-1] else []
    assert wrong == []


@languages
def test_the_compiled_catalogue_is_the_written_one(language: str, wanted: Catalog) -> None:
    """People read what is reviewed."""
    compiled = catalogues.po_of(language).with_suffix(".mo").read_bytes()
    assert compiled == catalogues.mo_bytes(catalogues.merged(language, wanted)), UPDATE


@pytest.mark.usefixtures("in_english")
@languages
def test_the_plugin_finds_the_language(language: str) -> None:
    """What `start` names as the folder has the catalogue."""
    texts.use(language, resources_folder() / "translations")
    sentence = "No document is open: open or create one."
    assert texts.tr(sentence) not in ("", sentence)
    assert texts.tr("") == ""


@pytest.mark.usefixtures("in_english")
def test_german_is_german() -> None:
    """A word that has only one translation."""
    texts.use("de", resources_folder() / "translations")
    assert texts.tr("Background") == "Hintergrund"


def test_a_package_has_the_compiled_catalogues_only() -> None:
    """Every language is in what Krita imports, and what it was made from is not."""
    names = {entry.name for entry in package.plugin(load()).files}
    compiled = {f"resources/translations/{one}/LC_MESSAGES/layer_edit.mo" for one in TRANSLATED}
    assert {name for name in names if name.startswith("resources/translations/")} == compiled
