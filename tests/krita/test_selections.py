"""Edits within selections, checked by what Krita's canvas shows."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageFilter

from tests.krita.harness import play

SIZE = (400, 300)
PLAIN = (
    "rectangle",
    "feathered",
    "inverted",
    "larger than the canvas",
    "at the edge",
    "two parts",
    "one pixel",
)


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """All cases in one Krita, on noise."""
    folder = tmp_path_factory.mktemp("selections")
    bands = [Image.effect_noise(SIZE, 90) for _ in range(3)]
    Image.merge("RGB", bands).save(folder / "picture.png")
    return play("selections", folder, environment={"PICTURE": str(folder / "picture.png")})


def shown(edited, name):
    with Image.open(edited.folder / name) as image:
        return image.convert("RGB")


def error(edited, case, mask):
    """The largest difference of the canvas to the inverse laid over the picture through `mask`."""
    picture = shown(edited, "picture.png")
    wanted = Image.composite(ImageChops.invert(picture), picture, mask)
    after = shown(edited, f"{case}-after.png")
    return max(high for _low, high in ImageChops.difference(after, wanted).getextrema())


def selection(edited, case):
    with Image.open(edited.folder / f"{case}-selection.png") as image:
        return image.convert("L")


@pytest.mark.parametrize("case", PLAIN)
def test_the_edit_shows_just_where_something_was_selected(edited, case):
    """As much as it was selected; everywhere else every pixel is as it was."""
    mask = selection(edited, case)
    assert mask.getextrema()[1] > 0
    assert error(edited, case, mask) <= 1
    after, picture = shown(edited, f"{case}-after.png"), shown(edited, "picture.png")
    outside = mask.point(lambda value: 255 * (value == 0))
    assert Image.composite(after, picture, outside).tobytes() == picture.tobytes()


def test_the_mask_can_be_larger_than_the_selection(edited):
    """Grown by 9 pixels: exactly as far along the axes, and round at the corners."""
    picture, after = shown(edited, "picture.png"), shown(edited, "grown-after.png")
    changed = ImageChops.difference(after, picture).convert("L").point(lambda v: 255 * (v > 0))
    assert changed.getbbox() == (120 - 9, 90 - 9, 220 + 9, 160 + 9)
    assert changed.getpixel((120 - 9, 90 - 9)) == 0


def test_the_mask_can_be_softer_than_the_selection(edited):
    """Four pixels less, and blurred by 6."""
    mask = selection(edited, "softened").filter(ImageFilter.MinFilter(9))
    assert error(edited, "softened", mask.filter(ImageFilter.GaussianBlur(6))) <= 3


def test_it_is_one_step_to_undo(edited):
    """On Krita 5.1, where masks are made by an action, two; then all is as it was."""
    most = 2 if edited.report["krita"].startswith("5.1") else 1
    for name, case in edited.report["cases"].items():
        assert 1 <= case["steps"] <= most, name
        assert case["layers undone"] == 1
        undone = shown(edited, f"{name}-undone.png")
        assert undone.tobytes() == shown(edited, "picture.png").tobytes(), name


def test_the_layer_has_a_mask_and_a_context_that_can_be_painted_in(edited):
    """A transparency mask, and pixels around what was selected."""
    for name, case in edited.report["cases"].items():
        assert case["masks"] == ["transparencymask"], name
    left, top, width, height = edited.report["cases"]["rectangle"]["bounds"]
    assert (left, top) == (120 - 32, 90 - 32), "the least context is 32 pixels"
    assert (width, height) == (100 + 64, 70 + 64)
    assert "164 × 134 pixels around the selection" in edited.report["cases"]["rectangle"]["line"]


def test_the_users_selection_stays(edited):
    """It is the same after the edit as before."""
    for name, case in edited.report["cases"].items():
        before, after = case["selection"]
        assert before == after, name


def test_a_selection_beside_the_layer_gets_a_sentence(edited):
    """Nothing of the layer is selected."""
    assert "'small' has nothing within the selection" in edited.report["nothing there"]


@pytest.fixture
def meanwhile(edited):
    """What was done while Krita 5.1 was to make the mask."""
    if "meanwhile" not in edited.report:
        pytest.skip("only Krita 5.1 makes masks by an action, which needs the document in front")
    return edited.report["meanwhile"]


def test_no_mask_is_made_in_the_document_that_is_in_front_by_then(meanwhile):
    """The other one is as it was; the user's selection is, too."""
    for name, case in meanwhile.items():
        assert case["other"] == [0], name
        if name != "closed":
            before, after = case["selection"]
            assert before == after, name


def test_the_mask_is_made_when_its_document_is_in_front_again(meanwhile):
    """Nothing needs to be said."""
    case = meanwhile["back"]
    assert case["layers"] == [["transparencymask"]]
    assert (case["notice"], case["error"]) == ("", "")
    assert case["line"].startswith("Done")


def test_a_layer_without_its_mask_is_placed_and_says_so(meanwhile):
    """What happened, and what to do."""
    case = meanwhile["away"]
    assert case["layers"] == [[]]
    assert case["line"].startswith("Done")
    assert "bring" in case["notice"]
    assert "free" in case["notice"]


def test_cancelled_by_then_there_is_no_layer(meanwhile):
    """The result is kept."""
    case = meanwhile["cancelled"]
    assert case["layers"] == []
    assert case["line"].startswith("Kept, not placed")
    assert "kept" in case["error"]


def test_a_document_closed_by_then_holds_nothing_up(meanwhile):
    """Its result is kept, at once."""
    case = meanwhile["closed"]
    assert case["line"].startswith("Kept, not placed")
    assert "closed" in case["error"]
