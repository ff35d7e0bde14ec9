"""Runs one scenario inside a real Krita and brings its report back."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from installer.console import Console, InstallerError
from installer.display import Display
from installer.krita_host import find_krita
from installer.krita_run import KritaRun, run_krita
from installer.metadata import PLUGIN_DIR, load
from installer.profile import Profile, Settings, merge
from installer.roots import Root, root_for
from installer.wheels import Interpreter, vendor
from tests.double import KEY
from tests.keysearch import holders
from tests.krita.warm import warm

VERSION = "LAYER_EDIT_KRITA"
"""Names the Krita to test, by the version of a Debian root; the machine's own when unset."""

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
DRIVER = HERE / "driver"
SCENARIOS = HERE / "scenarios"

RUN_FILE = "run.json"
"""What `play` leaves in the folder: which Krita ran, for how long, and why it was started again."""

THEMES = {"dark": "Krita dark", "light": "Krita bright"}
"""By the names that `play` takes, those of Krita's settings."""

BEGIN_SECONDS = 120
"""A Krita that has not come to its plugins by then hangs at its start."""


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
    kritarc: Settings | None = None,
    data: Path | None = None,
    timeout: float = 300,
    size: tuple[int, int] = (1600, 1000),
    opengl: bool = True,
    plugin: bool = True,
    theme: str = "dark",
    width: int = 0,
    scale: int = 1,
    language: str = "",
) -> Outcome:
    """Run `scenarios/<scenario>.py` in a fresh profile; files end up in `folder`.

    `settings` are the plugin's, `kritarc` Krita's; both are laid over the defaults. The first run
    is over unless `settings` say that it is not. `data` is the plugin's data folder, to be kept
    from run to run; `folder`/data when it is not given. `theme` is one of THEMES, `width` the
    docker's in logical pixels (0 leaves it to Krita), `scale` that of the whole display, whose
    `size` is then in logical pixels too, `language` Krita's own ('de:en_US'). Without
    `opengl` Krita draws its window by itself, so that no graphics card has to be imitated. Without
    `plugin` its files are there, for the test driver, but Krita gets no docker and no timer of it.
    A Krita (or a display) that dies or hangs before it has loaded any plugin is started once more.
    Raises ScenarioError with the scenario's traceback, or Krita's last output when it died.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = data or folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    # A Krita in a Debian root does not see the checkout: what it opens has to be in `folder`.
    unseen = [one for one in (environment or {}).values() if one.startswith(f"{CHECKOUT}/")]
    assert not unseen, f"not seen in every Krita: {unseen}"
    if settings is not None or not (data / "settings.json").exists():
        chosen = {"first_run": False, **(settings or {})}
        (data / "settings.json").write_text(json.dumps(chosen), "utf-8")
    kritarc = merge({"theme": {"Theme": THEMES[theme]}}, kritarc or {})
    variables = {
        "LAYER_EDIT_OUT": str(folder),
        "LAYER_EDIT_DATA": str(data),
        **({} if opengl else {"QT_QUICK_BACKEND": "software"}),
        **({"LAYER_EDIT_WIDTH": str(width)} if width else {}),
        **({"QT_SCALE_FACTOR": str(scale)} if scale != 1 else {}),
        **(environment or {}),
    }
    start = _Start(
        scenario, folder, variables, kritarc, timeout, size, scale, opengl, plugin, language
    )
    again = ""
    try:
        run = start.run([folder, data])
    except NotBegunError as error:
        again = str(error)
        run = start.run([folder, data])
    report, seconds = _report(folder, run), round(run.seconds, 1)
    about = {"scenario": scenario, "krita": report["krita"], "seconds": seconds, "again": again}
    (folder / RUN_FILE).write_text(json.dumps(about), "utf-8")
    if report["error"]:
        raise ScenarioError(report["error"])
    return Outcome(report, folder, run)


class NotBegunError(ScenarioError):
    """Krita ended before it had loaded a plugin: the plugin has no part in it."""


@dataclass(frozen=True)
class _Start:
    """One Krita to start: see `play`."""

    scenario: str
    folder: Path
    variables: Mapping[str, str]
    kritarc: Settings | None
    timeout: float
    size: tuple[int, int]
    scale: int
    opengl: bool
    plugin: bool
    language: str

    def run(self, shown: Sequence[Path]) -> KritaRun:
        """Start it in a new profile, which is searched for the key and thrown away at the end.

        `shown` are the folders it needs. Raises NotBegunError.
        """
        home = Path(tempfile.mkdtemp(prefix="layer-edit-krita-"))
        try:
            krita = _Krita.chosen()
            warm(home, krita.program, krita.launcher)
            profile = self._profile(home, krita)
            # Beside the profile's files, where a Krita in a Debian root sees it too.
            played = Path(shutil.copy2(SCENARIOS / f"{self.scenario}.py", home))
            try:
                run = self._watched(profile, krita.launcher(home, [home, *shown]), played)
            except InstallerError as error:
                raise NotBegunError(error.message) from error
            run = replace(run, log=Path(shutil.copy2(run.log, self.folder / "krita.log")))
            if not _has_begun(profile):
                raise NotBegunError(f"Krita {_how(run)} before any plugin:\n{run.log_tail()}")
            leaks = holders(home, KEY)
            assert not leaks, f"the key is in {leaks}"
            return run
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def _profile(self, home: Path, krita: _Krita) -> Profile:
        profile = Profile.create(
            home,
            plugin_dirs=[PLUGIN_DIR, DRIVER],
            vendor=vendor(load(), krita.interpreter, [sys.executable, "-m", "pip"]),
            window=self.size,
            kritarc=self.kritarc,
        )
        if not self.opengl:
            (profile.config / "kritadisplayrc").write_text("OpenGLRenderer=none\n", "utf-8")
        if self.language:
            file = profile.config / "klanguageoverridesrc"
            file.write_text(f"[Language]\nkrita={self.language}\n", "utf-8")
        if not self.plugin:
            (profile.pykrita / "layer_edit" / "__init__.py").write_text("", "utf-8")
        return profile

    def _watched(self, profile: Profile, executable: str | Path, played: Path) -> KritaRun:
        latest = time.monotonic() + BEGIN_SECONDS

        def watch(display: Display) -> bool:
            _take_screenshots(display, self.folder)
            return time.monotonic() > latest and not _has_begun(profile)

        with Display.open((self.size[0] * self.scale, self.size[1] * self.scale)) as display:
            return run_krita(
                profile,
                display,
                timeout=self.timeout,
                executable=executable,
                environment={**self.variables, "LAYER_EDIT_SCENARIO": str(played)},
                watch=lambda: watch(display),
            )


def _has_begun(profile: Profile) -> bool:
    """Python keeps a compiled copy of a plugin when it loads it."""
    return (profile.pykrita / "layer_edit" / "__pycache__").is_dir()


@dataclass(frozen=True)
class _Krita:
    """The Krita that is asked for: the machine's own, or the one in a Debian root."""

    program: Path
    interpreter: Interpreter
    root: Root | None

    @classmethod
    def chosen(cls) -> _Krita:
        version = os.environ.get(VERSION)
        if version:
            root = root_for(version, Console())
            return cls(root.folder / "usr/bin/krita", root.interpreter, root)
        host = find_krita()
        assert host is not None, "there is no Krita"
        return cls(host.executable, host.interpreter, None)

    def launcher(self, home: Path, folders: Sequence[Path]) -> str | Path:
        """Its program, or a launcher written into `home` for a root, which shows these folders."""
        if self.root is None:
            return self.program
        temporary = Path(tempfile.gettempdir())
        return self.root.launcher(home / "krita", [*dict.fromkeys([temporary, *folders])])


def _take_screenshots(display: Display, folder: Path) -> None:
    for wanted in folder.glob("*.want"):
        try:
            display.screenshot(folder / wanted.name.removesuffix(".want"))
        except InstallerError as error:
            raise ScenarioError(error.message) from error
        wanted.unlink()


def _report(folder: Path, run: KritaRun) -> dict[str, Any]:
    try:
        report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    except FileNotFoundError:
        text = f"Krita {_how(run)} without a report:\n{run.log_tail()}"
        raise ScenarioError(text, run.exit_code) from None
    return report


def _how(run: KritaRun) -> str:
    return "ran out of time" if run.timed_out else f"ended with {run.exit_code}"
