"""Bad input in a real Krita: a sentence in the docker, no dialog, nothing changed."""

import pytest

from tests.krita.harness import play


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the docker said, case by case."""
    return play("bad_input", tmp_path_factory.mktemp("bad")).report


@pytest.mark.parametrize(
    ("case", "words", "enabled"),
    [
        ("no document", "No document is open", False),
        ("empty layer", "'Empty one' is empty", False),
        ("filter layer", "filter layer 'Blur it'", False),
        ("empty instruction", "instruction is empty", True),
        ("long instruction", "4,001 characters", True),
        ("refused", "jacket", True),
        ("1x1", "1 × 1 pixels", True),
        ("no key", "WAVESPEED_API_KEY", True),
    ],
)
def test_each_case_gets_its_sentence(said, case, words, enabled):
    """The sentence names the cause, the button follows, and no dialog opens."""
    found = said["says"][case]
    assert words in found["text"]
    assert found["enabled"] is enabled
    assert found["dialog"] is None


def test_nothing_was_added(said):
    """The documents have the layers they had."""
    assert len(said["layers"]) == 3
    assert said["layers of the last"] == 1


def test_without_a_key_there_is_a_field_for_one(said):
    """Choosing WaveSpeed shows where the key goes."""
    assert said["key_row"] is True
