"""The rows of the list: documents, instructions, results; and what a search leaves of them."""

import pytest

from layer_edit.docker.results.outline import Kind, outline
from tests.unit.results.made import record


def haystack(one):
    return f"{one.wish.instruction} {one.document} {one.wish.seed}"


def rows(records, search=""):
    return [(row.kind, row.text) for row in outline(records, search, haystack)]


def test_results_are_under_their_document_the_newest_first():
    """The document of the newest result is at the top."""
    jobs = [record(1, "old"), record(2, "leafy", "leaf.kra"), record(3, "new\nlines")]
    assert rows(jobs) == [
        (Kind.DOCUMENT, "flower.kra"),
        (Kind.SINGLE, "new lines"),
        (Kind.SINGLE, "old"),
        (Kind.DOCUMENT, "leaf.kra"),
        (Kind.SINGLE, "leafy"),
    ]


def test_variants_are_under_a_title():
    """The title knows them all, in the order in which they were begun."""
    jobs = [record(2), record(1), record(3)]
    found = outline(jobs, "", haystack)
    assert [row.kind for row in found] == [Kind.DOCUMENT, Kind.TITLE, *[Kind.VARIANT] * 3]
    assert found[1].job_ids == ("job-0001", "job-0002", "job-0003")
    assert [row.job_id for row in found] == ["", "", "job-0001", "job-0002", "job-0003"]
    assert {row.group for row in found[1:]} == {0}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["cooler", "warmer"]),
        ("WARM", ["warmer"]),
        ("flower 2", ["warmer"]),
        ("warm cool", []),
        ("  ", ["cooler", "warmer"]),
    ],
)
def test_a_search_keeps_what_has_all_its_words(search, found):
    """In any case and order, of instruction, document and seed."""
    jobs = [record(1, "warmer"), record(5, "cooler")]
    assert [text for kind, text in rows(jobs, search) if kind is Kind.SINGLE] == found


def test_documents_of_the_same_name_in_different_folders_stay_apart():
    """Their paths tell them apart."""
    jobs = [record(1), record(2, document_path="/elsewhere/flower.kra")]
    assert [kind for kind, _text in rows(jobs)] == [Kind.DOCUMENT, Kind.SINGLE] * 2
