"""Transparency: alpha comes back as it was, and hidden colours never come to light."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from layer_edit.backends.offline.hidden import fill_hidden
from layer_edit.backends.offline.vocabulary import capabilities

Edit = Callable[..., Image.Image]

SPATIAL = [
    "blur 6 px",
    "sharpen strongly",
    "soften",
    "denoise",
    "pixelate 10 px",
    "pencil sketch",
    "show the edges",
    "auto levels",
    "change the green to red",
]


def with_hidden(colour: tuple[int, int, int], opaque: int = 255) -> Image.Image:
    """A green disc's box with soft alpha; outside, fully transparent pixels of `colour`."""
    picture = Image.new("RGBA", (80, 60), (*colour, 0))
    for inset, alpha in ((18, 80), (20, 160), (22, opaque)):
        box = (inset, inset - 6, 80 - inset, 66 - inset)
        picture.paste((40, 150, 60, alpha), box)
    picture.paste((90, 200, 110, opaque), (30, 24, 44, 34))
    return picture


def visible(picture: Image.Image) -> bytes:
    """The picture with hidden pixels in black."""
    shown = Image.new("RGB", picture.size)
    mask = picture.getchannel("A").point([0] + [255] * 255)
    shown.paste(picture.convert("RGB"), mask=mask)
    return shown.tobytes()


@pytest.mark.parametrize("instruction", [c.example for c in capabilities()])
def test_alpha_stays(instruction: str, edit: Edit) -> None:
    """Alpha comes back bit for bit from every adjustment, and RGBA stays RGBA."""
    picture = with_hidden((255, 0, 255))
    edited = edit(picture, instruction)
    assert edited.mode == "RGBA"
    assert edited.getchannel("A").tobytes() == picture.getchannel("A").tobytes()


@pytest.mark.parametrize("instruction", SPATIAL)
def test_hidden_colours_do_not_matter(instruction: str, edit: Edit) -> None:
    """What is seen does not depend on the colours of fully transparent pixels."""
    results = {visible(edit(with_hidden(c), instruction)) for c in ((255, 0, 255), (0, 0, 0))}
    assert len(results) == 1


def test_blur_keeps_a_plain_colour(edit: Edit) -> None:
    """A plain shape on transparent black stays its colour up to its edge when it is blurred."""
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((40, 150, 60, 255), (16, 16, 48, 48))
    edited = edit(picture, "blur 8 px")
    for place in ((16, 16), (47, 20), (32, 32)):
        assert edited.getpixel(place) == (40, 150, 60, 255)


def test_colour_steps_ignore_alpha(edit: Edit) -> None:
    """A colour step does the same to RGBA as to the RGB below."""
    picture = with_hidden((200, 30, 30))
    for instruction in ("brighter", "hue +30", "sepia"):
        edited = edit(picture, instruction).convert("RGB")
        assert edited.tobytes() == edit(picture.convert("RGB"), instruction).tobytes()


def test_fill_keeps_visible_pixels() -> None:
    """Filling changes fully transparent pixels only, and gives them colours that are there."""
    picture = with_hidden((255, 0, 255))
    filled = fill_hidden(picture.convert("RGB"), picture.getchannel("A"))
    mask = picture.getchannel("A").point([0] + [255] * 255)
    difference = ImageChops.difference(filled, picture.convert("RGB"))
    assert Image.composite(difference, Image.new("RGB", (80, 60)), mask).getbbox() is None
    red, green, blue = filled.getextrema()
    assert red[1] <= 92  # type: ignore[index]
    assert green[0] >= 145  # type: ignore[index]
    assert blue[1] <= 113  # type: ignore[index]


def test_wholly_transparent(edit: Edit) -> None:
    """A picture without a visible pixel goes through unharmed."""
    picture = Image.new("RGBA", (33, 9), (12, 34, 56, 0))
    for instruction in ("blur 3 px", "auto levels", "yellow to blue"):
        assert edit(picture, instruction).getchannel("A").getextrema() == (0, 0)
