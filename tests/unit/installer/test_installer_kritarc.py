"""One line of kritarc: every other byte stays, and back again it is the same file."""

from __future__ import annotations

import configparser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.kritarc import disable, enable, is_enabled, resource_directory
from tests.unit.installer.homes import KRITARCS

MODULE = "layer_edit"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"[python]\nenable_layer_edit=true\n"),
        (b"a=1\n", b"a=1\n\n[python]\nenable_layer_edit=true\n"),
        (b"a=1", b"a=1\n\n[python]\nenable_layer_edit=true\n"),
        (b"a=1\r\n", b"a=1\r\n\r\n[python]\r\nenable_layer_edit=true\r\n"),
        (b"[python]\nx=1\n", b"[python]\nenable_layer_edit=true\nx=1\n"),
        (b"[python]\r\nx=1\r\n", b"[python]\r\nenable_layer_edit=true\r\nx=1\r\n"),
        (b"[python]", b"[python]\nenable_layer_edit=true"),
        (b"[python]\nenable_layer_edit=false\ny", b"[python]\nenable_layer_edit=true\ny"),
        (b"[python]\r\nenable_layer_edit=0\r\n", b"[python]\r\nenable_layer_edit=true\r\n"),
        (b"[python]\nx=\xff\xfe\n", b"[python]\nenable_layer_edit=true\nx=\xff\xfe\n"),
    ],
)
def test_enable_changes_one_place(before, after):
    """The line goes where it belongs, with the line ends the file has."""
    changed, edit = enable(before, MODULE)
    assert changed == after
    assert edit is not None
    assert disable(changed, MODULE, edit) == before


def test_what_is_on_stays_as_it_is():
    """Also with another writing of 'true'."""
    for line in (b"enable_layer_edit=true", b" enable_layer_edit = TRUE ", b"enable_layer_edit=1"):
        content = b"[python]\n" + line + b"\n"
        assert enable(content, MODULE) == (content, None)


def test_a_file_that_was_not_there_goes_again():
    """But only when nothing else has been written into it."""
    content, edit = enable(None, MODULE)
    assert disable(content, MODULE, edit) is None
    assert disable(b"a=1\n" + content, MODULE, edit) == b"a=1\n"


def test_the_last_of_two_lines_counts():
    """As KConfig reads them."""
    assert not is_enabled(b"[python]\nenable_layer_edit=true\nenable_layer_edit=false\n", MODULE)
    assert not is_enabled(b"[x]\nenable_layer_edit=true\n", MODULE)
    assert not is_enabled(None, MODULE)


def test_without_a_receipt_the_line_is_taken_out():
    """Krita's importer brought it."""
    content = b"[python]\nenable_a=true\nenable_layer_edit=true\r\nenable_z=true\n"
    assert disable(content, MODULE, None) == b"[python]\nenable_a=true\nenable_z=true\n"


def test_a_group_that_others_use_by_now_stays():
    """It came with the plugin; another plugin's line in it must not fall into the group before."""
    content, edit = enable(b"[a]\nb=1\n", MODULE)
    used = content + b"enable_other=true\n"
    assert disable(used, MODULE, edit) == b"[a]\nb=1\n\n[python]\nenable_other=true\n"


def test_the_old_value_comes_back_after_krita_has_rewritten_the_file():
    """The plugin was switched off before it was installed again."""
    content, edit = enable(b"[python]\nenable_layer_edit=false\nx=1\n", MODULE)
    rewritten = content.replace(b"edit=", b"edit = ") + b"[new]\ny=2\n"
    assert (
        disable(rewritten, MODULE, edit) == b"[python]\nenable_layer_edit=false\nx=1\n[new]\ny=2\n"
    )


LINE = st.one_of(
    st.sampled_from(
        [
            b"[python]",
            b"[other]",
            b"[python]\r",
            b"enable_layer_edit=true\r",
            b"enable_layer_edit=false",
            b"enable_layer_edit=true",
            b"enable_x=true",
            b" key = value ",
            b"",
            b"#comment",
            b"State=AAAA/wAAAAD9",
        ]
    ),
    st.binary(max_size=12),
)


@given(lines=st.lists(LINE, max_size=8), end=st.sampled_from([b"\n", b"\r\n"]), last=st.booleans())
def test_any_file_comes_back_as_it_was(lines, end, last):
    """Whatever the lines are: switched on, the same otherwise, and back to the same bytes."""
    before = end.join(lines) + (end if last else b"")
    content, edit = enable(before, MODULE)
    assert is_enabled(content, MODULE)
    if edit is None:
        assert content == before
        return
    assert len(content) - len(before) == len(edit.inserted) - len(edit.removed)
    assert disable(content, MODULE, edit) == before


@pytest.mark.parametrize("name", [name for name, content in KRITARCS.items() if content])
def test_another_reader_of_such_files_agrees(name):
    """Python's own reader sees the plugin switched on."""
    content, _ = enable(KRITARCS[name], MODULE)
    reader = configparser.RawConfigParser(strict=False, allow_no_value=True, delimiters="=")
    reader.read_string("[<default>]\n" + content.decode("latin-1"))
    assert reader["python"]["enable_layer_edit"] == "true"


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("ResourceDirectory=/mnt/krita\n", "/mnt/krita"),
        ("x=1\nResourceDirectory=/mnt/my\\skrita \n[a]\n", "/mnt/my krita"),
        ("ResourceDirectory=C:\\\\Users\\\\x\n", "C:\\Users\\x"),
        ("ResourceDirectory[$e]=$HOME/k\n", "/home/x/k"),
        ("ResourceDirectory[$e]=${HOME}/k\n", "/home/x/k"),
        ("ResourceDirectory=$HOME/k\n", "$HOME/k"),
        ("ResourceDirectory=/mnt/Grafik-Übung\n", "/mnt/Grafik-Übung"),
        ("[a]\nResourceDirectory=/mnt/krita\n", ""),
        ("", ""),
    ],
)
def test_the_resource_folder_that_the_user_chose(text, folder):
    """As KConfig writes it: before all groups, some signs with a backslash."""
    assert resource_directory(text.encode(), {"HOME": "/home/x"}) == folder
