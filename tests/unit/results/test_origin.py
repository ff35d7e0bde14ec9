"""What produced a layer, as it is stored with the document."""

from dataclasses import replace

import pytest

from layer_edit.jobs.origin import MAX_BYTES, MAX_LAYERS, Origin, read_origins, with_origin
from tests.unit.results.made import record


def origin(number=1, **more):
    return Origin.of(record(number, **more))


def test_what_is_stored_is_read_again():
    """All of it, the newest last."""
    first = origin(1, price=0.04, share=0.2, finished=13.5)
    text = with_origin(with_origin("", "a", first), "b", origin(2))
    assert read_origins(text) == {"a": first, "b": origin(2)}
    assert first.seconds == 12.5


def test_a_layer_has_one_origin():
    """The last."""
    text = with_origin(with_origin("", "a", origin(1)), "a", origin(2))
    assert read_origins(text) == {"a": origin(2)}


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"version": 99, "layers": {}}', '{"version": 1}', "null"]
)
def test_anything_else_is_no_origin_and_is_replaced(text):
    """A document may come from anywhere."""
    assert read_origins(text) == {}
    assert read_origins(with_origin(text, "a", origin())) == {"a": origin()}


def test_entries_that_are_not_understood_are_left_out_and_kept():
    """A later version may have written them."""
    text = with_origin('{"version": 1, "layers": {"odd": 3, "half": {"seed": 1}}}', "a", origin())
    assert set(read_origins(text)) == {"a"}
    assert '"odd"' in text


def test_the_oldest_go_beyond_the_number_of_layers():
    """The document does not grow without end."""
    text = ""
    for number in range(MAX_LAYERS + 5):
        text = with_origin(text, str(number), origin(number))
    assert list(read_origins(text)) == [str(number) for number in range(5, MAX_LAYERS + 5)]


def test_the_oldest_go_beyond_the_size_but_never_the_newest():
    """Long instructions count more."""
    long = replace(origin(), instruction="x" * 4000)
    text = ""
    for number in range(60):
        text = with_origin(text, str(number), long)
    assert len(text) <= MAX_BYTES + 100
    assert list(read_origins(text))[-1] == "59"
    assert 20 < len(read_origins(text)) < 60
    huge = replace(origin(), instruction="x" * 2 * MAX_BYTES)
    assert list(read_origins(with_origin(text, "huge", huge))) == ["huge"]
