"""Where the rows of the list lie."""

import pytest

from layer_edit.docker.results.outline import Kind, Row, outline
from layer_edit.docker.results.places import Measures, Places
from tests.unit.results.made import record

MEASURES = Measures(line=15)


def many():
    """Three documents with single results and groups of one to six variants."""
    jobs = []
    for number in range(60):
        instruction = f"wish {number // (1 + number % 6)}"
        jobs.append(record(number, instruction, f"document {number % 3}"))
    return outline(jobs, "", lambda one: one.wish.instruction)


@pytest.mark.parametrize("width", [90, 220, 300, 1000])
def test_rows_fill_the_list_without_overlap(width):
    """Full lines one below the other; variants side by side and within the width."""
    rows = many()
    places = Places(rows, width, MEASURES)
    covered = set()
    for row, rect in zip(rows, places.rects, strict=True):
        assert rect.x >= 0 and rect.right <= width
        assert row.kind is Kind.VARIANT or rect.width == width
        cells = {
            (rect.x + x, rect.y + y) for x in (0, rect.width - 1) for y in (0, rect.height - 1)
        }
        assert not cells & covered
        covered |= cells
    assert places.height >= max(rect.bottom for rect in places.rects)


@pytest.mark.parametrize("width", [90, 300])
def test_every_row_is_found_at_its_place(width):
    """By a point in it, and among those of a stretch around it."""
    rows = many()
    places = Places(rows, width, MEASURES)
    for number, rect in enumerate(places.rects):
        assert places.at(rect.x + rect.width // 2, rect.y + rect.height // 2) == number
        assert number in places.within(rect.y + 1, rect.y + 2)
    assert places.at(5, places.height + 1) is None
    shown = places.within(100, 300)
    expected = [n for n, r in enumerate(places.rects) if r.bottom > 100 and r.y < 300]
    assert list(shown) == expected


def strip(count, group=0):
    title = Row(Kind.TITLE, "title", tuple(f"{group}-{n}" for n in range(count)), group)
    return [title, *(Row(Kind.VARIANT, "x", (name,), group) for name in title.job_ids)]


def test_up_and_down_go_to_the_next_line_at_the_same_column():
    """Past headings, and to the nearest where the line is shorter."""
    rows = [Row(Kind.DOCUMENT, "d"), *strip(3), *strip(2, 1), Row(Kind.SINGLE, "s", ("s",), 2)]
    places = Places(rows, 300, MEASURES)
    assert places.near(3, rows, down=True) == 7
    assert places.near(4, rows, down=True) == 7
    assert places.near(6, rows, down=False) == 2
    assert places.near(7, rows, down=True) == 8
    assert places.near(8, rows, down=True) is None
    assert places.near(2, rows, down=False) is None
    rows = [*strip(2), *strip(2, 1)]
    places = Places(rows, 300, MEASURES)
    assert [places.near(number, rows, down=False) for number in (4, 5)] == [1, 2]


def test_variants_wrap_where_they_do_not_fit():
    """At 300 pixels four go side by side."""
    rows = strip(5)
    places = Places(rows, 300, MEASURES)
    assert len({rect.y for rect in places.rects[1:5]}) == 1
    assert places.rects[5].y > places.rects[4].y
    assert places.near(2, rows, down=True) == 5
