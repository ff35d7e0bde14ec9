"""Runs last: the key is in no file that any test of this run has written."""

from tests.double import KEY
from tests.keysearch import holders


def test_the_key_is_in_no_file_of_the_whole_run(tmp_path_factory, capsys):
    """Journals, logs, settings, documents, results, reports; Krita's profiles are searched too,
    by the harness, before it removes them."""
    folder = tmp_path_factory.getbasetemp()
    count = sum(1 for file in folder.rglob("*") if file.is_file())
    with capsys.disabled():
        print(f"\nsearched {count:,} files of this test run for the key")
    assert holders(folder, KEY) == []
