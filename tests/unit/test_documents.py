"""What README and manual point to is there, and they leave out nothing of the lists they give."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from edit_studio.settings import Settings as StudioSettings
from installer.__main__ import parser as installer_parser
from layer_edit.cli.commands import COMMANDS
from layer_edit.settings import Settings
from tests.bench.__main__ import BENCHES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MANUAL = (ROOT / "plugin" / "layer_edit" / "Manual.html").read_text("utf-8")
EMPTY = {"meta", "br", "hr", "img"}


def test_links_and_pictures_of_the_readme_exist():
    """Those within the checkout, and no picture of the manual is left over."""
    links = [one for one in re.findall(r"\]\(([^)]+)\)", README) if "://" not in one]
    assert len(links) >= 4
    assert [one for one in links if not (ROOT / one).exists()] == []
    pictures = {f"resources/manual/{one.name}" for one in (ROOT / "resources/manual").iterdir()}
    assert pictures <= set(links)


def test_files_and_folders_that_the_readme_names_exist():
    """In backquotes, below the folders of the checkout."""
    named = re.findall(r"`((?:plugin|resources|installer|tests)(?:/[\w./-]+)?)`", README)
    assert {"plugin/edit_studio", "tests", "installer"} <= set(named)
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_every_bench_is_named():
    """In the block of commands."""
    block = README.partition("python3 -m tests.bench --json")[2].partition("\n\n")[0]
    assert set(BENCHES) <= set(re.findall(r"[a-z]+", block))


def test_every_action_is_described():
    """By what its name says after 'Layer Edit:'."""
    tree = ElementTree.parse(ROOT / "resources/actions/layer_edit.action").getroot()  # noqa: S314
    texts = [one.findtext("text", "").partition(": ")[2] for one in tree.iter("Action")]
    section = README.partition("### Settings, shortcuts")[2].partition("\n## ")[0]
    words = set(re.findall(r"[a-z]+", section))
    assert len(texts) == 7
    for text in texts:
        assert set(text.split()) - {"a", "edits"} <= words, text


def test_every_command_is_named():
    """Of the installer and of the command line."""
    mine = installer_parser()._subparsers._group_actions[0].choices
    assert {"try", "pins"} <= set(mine)
    assert [one for one in mine if f"python3 -m installer {one}" not in README] == []
    assert [one for one in COMMANDS if f"python3 -m layer_edit {one}" not in README] == []


def test_every_variable_of_a_user_is_named():
    """Those of the plugin; the studio's are described where they are read."""
    code = "".join(file.read_text("utf-8") for file in (ROOT / "plugin/layer_edit").rglob("*.py"))
    variables = set(re.findall(r'"((?:LAYER_EDIT|WAVESPEED)_[A-Z_]+)"', code))
    assert len(variables) >= 3
    assert [one for one in variables if f"`{one}`" not in README] == []


@pytest.mark.parametrize("settings", [Settings, StudioSettings])
def test_every_setting_is_described(settings):
    """Where it is defined."""
    text = settings.__doc__
    names = [field.name for field in fields(settings)]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_addresses_are_the_default_ones():
    """Of ComfyUI and of the OpenAI-style server."""
    assert f"`{Settings().comfyui_url}`" in README
    assert f"`{Settings().images_url}`" in README


def test_the_manual_has_its_pictures_within_it():
    """Krita's viewer gets the page's text only, and so no folder to look for files in."""
    found = re.findall(r'<img alt="[^"]+" src="data:image/jpeg;base64,([^"]+)"', MANUAL)
    assert len(found) == MANUAL.count("<img") >= 1
    for data in found:
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            assert picture.width >= 600


def test_the_manuals_tags_are_balanced():
    """Krita's viewer knows a part of HTML only and shows a broken page without a word."""
    parser = _Tags()
    parser.feed(MANUAL)
    parser.close()
    assert parser.open == []
    assert parser.wrong == []


class _Tags(HTMLParser):
    """`open`: tags without an end; `wrong`: ends without a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
