"""The translations' catalogues, from the texts in the code.

`PYTHONPATH=plugin python3 -m tests.catalogues update` writes them:

    plugin/layer_edit, presets.json → layer_edit.pot → <language>/LC_MESSAGES/layer_edit.po → .mo

Everything written is the same on every machine: sorted, without dates and places in the code.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from layer_edit.texts import DOMAIN, LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
PLUGIN = ROOT / "plugin" / "layer_edit"
PRESETS = ROOT / "resources" / "presets.json"
TRANSLATIONS = ROOT / "resources" / "translations"
TEMPLATE = TRANSLATIONS / f"{DOMAIN}.pot"

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
"""English is the language of the source."""

Text = str | tuple[str, str]
"""A text, or its forms for one thing and for many."""

WIDTH = 100
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class _Plain(Catalog):
    """A catalogue whose header says only what gettext has to know."""

    KEPT = ("Language", "Plural-Forms", "MIME-Version", "Content-Type")

    def __init__(self, language: str | None = None) -> None:
        super().__init__(locale=language, fuzzy=False)
        self.header_comment = "# Written by `PYTHONPATH=plugin python3 -m tests.catalogues update`."

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's lines."""
        said = [(name, value.strip()) for name, value in self._get_mime_headers()]
        lines = [line for line in said if line[0] in self.KEPT]
        return [("Project-Id-Version", "Layer Edit"), *lines, ("Content-Transfer-Encoding", "8bit")]


def texts_of(source: str) -> Iterator[Text]:
    """The literals that a module's source gives to tr, N_ and ntr."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        wanted = {"tr": 1, "N_": 1, "ntr": 2}.get(name, 0)
        words = [
            one.value
            for one in node.args[:wanted]
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if words and len(words) == wanted:
            yield words[0] if wanted == 1 else (words[0], words[1])


def template() -> Catalog:
    """All texts there are to translate."""
    catalogue = _Plain()
    for file in sorted(PLUGIN.rglob("*.py")):
        if "vendor" not in file.relative_to(PLUGIN).parts:
            for text in texts_of(file.read_text("utf-8")):
                _add(catalogue, text)
    for preset in json.loads(PRESETS.read_text("utf-8"))["presets"]:
        _add(catalogue, preset["category"], "A group of presets.")
        _add(catalogue, preset["name"], "The name of a preset.")
    return catalogue


def _add(catalogue: Catalog, text: Text, comment: str = "", string: Text = "") -> Message:
    catalogue.add(text, string, auto_comments=[comment] if comment else ())
    message = catalogue[text]
    # Babel takes '12 % of' for a placeholder of the older kind.
    message.flags.discard("python-format")
    return message


def po_of(language: str) -> Path:
    """Where a language's translations are."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translations(language: str) -> Catalog:
    """A language's translations as they are in its file; none when there is no file."""
    if not po_of(language).exists():
        return Catalog(language)
    with po_of(language).open("rb") as stream:
        # A conflict that a merge left must not be read as a translation.
        return read_po(stream, locale=language, abort_invalid=True)


def merged(language: str, wanted: Catalog) -> Catalog:
    """The wanted texts with that language's translations; those of similar texts are fuzzy."""
    known = translations(language)
    known.update(wanted, update_header_comment=False)
    result = _Plain(language)
    for message in messages(known):
        # What is new in the code has no translation at all: None.
        made = _add(result, message.id, string=message.string or "")
        made.auto_comments, made.user_comments = message.auto_comments, message.user_comments
        made.flags = message.flags - {"python-format"}
    return result


def messages(catalogue: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalogue if message.id]


def forms_of(text: Text | list[str]) -> tuple[str, ...]:
    """A text's forms, or the text alone."""
    return (text,) if isinstance(text, str) else tuple(text)


def is_done(message: Message) -> bool:
    """Whether it is translated, in all its forms, and not only guessed from a similar one."""
    return all(forms_of(message.string)) and not message.fuzzy


def placeholders(text: str) -> set[str]:
    """The names that values are put in for."""
    return set(_PLACEHOLDER.findall(text))


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a .po or .pot file."""
    stream = io.BytesIO()
    write_po(
        stream, catalogue, width=WIDTH, no_location=True, sort_output=True, ignore_obsolete=True
    )
    return stream.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it, without what is missing or fuzzy."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def update(languages: Iterable[str] = ()) -> None:
    """Write template and catalogues; `languages` without a catalogue get one to be filled in."""
    wanted = template()
    TRANSLATIONS.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_bytes(po_bytes(wanted))
    asked = set(languages)
    for language in TRANSLATED:
        po = po_of(language)
        if not po.exists() and language not in asked:
            print(f"{language}: no catalogue")
            continue
        catalogue = merged(language, wanted)
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_bytes(po_bytes(catalogue))
        po.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        every = messages(catalogue)
        print(f"{language}: {sum(map(is_done, every))} of {len(every)} texts are translated")


def main(arguments: list[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.catalogues", description=__doc__)
    parser.add_argument("what", choices=["update"])
    parser.add_argument(
        "languages", nargs="*", help="begin a catalogue for: " + ", ".join(TRANSLATED)
    )
    asked = parser.parse_args(arguments).languages
    unknown = sorted(set(asked) - set(TRANSLATED))
    if unknown:
        parser.error(f"no language of the plugin: {', '.join(unknown)}")
    update(asked)


if __name__ == "__main__":
    main(sys.argv[1:])
