"""The test run in several Kritas: roots made beside it, its arguments, its table."""

import subprocess
import sys
import threading

import pytest

from installer.console import InstallerError
from installer.locks import locked
from installer.matrix import NO_TESTS, Making, Row, table
from installer.suite import files_apart, on_all_cores


def passed(krita, *, failed=0, again=(), ran=None):
    """The numbers of one run of pytest."""
    return {
        "passed": 40,
        "failed": failed,
        "skipped": 1,
        "kritas": [ran or f"{krita}.5"],
        "again": list(again),
    }


def test_things_are_made_beside_the_block_and_waited_for():
    """The block goes on while they are made; asking waits."""
    go, made = threading.Event(), []

    def make(name, stop):
        go.wait(30)
        made.append(name)

    with Making(make) as making:
        making.begin(["one", "two", "three"])
        assert not making.ready("one")
        go.set()
        assert [making.why_not(name) for name in ("one", "two", "three")] == ["", "", ""]
    assert sorted(made) == ["one", "three", "two"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(InstallerError("No network."), "No network."), (OSError(28, "No space"), "No space")],
)
def test_what_cannot_be_made_has_a_reason(error, reason):
    """Network, rights and a full disk do not end the run."""

    def make(name, stop):
        raise error

    with Making(make) as making:
        making.begin(["one"])
        assert reason in making.why_not("one")


def test_a_mistake_in_the_making_ends_the_run():
    """Only what lies outside is passed over."""

    def make(name, stop):
        raise TypeError(name)

    with Making(make) as making, pytest.raises(TypeError, match="one"):
        making.begin(["one"])
        making.why_not("one")


def test_leaving_the_block_stops_the_making():
    """Ctrl-C in the tests does not wait for a root."""
    stopped = []
    with Making(lambda name, stop: stopped.append(stop.wait(60))) as making:
        making.begin(["one"])
    assert stopped == [True]


def test_the_table_has_a_row_for_each_krita():
    """Numbers, the version that really ran, why one was not run, what was started again."""
    rows = [
        Row("own", 0, 4.26, summary=passed("5.1")),
        Row("5.2", 1, 3.0, summary=passed("5.2", failed=2, again=["'queue' was started again: X"])),
        Row("5.3", not_run="No network."),
    ]
    assert table(rows).splitlines() == [
        "Krita  ran    passed  failed  skipped  minutes",
        "own    5.1.5      40       0        1      4.3",
        "5.2    5.2.5      40       2        1      3.0",
        "5.3    -           -       -        -      0.0  not run: No network.",
        "Krita 5.2: 'queue' was started again: X",
    ]
    assert [row.failed for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("row", "failed", "remark"),
    [
        (Row("5.2", 0, summary=passed("5.2", ran="5.3.1")), False, "no Krita 5.2"),
        (Row("5.2", NO_TESTS), False, "no tests were chosen"),
        (Row("own", 3), True, "without a summary"),
        (Row("own", 1, summary=passed("5.1")), True, "pytest ended with 1"),
    ],
)
def test_remarks_say_what_the_numbers_do_not(row, failed, remark):
    """Another Krita than named, nothing chosen, a pytest that died, a failure that is no test."""
    assert row.failed is failed
    assert remark in row.remark


def test_later_arguments_of_the_user_win():
    """All cores unless told otherwise: pytest takes the last of two."""
    cores = on_all_cores()
    assert cores[0] == "-n"
    assert int(cores[1]) >= 1
    assert "loadfile" in cores


@pytest.mark.parametrize("given", [["-q", "--basetemp=/t/x"], ["--basetemp", "/t/x", "-q"]])
def test_each_krita_keeps_its_files(given):
    """pytest empties the folder it is given, so that each run needs its own."""
    assert files_apart(given, "5.2") == ["--basetemp=/t/x-5.2"]
    assert files_apart(["-q"], "5.2") == []


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is locked on Windows")
def test_a_lock_keeps_another_process_out(tmp_path):
    """It waits, and goes on when the lock is free."""
    file = tmp_path / "lock"
    code = "from installer.locks import locked; import sys, pathlib\n"
    code += "with locked(pathlib.Path(sys.argv[1])): print('in')"
    with locked(file):
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=2)
    assert other.communicate(timeout=60)[0] == "in\n"
