"""Krita stays usable while a job runs at the service."""

import pytest
from PIL import ImageChops

from tests.double import KEY, WaveSpeedDouble
from tests.keysearch import holders
from tests.krita.harness import play
from tests.krita.kra import read_kra, rgba

JOB_SECONDS = 10
LIMIT_MS = 60
LIMIT_SHARE = 2
"""Percent of the time in hold-ups over 60 ms."""
ATTEMPTS = 3
"""Other work on the machine only ever makes a hold-up longer: the quietest attempt counts."""
QUIET = {"cpu": 0.0, "share": 0.0}


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A ten-second edit of 2048 x 2048 pixels; the double answers from this process.

    Gives the attempts' tables of hold-ups, then the last attempt's outcome and double. An attempt
    beyond the limits is followed by a control: a Krita without the plugin, idle for as long.
    """
    tables = []
    for _ in range(ATTEMPTS):
        with WaveSpeedDouble(duration=JOB_SECONDS) as double:
            outcome = play(
                "busy",
                tmp_path_factory.mktemp("busy"),
                environment={"WAVESPEED_API_KEY": KEY},
                settings={"wavespeed_url": double.url},
                # A window with OpenGL is drawn anew as a whole whenever anything in it moves. That
                # is nothing with a graphics card, but 25 to 75 ms where it is imitated.
                opengl=False,
            )
        table = outcome.report["gaps"]
        if held_up(table["job"]):
            idle = play("idle", tmp_path_factory.mktemp("idle"), opengl=False, plugin=False)
            table["control"] = idle.report["gaps"]
        tables.append(table)
        if not held_up(table["job"], table.get("control", QUIET)):
            break
    return tables, outcome, double


def held_up(job, control=QUIET):
    """What the job did to the main thread, above what the machine does to an idle Krita.

    A thread that computes is seen in its own CPU time, which no other work on the machine makes
    longer; one that waits, in the share of the time spent in long hold-ups.
    """
    found = []
    if job["cpu"] >= max(LIMIT_MS, control["cpu"]):
        found.append(f"the main thread computed for {job['cpu']:.1f} ms in one go")
    if job["share"] > control["share"] + LIMIT_SHARE:
        found.append(
            f"{job['share']:.1f} % of the time were hold-ups over {LIMIT_MS} ms, "
            f"{control['share']:.1f} % in an idle Krita"
        )
    return found


def test_no_hold_up_of_60_ms_while_the_job_runs(busy, capsys):
    """The job holds the event loop up no longer than 60 ms in one go, noise of the machine apart.

    Wall times are printed too: on a quiet machine the longest is the one that a user feels.
    """
    tables, outcome, _double = busy
    with capsys.disabled():
        print(f"\nKrita {outcome.report['krita']}: hold-ups of its event loop, in ms: the longest,")
        print("the longest without waiting for a core that other work had, the main thread's own")
        print(f"computing, and the share of the time in those over {LIMIT_MS} ms, without waiting")
        for number, table in enumerate(tables, start=1):
            print(f"attempt {number:<12}{'longest':>9}{'held':>8}{'CPU':>8}{'share %':>9}")
            for label, row in table.items():
                cells = f"{row['wall']:9.1f}{row['held']:8.1f}{row['cpu']:8.1f}{row['share']:9.1f}"
                print(f"  {label:18}{cells}")
    found = held_up(tables[-1]["job"], tables[-1].get("control", QUIET))
    assert found == [], f"in each of {len(tables)} attempts"


def test_one_request_was_paid_and_its_result_is_the_layer(busy):
    """One submit, no key anywhere it should not be, and the double's edit in the document."""
    _tables, outcome, double = busy
    assert double.submits == 1
    assert double.violations == []
    file = read_kra(outcome.folder / "edited.kra")
    result, source = (rgba(layer, file.size).convert("RGB") for layer in file.layers)
    assert ImageChops.difference(result, source).getbbox() is None, "white stays white"
    assert outcome.report["running"].startswith("Running")


def test_the_key_is_nowhere_on_disk(busy):
    """Neither the journal nor the log nor the document has it."""
    _tables, outcome, _double = busy
    assert len(list((outcome.folder / "data").rglob("*"))) > 5
    assert holders(outcome.folder, KEY) == []
