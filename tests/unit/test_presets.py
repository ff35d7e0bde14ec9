"""Presets and earlier instructions as files: what comes back, and what a bad file does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layer_edit import instructions
from layer_edit.backends.base import DeclinedError
from layer_edit.backends.offline.parser import parse as parse_offline
from layer_edit.editing.errors import InputError
from layer_edit.editing.request import MAX_INSTRUCTION
from layer_edit.paths import resources_folder
from layer_edit.presets import (
    FILE,
    MAX_BYTES,
    MAX_PRESETS,
    PLACEHOLDER,
    Preset,
    built_in,
    check_name,
    load,
    matches,
    merged,
    parse,
    read_file,
    save,
    without,
)

BUILT_IN = built_in(resources_folder())


@pytest.mark.parametrize("preset", BUILT_IN, ids=lambda preset: preset.name)
def test_a_preset_is_marked_for_offline_when_it_can_be_done_there(preset: Preset) -> None:
    """With its places filled in by their own words, the offline engine takes it or declines."""
    text = PLACEHOLDER.sub(lambda found: found[0][1:-1], preset.text)
    if preset.offline:
        assert parse_offline(text).steps
    else:
        with pytest.raises(DeclinedError):
            parse_offline(text)


def test_the_built_in_presets_are_by_use() -> None:
    """Every use that was asked for, no name twice, every text in full."""
    categories = list(dict.fromkeys(preset.category for preset in BUILT_IN))
    assert categories == [
        "Wardrobe and accessories",
        "Product colourways",
        "Background",
        "Add, remove or replace an object",
        "Style",
        "Text on the picture",
        "Retouching",
        "Adjustments",
    ]
    names = [preset.name for preset in BUILT_IN]
    assert len(set(names)) == len(names)


NAMES = st.text(min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
PRESETS = st.builds(
    Preset, NAMES, st.text(min_size=1, max_size=50).filter(str.strip), NAMES, st.booleans()
)


@given(st.lists(PRESETS, max_size=5))
def test_presets_come_back(tmp_path_factory: pytest.TempPathFactory, made: list[Preset]) -> None:
    """Whatever characters they have."""
    path = tmp_path_factory.mktemp("presets") / "new" / "presets.json"
    save(tuple(made), path)
    assert read_file(path) == tuple(made)
    assert load(path.parent) == tuple(made)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it has no list 'presets'"),
        ('{"presets": {}}', "it has no list 'presets'"),
        ('{"presets": ["x"]}', "preset 1 of it is no object"),
        ('{"presets": [{"name": "a", "text": "b"}, {"text": "b"}]}', "preset 2 of it has no"),
        ('{"presets": [{"name": "a", "text": " "}]}', "no usable 'text'"),
        ('{"presets": [{"name": "\\ud800", "text": "b"}]}', "no usable 'name'"),
        ('{"presets": [{"name": "a", "text": "b", "category": 1}]}', "no usable 'category'"),
        ('{"presets": [{"name": "a", "text": "b", "offline": "yes"}]}', "no usable 'offline'"),
        (
            json.dumps({"presets": [{"name": "a", "text": "b" * (MAX_INSTRUCTION + 1)}]}),
            "no usable 'text'",
        ),
    ],
)
def test_a_bad_file_gets_one_sentence(tmp_path: Path, content: str, reason: str) -> None:
    """It names the file and what is wrong, and says that nothing was changed."""
    path = tmp_path / "shared.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.message.startswith("shared.json was not taken, as")
    assert reason in caught.value.message
    assert caught.value.message.endswith("nothing was changed.")


def test_bytes_that_are_no_text_are_refused() -> None:
    """As a picture with the wrong name would be."""
    with pytest.raises(InputError, match="not JSON"):
        parse(b"\x89PNG\r\n", "x.json")


def test_a_missing_file_has_none(tmp_path: Path) -> None:
    """At the first start."""
    assert load(tmp_path) == ()


def test_more_than_a_file_may_bring_are_read_again(tmp_path: Path) -> None:
    """Two files were imported one after the other: none of the user's own is lost by that."""
    mine = tuple(Preset(f"number {one}", "x" * 1500) for one in range(MAX_PRESETS + 1000))
    save(mine, tmp_path / FILE)
    assert (tmp_path / FILE).stat().st_size > MAX_BYTES
    assert load(tmp_path) == mine
    with pytest.raises(InputError):
        read_file(tmp_path / FILE)


def test_the_same_name_is_replaced_where_it_stood() -> None:
    """Whatever its capitals; others stay."""
    mine = (Preset("Fog", "a"), Preset("Rain", "b"))
    assert merged(mine, [Preset("fog", "c"), Preset("Snow", "d")]) == (
        Preset("fog", "c"),
        Preset("Rain", "b"),
        Preset("Snow", "d"),
    )
    assert without(mine, "FOG") == (Preset("Rain", "b"),)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_must_be_one(name: str) -> None:
    """Not empty, not a text."""
    with pytest.raises(InputError):
        check_name(name)


def test_all_words_are_searched_for_everywhere() -> None:
    """Name, category, text, and the titles in the user's language."""
    preset = Preset("Add a hat", "Add a {straw} hat.", "Wardrobe")
    assert matches(preset, "ward HAT straw")
    assert matches(preset, "Kleidung hat", "Kleidung")
    assert not matches(preset, "hat glasses")


def test_a_place_is_told_from_a_list_of_colourways() -> None:
    """A bar makes the difference."""
    assert PLACEHOLDER.findall("the {object} to {red|green} or {a b}") == ["{object}", "{a b}"]


def test_the_newest_instruction_is_last_and_there_once() -> None:
    """The oldest goes when there are too many; nothing is no instruction."""
    texts: tuple[str, ...] = ()
    for number in range(instructions.MOST + 5):
        texts = instructions.added(texts, f" {number} ")
    assert len(texts) == instructions.MOST
    assert texts[0] == "5"
    again = instructions.added(texts, "7")
    assert again[-1] == "7"
    assert again.count("7") == 1
    assert instructions.added(again, "  ") == again


def test_instructions_come_back(tmp_path: Path) -> None:
    """Line breaks and all."""
    texts = ("first\nwith two lines", "zweite – ü")
    instructions.save(texts, tmp_path / "new")
    assert instructions.load(tmp_path / "new") == texts


@pytest.mark.parametrize("text", ["", "[]", '{"instructions": 5}', '{"instructions": [1, ""]}'])
def test_damaged_instructions_are_none(tmp_path: Path, text: str) -> None:
    """The box still works."""
    (tmp_path / instructions.FILE).write_text(text)
    assert instructions.load(tmp_path) == ()
