"""A whole round of work without a mouse, checked by the saved files' layers and pixels."""

from __future__ import annotations

import pytest
from PIL import ImageChops, ImageStat

from tests.krita.harness import play
from tests.krita.kra import read_kra, rgba

BLUE, INVERTED = (40, 80, 220), (215, 175, 35)
WISH, FURTHER = "invert, then strong grain", "invert"


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Typed, submitted, walked through, kept, edited further and undone, by keys alone."""
    return play("keyboard", tmp_path_factory.mktemp("keyboard"), width=300)


def layers(played, name):
    """(name, RGB picture) of each layer, from the top down."""
    file = read_kra(played.folder / name)
    return [(one.name, rgba(one, file.size).convert("RGB")) for one in file.layers]


def test_every_control_on_the_way_is_reached_by_tab(played):
    """From the box to the variants, the button and the list, and back again."""
    assert played.report["button"] == "Make 3 edits"
    for name, way in played.report["tabs"].items():
        assert way[-1] == name
    assert "layerEditSubmit" not in played.report["tabs"]["layerEditVariants"]


def test_the_list_shows_before_and_after(played):
    """Enter hides the variant, and the canvas shows the source."""
    assert tuple(played.report["before"]) == BLUE
    assert played.report["after"] != played.report["before"]


def test_one_variant_was_kept(played):
    """The second; it is the inverse of the source, with grain."""
    (name, result), (_background, source) = layers(played, "kept.kra")
    assert name.endswith(WISH)
    assert [colour for _count, colour in source.getcolors()] == [BLUE]
    found = ImageStat.Stat(result)
    assert all(abs(mean - want) < 12 for mean, want in zip(found.mean, INVERTED, strict=True))
    assert min(found.stddev) > 1


def test_the_further_edit_began_with_the_kept_variant(played):
    """Each of its pixels is the inverse of one of the kept layer's, straight above it."""
    (name, result), (_kept, kept), _source = layers(played, "further.kra")
    assert name == FURTHER
    assert ImageChops.difference(result, ImageChops.invert(kept)).getbbox() is None


def test_one_undo_takes_the_further_edit_back(played):
    """What is left is what there was after the choice, to the pixel."""
    before, after = layers(played, "kept.kra"), layers(played, "undone.kra")
    assert [name for name, _picture in after] == [name for name, _picture in before]
    for (_name, one), (_same, other) in zip(before, after, strict=True):
        assert ImageChops.difference(one, other).getbbox() is None
