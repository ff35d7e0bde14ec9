"""The instruction decides what is protected, the selection where the layer shows."""

import pytest
from PIL import Image, ImageChops

from layer_edit.editing.finish import finish
from layer_edit.editing.geometry import Rect
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.placement import place
from layer_edit.editing.plan import Wish
from layer_edit.editing.selection import transparency_mask
from layer_edit.editing.source import Source
from tests.unit.editing.scenes import SIZE, disc_mask, scene, tinted, with_disc

BOX = (90, 60, 190, 170)
BOUNDS = Rect(0, 0, *SIZE)
REDRAWS = ImageLimits(redraws=True)


def edited(instruction: str, selection: Image.Image | None = None):  # type: ignore[no-untyped-def]
    """A disc and a cast, which alone look like a local edit with drift."""
    source = Source(scene(), BOUNDS, selection=selection)
    result = tinted(with_disc(scene(), BOX), (10, 2, -12))
    return finish(result, place(BOUNDS, None), source, Wish(instruction, "b"), REDRAWS), result


def test_what_asks_for_the_whole_picture_gets_all_of_it():
    """No mask, and the cast stays: 'a warmer photo' is about nothing else."""
    finished, result = edited("a warmer photo")
    assert finished.mask is None
    assert finished.share == 1
    assert finished.image.convert("RGB").tobytes() == result.tobytes()


@pytest.mark.parametrize("instruction", ["Add a yellow ball", "Make the ball warmer"])
def test_any_other_instruction_is_left_to_the_pixels(instruction):
    """A mask around the disc, and the cast is taken back."""
    finished, result = edited(instruction)
    assert finished.mask.getbbox() is not None
    assert finished.mask.getpixel((5, 5)) == 0
    assert finished.image.convert("RGB").tobytes() != result.tobytes()


def test_a_selection_masks_an_edit_of_the_whole_picture_all_the_same():
    """It is the artist's own word about where; the colours asked for stay within it."""
    selection = disc_mask(SIZE, (20, 20, 120, 120))
    finished, result = edited("a warmer photo", selection)
    assert (
        ImageChops.difference(finished.mask, transparency_mask(selection, 0, 0)).getbbox() is None
    )
    assert finished.image.convert("RGB").tobytes() == result.tobytes()
