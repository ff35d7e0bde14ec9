"""A wish about the whole picture is told from a model's drift beside a local edit."""

import random

import pytest
from PIL import Image, ImageEnhance, ImageOps

from layer_edit.editing.changes import Changes, changes
from layer_edit.editing.colour_match import NO_MATCH, NOTHING, ColourMatch, colour_match
from layer_edit.editing.common_change import unexplained
from layer_edit.editing.extent import (
    DRIFT,
    FAINT,
    LEAST_UNCHANGED,
    MOST_CHANGED,
    MOST_DRIFT,
    ROUGHENED,
    UNEXPLAINED,
    is_global,
)
from layer_edit.editing.samples import Pair, colour_pairs
from tests.unit.editing.scenes import SIZE, scene, tinted, with_disc

KNOWN = Image.new("L", SIZE, 255)
NOWHERE = Image.new("L", SIZE)
BOX = (90, 60, 190, 170)
GREYS: list[Pair] = [((level, level, level),) * 2 for level in range(0, 256, 5)]
"""Samples that say nothing: grey before and after."""


def drifting(levels: float) -> ColourMatch:
    return ColourMatch(NOTHING, NOTHING, levels)


def found(unchanged: float, core: Image.Image = NOWHERE, roughened: float = 0.0) -> Changes:
    return Changes(core, 0.0, unchanged, roughened)


def whole(
    pairs: list[Pair],
    match: ColourMatch,
    seen: Changes,
    share: float,
    strength: float,
    unsaid: float = 1.0,
) -> bool:
    """`is_global` where the rest of the picture leaves `unsaid` of a change unexplained."""
    return is_global(pairs, match, seen, share, strength, lambda: unsaid)


@pytest.mark.parametrize(
    ("drift", "share", "unchanged", "strength", "expected"),
    [
        (0.0, 0.0, 1.0, 0.0, False),
        (0.0, 0.2, 0.8, 60.0, False),
        (MOST_DRIFT + 1, 0.2, 0.8, 90.0, True),
        (0.0, MOST_CHANGED + 0.01, 0.8, 60.0, True),
        (0.0, 0.2, LEAST_UNCHANGED - 0.01, 60.0, True),
        (12.0, 0.0, 1.0, 0.0, True),
        (12.0, 0.1, 0.9, FAINT * 12.0 - 1, True),
        (12.0, 0.1, 0.9, FAINT * 12.0 + 1, False),
        (DRIFT - 0.1, 0.0, 1.0, 0.0, False),
    ],
    ids=[
        "nothing happened",
        "a part changed",
        "farther than models drift",
        "most of it is new",
        "nothing to hold on to",
        "another tint and nothing else",
        "fainter than the tint",
        "stronger than the tint",
        "a tint nobody asks for",
    ],
)
def test_each_sign_decides_by_itself(drift, share, unchanged, strength, expected):
    """Drift, share, what is unchanged, and how the rest compares with the common change."""
    pictures = GREYS, drifting(drift), found(unchanged)
    assert whole(*pictures, share, strength) is expected


def test_what_the_rest_explains_is_no_edit_of_its_own():
    """A strong change beside a drift: as the rest says, or on its own; without drift it is not
    asked."""
    pictures = GREYS, drifting(12.0), found(0.9)
    assert whole(*pictures, 0.1, 60.0, UNEXPLAINED - 0.01)
    assert not whole(*pictures, 0.1, 60.0, UNEXPLAINED + 0.01)
    assert not whole(GREYS, drifting(DRIFT - 0.1), found(0.9), 0.1, 60.0, 0.0)


def test_strokes_on_most_flat_areas_are_all_over_the_picture():
    """New texture beyond a limit."""
    assert whole(GREYS, NO_MATCH, found(1.0, roughened=ROUGHENED + 0.01), 0.0, 0.0)
    assert not whole(GREYS, NO_MATCH, found(1.0, roughened=ROUGHENED - 0.01), 0.0, 0.0)


