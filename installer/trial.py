"""`python3 -m installer try`: one edit of a picture through the docker, in a Krita of its own."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .console import REFUSED, Console, InputError, InstallerError
from .display import Display
from .driver.layer_edit_try.task import PROGRESS, REPORT, SCREEN_TAKEN, SCREEN_WANTED, Task
from .environment import pip_command
from .krita_host import KritaHost, find_krita
from .krita_run import KritaRun, run_krita
from .metadata import PLUGIN_DIR, RESOURCES_DIR, Metadata, add_plugin_path
from .picture import check_image
from .profile import Profile
from .system import Need, provide
from .wheels import vendor

SAMPLE = RESOURCES_DIR / "sample" / "yellow-flower.jpg"
INSTRUCTION = "change the yellow to magenta"
OUT = Path("layer-edit-try")
RESULTS = ("before.png", "after.png", "edited.kra", "screenshot.png")

DRIVER_DIR = Path(__file__).resolve().parent / "driver"
TASK_VARIABLE = "LAYER_EDIT_TRY_TASK"
"""Tells the driver in Krita where its task is."""

WINDOW = (1600, 1000)
"""Pixels of the display that is made where there is none, and of Krita's window."""

REPORT_SECONDS = 150
"""From Krita's start to the driver's report; with the rest it stays below three minutes."""

EDIT_SECONDS = 60
QUIT_SECONDS = 20


@dataclass(frozen=True)
class Options:
    """What the user asked for; `keep_open` None means: where somebody can see it."""

    image: Path = SAMPLE
    instruction: str = INSTRUCTION
    out: Path = OUT
    keep_open: bool | None = None


def try_plugin(options: Options, metadata: Metadata, console: Console) -> None:
    """Do the edit and leave its files in `options.out`.

    Raises InputError before anything is started, and InstallerError when the edit did not happen.
    """
    check_options(options)
    start = time.monotonic()
    user_display = Display.of_user()
    provide(_needs(user_display), console)
    host = find_krita()
    if host is None:
        raise InstallerError("Krita was installed but is not on the path.")
    console.say(f"Krita: {host.executable} with Python {host.interpreter.version}")
    pip = pip_command(console)
    with console.part("Preparing the plugin's libraries"):
        libraries = vendor(metadata, host.interpreter, pip)
    with _display(user_display, console) as display, _scratch() as scratch:
        profile = Profile.create(
            scratch / "profile",
            plugin_dirs=[PLUGIN_DIR, DRIVER_DIR],
            vendor=libraries,
            window=WINDOW if display.own else None,
        )
        _skip_first_run(profile)
        _edit(options, host, profile, display, scratch, console)
    console.say(f"Times: {console.times()}, all {time.monotonic() - start:.1f} s")


def check_options(options: Options) -> None:
    """Raise InputError with one sentence for what cannot be used."""
    add_plugin_path()
    from layer_edit.editing.errors import InputError as PluginError  # noqa: PLC0415
    from layer_edit.editing.request import check_instruction  # noqa: PLC0415

    try:
        check_instruction(options.instruction)
    except PluginError as error:
        raise InputError(error.message) from error
    check_image(options.image)
    if options.image.resolve() in [(options.out / name).resolve() for name in RESULTS]:
        raise InputError(f"{options.image} would be overwritten: choose another folder by --out.")
    if options.keep_open and Display.of_user() is None:
        raise InputError("--keep-open needs a display, and there is none here: leave it away.")
    if sys.platform != "linux":
        raise InstallerError(
            "A trial keeps your own Krita settings untouched, which works on Linux only: "
            "here, import the plugin in Krita (Tools > Scripts > Import Python Plugin from File)."
        )
    _check_out(options.out)  # last, because it takes away the results of an earlier trial


def _check_out(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
        for name in (*RESULTS, "krita.log"):  # those of an earlier trial would be misleading
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"Nothing can be written to {out} ({error.strerror}): choose another folder by --out."
        ) from error


def _needs(user_display: Display | None) -> list[Need]:
    needs = [Need.KRITA, Need.PYQT5, Need.PYQT6, Need.PIP]
    return needs if user_display else [*needs, Need.XVFB, Need.SCREENSHOT]


@contextmanager
def _display(user_display: Display | None, console: Console) -> Iterator[Display]:
    if user_display is not None:
        yield user_display
        return
    console.say("No display here: starting one that nobody sees (Xvfb)")
    with Display.open(WINDOW) as display:
        yield display


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="layer-edit-try-") as folder:
        yield Path(folder)


