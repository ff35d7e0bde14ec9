"""The search for the key finds it wherever a run can leave it."""

import zipfile

from tests.keysearch import files, holders

SOUGHT = "a-key-that-is-sought"


def test_it_is_found_in_files_and_in_archives(tmp_path):
    """In the middle of a binary file, and packed in a document."""
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "log").write_bytes(b"\0\xff" + SOUGHT.encode() + b"\0")
    (tmp_path / "clean").write_bytes(b"\0\xff")
    with zipfile.ZipFile(tmp_path / "edited.kra", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("maindoc.xml", "x" * 1000 + SOUGHT + "x" * 1000)
    assert SOUGHT.encode() not in (tmp_path / "edited.kra").read_bytes()
    found = [file.name for file in holders(tmp_path, SOUGHT)]
    assert found == ["log", "edited.kra"]


def test_the_own_key_file_may_hold_it(tmp_path):
    """The plugin keeps keys in files of the folder `keys`."""
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "data" / "keys" / "wavespeed").write_text(SOUGHT)
    assert holders(tmp_path, SOUGHT) == []


def test_each_file_is_searched_once(tmp_path):
    """Links to a folder or a file add nothing."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "file").write_text(SOUGHT)
    (tmp_path / "two").symlink_to(tmp_path / "one")
    (tmp_path / "link").symlink_to(tmp_path / "one" / "file")
    assert files(tmp_path) == [tmp_path / "one" / "file"]