def in_grey(colour):
    level = round(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
    return (level, level, level)


def colourful() -> list[Pair]:
    source = scene()
    return colour_pairs(source, source, KNOWN)


def test_one_hue_left_of_many_whole():
    """Black and white: the result's colours have gone, whatever the masks say."""
    pairs = [(there, in_grey(there)) for there, _ in colourful()]
    assert whole(pairs, NO_MATCH, found(0.9), 0.1, 60.0)
    assert not whole(colourful(), NO_MATCH, found(0.9), 0.1, 60.0)


def test_a_grey_source_that_stays_grey_is_not_global():
    """A local edit of a black and white photograph has not made it black and white."""
    pairs = [(in_grey(there),) * 2 for there, _ in colourful()]
    assert not whole(pairs, NO_MATCH, found(0.9), 0.1, 60.0)


def test_noise_does_not_make_up_for_the_colours_that_have_gone():
    """Compression and grain put some colour back; it has nothing to do with what was there."""
    source = random.Random(3)  # noqa: S311 - noise, no secret
    noisy = [
        (there, tuple(level + source.randint(-12, 12) for level in in_grey(there)))
        for there, _ in colourful()
    ]
    assert whole(noisy, NO_MATCH, found(0.9), 0.1, 60.0)


def test_half_of_the_saturation_is_not_in_one_hue():
    """Colours that are paler than they were are still those."""
    pairs = [
        (there, tuple((a + b) // 2 for a, b in zip(there, in_grey(there), strict=True)))
        for there, _ in colourful()
    ]
    assert not whole(pairs, NO_MATCH, found(0.9), 0.1, 60.0)


def test_changes_everywhere_leave_nothing_to_keep():
    """A third of the picture changed: in stripes all over it that is all, in one piece not."""
    stripes, piece = NOWHERE.copy(), NOWHERE.copy()
    for left in range(0, SIZE[0], 24):
        stripes.paste(255, (left, 0, left + 8, SIZE[1]))
    piece.paste(255, (0, 0, SIZE[0] // 3, SIZE[1]))
    assert whole(GREYS, NO_MATCH, found(0.6, stripes), 0.33, 60.0)
    assert not whole(GREYS, NO_MATCH, found(0.6, piece), 0.33, 60.0)
    assert not whole(GREYS, NO_MATCH, found(0.6, stripes), 0.2, 60.0)


def test_a_part_without_colour_is_local():
    """Half of the samples grey, half as they were: colours are left."""
    pairs = colourful()
    half = [(there, in_grey(there)) for there, _ in pairs[::2]] + pairs[1::2]
    assert not whole(half, NO_MATCH, found(0.9), 0.1, 60.0)


def test_without_samples_nothing_is_in_one_hue():
    """A source that shows nothing is no black and white picture."""
    assert not whole([], NO_MATCH, found(1.0), 0.0, 0.0)


def judged(source: Image.Image, result: Image.Image) -> bool:
    """`is_global` on what the other modules find in two aligned pictures."""
    pairs = colour_pairs(source, result, KNOWN)
    match = colour_match(pairs)
    seen = changes(source, match.restored(result, source), KNOWN)
    area = sum(seen.core.histogram()[255:]) / (SIZE[0] * SIZE[1])
    unsaid = unexplained(source, result, KNOWN, pairs, seen.core)
    return whole(pairs, match, seen, area, 80.0 if area else 0.0, unsaid)


@pytest.mark.parametrize(
    "wish",
    [
        lambda image: image.convert("L").convert("RGB"),
        lambda image: ImageOps.colorize(image.convert("L"), (28, 16, 8), (255, 240, 208)),
        ImageOps.invert,
        lambda image: ImageEnhance.Brightness(image).enhance(0.4),
        lambda image: tinted(image, (12, 3, -9)),
    ],
    ids=["black and white", "sepia", "negative", "night", "warmer"],
)
def test_wishes_about_the_whole_picture_are_recognised(wish):
    """From real pictures, through the same fits as an edit goes."""
    assert judged(scene(), wish(scene()))


@pytest.mark.parametrize("cast", [(0, 0, 0), (12, 3, -9), (-8, -8, -8)])
def test_an_object_beside_a_cast_is_local(cast):
    """The same tints are drift where something else was edited."""
    source = scene()
    assert not judged(source, tinted(with_disc(source, BOX), cast))