def _skip_first_run(profile: Profile) -> None:
    """The trial begins offline by itself; the docker's first question would be in the way."""
    folder = profile.resources.parent / "layer-edit"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps({"first_run": False}), encoding="utf-8")


def _edit(
    options: Options,
    host: KritaHost,
    profile: Profile,
    display: Display,
    scratch: Path,
    console: Console,
) -> None:
    stay = options.keep_open if options.keep_open is not None else not display.own
    task = _task(options, display, scratch, stay)
    task.write(scratch / "task.json")
    watch = _Watch(task, display, console)
    try:
        run = run_krita(
            profile,
            display,
            timeout=None,
            executable=host.executable,
            environment={TASK_VARIABLE: str(scratch / "task.json")},
            watch=watch,
        )
        _judge(watch.report, run)
        _check_results(options.out)
    except InstallerError as error:
        log = profile.folder / "krita.log"
        if error.exit_code != REFUSED and log.exists():
            kept = shutil.copy2(log, options.out)
            error.message = f"{error.message.rstrip('.')}. What Krita printed is in {kept}."
        raise


def _task(options: Options, display: Display, scratch: Path, stay: bool) -> Task:
    # Krita gets a copy: whoever saves in the Krita that stays open must not change the original.
    folder = scratch / "picture"
    folder.mkdir()
    picture = folder / options.image.name
    shutil.copyfile(options.image, picture)
    return Task(
        folder=scratch,
        out=options.out.resolve(),
        image=picture,
        instruction=options.instruction.strip(),
        own_display=display.own,
        stay=stay,
        seconds=EDIT_SECONDS,
    )


class _Watch:
    """Called while Krita runs: passes on the progress, takes the screenshot, sees the end."""

    def __init__(self, task: Task, display: Display, console: Console) -> None:
        self._task = task
        self._display = display
        self._console = console
        self._start = time.monotonic()
        self._told = 0
        self._reported: float | None = None
        self.report: dict[str, Any] | None = None
        console.say("Krita starts …")

    def __call__(self) -> bool:
        self._tell()
        self._take_screen()
        self._read_report()
        now = time.monotonic()
        if self._reported is None and now - self._start > REPORT_SECONDS:
            self._take_failure()
            raise InstallerError(f"Krita did not get through the edit in {REPORT_SECONDS} s.")
        stays = self._task.stay and self.report is not None and self.report["outcome"] == "done"
        return self._reported is not None and not stays and now - self._reported > QUIT_SECONDS

    def _tell(self) -> None:
        file = self._task.folder / PROGRESS
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        if lines and not self._told:
            self._console.parts.append(("Krita's start", time.monotonic() - self._start))
        for line in lines[self._told :]:
            self._console.say(f"  {line}")
        self._told = len(lines)

    def _take_screen(self) -> None:
        wanted = self._task.folder / SCREEN_WANTED
        taken = self._task.folder / SCREEN_TAKEN
        if wanted.exists() and not taken.exists():
            self._display.screenshot(self._task.out / "screenshot.png")
            taken.touch()

    def _take_failure(self) -> None:
        """What the display shows says most about why nothing went on."""
        if self._display.own:
            with suppress(InstallerError):
                self._display.screenshot(self._task.out / "screenshot.png")

    def _read_report(self) -> None:
        file = self._task.folder / REPORT
        if self._reported is not None or not file.exists():
            return
        self.report = json.loads(file.read_text(encoding="utf-8"))
        self._reported = time.monotonic()
        if self.report["outcome"] == "done":
            self._console.parts.append(("edit", self.report["edit_seconds"]))
            self._console.say(f"Done: {', '.join(RESULTS)} in {self._task.out}")
            if self._task.stay:
                self._console.say("Krita stays open for you; this command ends when you close it.")
        else:
            self._take_failure()


def _judge(report: dict[str, Any] | None, run: KritaRun) -> None:
    """Raise InstallerError unless the driver has seen the edit happen."""
    if report is None:
        raise InstallerError(f"Krita ended (code {run.exit_code}) before the edit was done.")
    if report["outcome"] == "refused":
        raise InstallerError(report["message"], REFUSED)
    if report["outcome"] != "done":
        raise InstallerError(f"The edit did not happen: {report['message']}")


def _check_results(out: Path) -> None:
    absent = [name for name in RESULTS if not (out / name).is_file()]
    if absent:
        raise InstallerError(f"The edit was done, but {', '.join(absent)} was not written.")
