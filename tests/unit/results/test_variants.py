"""Which results are alternatives to each other."""

from layer_edit.editing.geometry import Rect
from layer_edit.session.variants import groups, variants_of
from tests.unit.results.made import record


def ids(group):
    return [one.id for one in group]


def test_the_same_wish_for_the_same_place_makes_variants():
    """Case and white space of the instruction do not matter; the oldest comes first."""
    first, second = record(1, "Warmer  light"), record(2, "warmer light\n")
    assert [ids(group) for group in groups([second, first])] == [ids([first, second])]


def test_another_wish_layer_place_or_document_is_another_group():
    """Each would show something else."""
    one = record(1)
    others = [
        record(2, "cooler"),
        record(3, layer_id="two"),
        record(4, target=Rect(10, 0, 100, 100)),
        record(5, document="leaf.kra"),
    ]
    assert [ids(group) for group in groups([one, *others])] == [
        ids([other]) for other in [*reversed(others), one]
    ]


def test_colourways_of_one_click_are_variants_though_each_has_its_own_instruction():
    """But not of another click's."""
    clicked = [record(n, f"{colour} jacket", batch="a") for n, colour in enumerate(("red", "blue"))]
    again = [record(9, "red jacket", batch="b")]
    assert [ids(group) for group in groups([*clicked, *again])] == [ids(again), ids(clicked)]


def test_the_same_instruction_of_two_clicks_makes_variants():
    """Each click has a number of its own."""
    first, second = record(1, batch="a"), record(2, batch="b")
    assert [ids(group) for group in groups([first, second])] == [ids([first, second])]


def test_the_layers_of_one_click_are_no_variants_of_each_other():
    """Selected layers have one instruction, and each its own source."""
    layers = [record(n, layer_id=str(n), batch="a") for n in range(3)]
    assert all(len(group) == 1 for group in groups(layers))


def test_the_group_with_the_newest_result_comes_first():
    """A new variant brings its older ones along."""
    old, other, new = record(1), record(2, "cooler"), record(3)
    assert [ids(group) for group in groups([old, other, new])] == [ids([old, new]), ids([other])]


def test_the_variants_of_a_result_are_its_group():
    """Itself included."""
    jobs = [record(1), record(2), record(3, "cooler")]
    assert ids(variants_of(jobs[1], jobs)) == ids(jobs[:2])
