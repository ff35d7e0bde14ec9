"""What is asked for is checked before anything is captured or sent."""

import pytest

from layer_edit.editing.errors import InputError
from layer_edit.editing.geometry import Size
from layer_edit.editing.limits import ImageLimits
from layer_edit.editing.plan import Wish, check_wish
from layer_edit.editing.request import EncodedImage, check_instruction

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
