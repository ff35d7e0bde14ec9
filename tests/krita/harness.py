"""Runs one scenario inside a real Krita and brings its report back."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installer.console import Console
from installer.display import Display
from installer.krita_host import find_krita
from installer.krita_run import KritaRun, run_krita
from installer.metadata import PLUGIN_DIR, load
from installer.profile import Profile
from installer.roots import Root, root_for
from installer.wheels import vendor
from tests.double import KEY
from tests.keysearch import holders

VERSION = "LAYER_EDIT_KRITA"
"""Names the Krita to test, by the version of a Debian root; the machine's own when unset."""

HERE = Path(__file__).resolve().parent
DRIVER = HERE / "driver"
SCENARIOS = HERE / "scenarios"


@dataclass(frozen=True)
class Outcome:
    """`report` is what the scenario wrote down; `folder` holds its files and screenshots."""

    report: dict[str, Any]
    folder: Path
    run: KritaRun


class ScenarioError(AssertionError):
    """The scenario did not come to its end; `exit_code` is Krita's, where it died."""

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def krita_missing() -> str:
    """Why the Krita that is asked for cannot be run here; '' when it can."""
    reason = os.environ.get("LAYER_EDIT_NO_KRITA_REASON", "")
    if reason:
        return reason
    if os.environ.get(VERSION):
        return ""
    return "" if find_krita() else "krita is not installed"


def play(
    scenario: str,
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    kritarc: Mapping[str, Mapping[str, str]] | None = None,
    data: Path | None = None,
    timeout: float = 180,
    size: tuple[int, int] = (1600, 1000),
) -> Outcome:
    """Run `scenarios/<scenario>.py` in a fresh profile; files end up in `folder`.

    `settings` are the plugin's, `kritarc` Krita's; both are laid over the defaults. `data` is the
    plugin's data folder, to be kept from run to run; `folder`/data when it is not given.
    Raises ScenarioError with the scenario's traceback, or Krita's last output when it died.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="layer-edit-krita-"))
    try:
        profile = Profile.create(
            home, plugin_dirs=[PLUGIN_DIR, DRIVER], vendor=_vendor(), window=size, kritarc=kritarc
        )
        # Beside its files, where a Krita in a Debian root sees it too.
        played = Path(shutil.copy2(SCENARIOS / f"{scenario}.py", home))
        data = data or folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        if settings is not None:
            (data / "settings.json").write_text(json.dumps(settings), "utf-8")
        with Display.open(size) as display:
            run = run_krita(
                profile,
                display,
                timeout=timeout,
                executable=_executable(home, [home, folder, data]),
                environment={
                    "LAYER_EDIT_SCENARIO": str(played),
                    "LAYER_EDIT_OUT": str(folder),
                    "LAYER_EDIT_DATA": str(data),
                    **(environment or {}),
                },
                watch=lambda: _take_screenshots(display, folder),
            )
        shutil.copy2(profile.folder / "krita.log", folder / "krita.log")
        leaks = holders(home, KEY)
        assert not leaks, f"the key is in {leaks}"
        return Outcome(_report(folder, run), folder, run)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _root() -> Root | None:
    version = os.environ.get(VERSION)
    return root_for(version, Console()) if version else None


def _executable(home: Path, folders: list[Path]) -> str | Path:
    """The machine's Krita, or a launcher of the one in a root, which sees only these folders."""
    root = _root()
    if root is None:
        return "krita"
    temporary = Path(tempfile.gettempdir())
    return root.launcher(home / "krita", [*dict.fromkeys([temporary, *folders])])


def _vendor() -> Path:
    root, host = _root(), find_krita()
    interpreter = root.interpreter if root else host.interpreter if host else None
    assert interpreter is not None, "there is no Krita"
    return vendor(load(), interpreter, [sys.executable, "-m", "pip"])


def _take_screenshots(display: Display, folder: Path) -> None:
    for wanted in folder.glob("*.want"):
        display.screenshot(folder / wanted.name.removesuffix(".want"))
        wanted.unlink()


def _report(folder: Path, run: KritaRun) -> dict[str, Any]:
    try:
        report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    except FileNotFoundError:
        how = "ran out of time" if run.timed_out else f"ended with {run.exit_code}"
        text = f"Krita {how} without a report:\n{run.log_tail()}"
        raise ScenarioError(text, run.exit_code) from None
    if report["error"]:
        raise ScenarioError(report["error"])
    return report
