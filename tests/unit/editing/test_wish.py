"""What is asked for is checked before anything is captured or sent."""

import pytest
from PIL import Image

from layer_edit.editing.codec import decode
from layer_edit.editing.errors import InputError
from layer_edit.editing.geometry import Rect, Size
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.plan import Wish, check_wish, plan_edit
from layer_edit.editing.request import EncodedImage, check_instruction
from layer_edit.editing.source import Source

ANY = ImageLimits()
IMAGE = EncodedImage(b"", "image/png", Size(9, 9))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish("", "b"), "empty"),
        (Wish(" \n\t", "b"), "empty"),
        (Wish("x" * 4001, "b"), "4,001 characters"),
        (Wish("x", "b", seed=0), "seed 0"),
        (Wish("x", "b", seed=2**31), "outside 1 to 2147483647"),
        (Wish("x", "b", output_format="gif"), "'gif'"),
        (Wish("x", "b", size=Size(9, 9)), "keeps the size"),
        (Wish("x", "b", references=(IMAGE,)), "1 reference"),
    ],
)
def test_what_cannot_be_asked_for_is_named(wish, words):
    """Each rule's sentence names what was given; its exit code is 2."""
    with pytest.raises(InputError, match=words) as caught:
        check_wish(wish, ANY)
    assert caught.value.exit_code == 2


def test_the_longest_instruction_passes():
    """Exactly 4,000 characters are allowed, white space around them does not count."""
    assert len(check_instruction(" " + "x" * 4000 + "\n")) == 4000


@pytest.mark.parametrize(
    ("limits", "mode", "same"),
    [
        (ImageLimits(alpha=True), "RGBA", True),
        (ImageLimits(), "RGBA", False),
        (ImageLimits(alpha=True, sizes=(Size(64, 64),)), "RGBA", False),
    ],
)
def test_a_plan_says_when_it_sends_the_source_as_it_is(limits, mode, same):
    """Then the sent bytes decode to the source's own pixels; flattened or scaled they do not."""
    image = Image.effect_noise((40, 40), 90).convert(mode)
    image.putalpha(Image.linear_gradient("L").resize((40, 40)))
    plan = plan_edit(Source(image, Rect(0, 0, 40, 40)), Wish("x", "b"), limits)
    sent = decode(plan.request.images[0].data, "it")
    assert plan.sends_source is same
    assert (sent.mode == image.mode and sent.tobytes() == image.tobytes()) is same
