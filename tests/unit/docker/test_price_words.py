"""The button's words and sums."""

import pytest

from layer_edit.docker.price_words import Offer


@pytest.mark.parametrize(
    ("offer", "button", "total"),
    [
        (Offer(), "Edit", ""),
        (Offer(price=0.04), "Edit  ($0.04)", ""),
        (Offer(layers=4, price=0.04), "Edit 4 layers  ($0.16)", "4 × $0.04 = $0.16"),
        (Offer(tasks=12), "Make 12 edits", ""),
        (Offer(price=0.0), "Edit  (own GPU)", ""),
        (Offer(layers=4, price=0.0), "Edit 4 layers  (own GPU)", ""),
        (Offer(tasks=12, price=0.04), "Make 12 edits  ($0.48)", "12 × $0.04 = $0.48"),
        (Offer(3, 4, 0.02), "Make 12 edits  ($0.24)", "12 × $0.02 = $0.24"),
    ],
)
def test_the_button_says_how_many_and_the_whole_price(offer, button, total):
    """Before the click; the sum is in the tool tip."""
    assert (offer.button, offer.sum) == (button, total)
