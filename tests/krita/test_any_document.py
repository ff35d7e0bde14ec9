"""Documents of any colour space through the docker."""

from __future__ import annotations

import pytest

from tests.krita.harness import play

NAMES = ("16-bit CMYK", "8-bit CMYK", "8-bit grey", "16-bit Lab", "16-bit RGB", "wide gamut")


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """One Krita, a document each."""
    return play("any_document", tmp_path_factory.mktemp("any")).report


@pytest.mark.parametrize("name", NAMES)
def test_the_result_is_in_the_documents_own_colour_space(edited, name):
    """One layer, one undo step (converting colours adds none), and white became black."""
    found = edited["documents"][name]
    assert found["layer"] == found["space"]
    assert found["steps"] == 1
    assert found["error"] == ""
    assert found["is"] != found["was"]


def test_colours_outside_srgb_are_said_to_be_clipped_once(edited):
    """In the document that has such colours, at its first edit only."""
    said = {name: found["notice"] for name, found in edited["documents"].items()}
    assert "outside sRGB" in said.pop("wide gamut")
    assert set(said.values()) == {""}
    assert edited["noticed again"] == ""
