"""The preview shows what plan_edit sends, smaller, with the selection's outline."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.plan import Wish, plan_edit
from layer_edit.editing.preview import Sending, make_preview
from layer_edit.editing.source import RawLayer, RawSource

LIMITS = ImageLimits(sizes=(Size(640, 640), Size(800, 400)))


def picture(size: tuple[int, int]) -> Image.Image:
    """Smooth, so that a coarse grid sees what is there; the right third half transparent."""
    image = Image.linear_gradient("L").resize(size)
    made = Image.merge("RGBA", (image, image.rotate(180), image, Image.new("L", size, 255)))
    alpha = Image.new("L", size, 255)
    ImageDraw.Draw(alpha).rectangle((size[0] * 2 // 3, 0, *size), fill=128)
    made.putalpha(alpha)
    return made


def raw(image: Image.Image, selection: Image.Image | None = None) -> RawSource:
    """As a capture would bring it."""
    red, green, blue, alpha = image.split()
    data = Image.merge("RGBA", (blue, green, red, alpha)).tobytes()
    bounds = Rect.of_size(Size(*image.size))
    strips = None if selection is None else (selection.tobytes(),)
    return RawSource((RawLayer((data,), bounds),), bounds, selection=strips)


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (900, 450)])
@pytest.mark.parametrize("background", ["white", "grey"])
def test_the_preview_is_what_is_sent_made_smaller(size: tuple[int, int], background: str) -> None:
    """The same size, padding and background, within 4 levels on average."""
    whole = picture(size)
    bounds = Rect.of_size(Size(*size))
    small = raw(whole.resize((size[0] // 2, size[1] // 2), Image.Resampling.BOX))
    sending = Sending(LIMITS, None, background, 200)
    preview = make_preview(small, bounds, bounds, sending)

    plan = plan_edit(raw(whole).developed(), Wish("x", "b", background=background), LIMITS)
    assert preview.placement == plan.placement
    with Image.open(io.BytesIO(plan.request.images[0].data)) as sent:
        expected = sent.convert("RGB").resize(preview.image.size, Image.Resampling.BOX)
    assert max(preview.image.size) == 200
    difference = ImageStat.Stat(ImageChops.difference(preview.image, expected)).mean
    assert max(difference) < 4


def test_a_backend_without_sizes_gets_the_picture_as_it_is() -> None:
    """Nothing is padded or enlarged."""
    bounds = Rect(5, 7, 60, 40)
    preview = make_preview(
        raw(picture((60, 40))), bounds, bounds, Sending(ImageLimits(alpha=True), None, "auto", 200)
    )
    assert preview.placement.sent == Size(60, 40)
    assert preview.image.size == (60, 40)
    assert preview.placement.target == bounds


def test_the_outline_is_where_the_selection_ends() -> None:
    """White inside, black outside, on any picture; far from its edge the picture shows."""
    grey = Image.new("RGBA", (100, 100), (90, 90, 90, 255))
    selection = Image.new("L", (100, 100))
    ImageDraw.Draw(selection).rectangle((30, 30, 69, 69), fill=255)
    bounds = Rect(0, 0, 100, 100)
    preview = make_preview(
        raw(grey, selection), bounds, bounds, Sending(ImageLimits(), None, "white", 100)
    )
    assert preview.is_selection
    row = [preview.image.getpixel((x, 50)) for x in (20, 28, 29, 30, 31, 33, 50)]
    plain, white, black = (90, 90, 90), (255, 255, 255), (0, 0, 0)
    assert row == [plain, black, black, white, white, plain, plain]
