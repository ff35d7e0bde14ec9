"""When a Krita under test is started again: only where the plugin has no part in its end."""

import json
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest

from installer.console import InstallerError
from installer.krita_run import KritaRun
from installer.wheels import Interpreter
from tests.krita import harness
from tests.krita.harness import NotBegunError, ScenarioError, play


class Kritas:
    """Plays the Kritas of one test: each start takes the next of `ends`."""

    def __init__(self, *ends: str) -> None:
        self.ends = list(ends)
        self.starts = 0

    def run(self, profile, display, *, environment, **_others):
        """What run_krita does, without a Krita."""
        self.starts += 1
        end = self.ends.pop(0)
        log = profile.folder / "krita.log"
        log.write_text(f"the log of {end}")
        if end == "no display":
            raise InstallerError("Xvfb did not start.")
        if end != "dies at its start":
            (profile.pykrita / "layer_edit" / "__pycache__").mkdir()
        if end in ("plays", "fails"):
            report = {"krita": "5.1.5", "error": "AssertionError" if end == "fails" else None}
            folder = Path(environment["LAYER_EDIT_OUT"])
            (folder / "report.json").write_text(json.dumps(report))
        return KritaRun(0 if end in ("plays", "fails") else -11, 1.5, False, log)


@pytest.fixture
def kritas(monkeypatch, tmp_path):
    """Puts pretended Kritas in place of the real one."""
    vendored = tmp_path / "cp311-linux_x86_64"
    vendored.mkdir()
    krita = harness._Krita(Path("/nowhere/krita"), Interpreter(3, 11, "linux-x86_64"), None)
    monkeypatch.setattr(harness._Krita, "chosen", lambda: krita)
    monkeypatch.setattr(harness, "warm", lambda *_: False)
    monkeypatch.setattr(harness, "vendor", lambda *_: vendored)
    monkeypatch.setattr(harness.Display, "open", lambda _size: nullcontext())

    def put(*ends):
        pretended = Kritas(*ends)
        monkeypatch.setattr(harness, "run_krita", pretended.run)
        return pretended

    return put


@pytest.fixture
def out():
    """Not among this run's files, or its summary would count these Kritas."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("end", ["dies at its start", "no display"])
def test_an_end_before_any_plugin_is_started_again(kritas, out, end):
    """Once, and what happened is kept for the end of the test run."""
    pretended = kritas(end, "plays")
    play("edit_layer", out)
    assert pretended.starts == 2
    about = json.loads((out / harness.RUN_FILE).read_text())
    assert about["krita"] == "5.1.5"
    assert "did not start" in about["again"] or "ended with -11 before any plugin" in about["again"]


def test_it_is_started_again_only_once(kritas, out):
    """Then the test fails, with what Krita printed."""
    pretended = kritas("dies at its start", "dies at its start", "plays")
    with pytest.raises(NotBegunError, match="the log of dies at its start"):
        play("edit_layer", out)
    assert pretended.starts == 2


@pytest.mark.parametrize("end", ["fails", "dies in the plugin"])
def test_what_the_plugin_may_have_done_is_not_repeated(kritas, out, end):
    """A failed scenario, and a Krita that died with the plugin loaded, fail the test."""
    pretended = kritas(end, "plays")
    with pytest.raises(ScenarioError):
        play("edit_layer", out)
    assert pretended.starts == 1
