"""What the trial is to do, and the files by which it tells the installer how far it is."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

PROGRESS = "progress.txt"
REPORT = "report.json"
SCREEN_WANTED = "screen-wanted"
SCREEN_TAKEN = "screen-taken"


@dataclass(frozen=True)
class Task:
    """`folder` holds the files of both sides; `out` gets the pictures.

    `own_display`: nobody else uses the display, so the window may fill it and the installer takes
    a picture of all of it. `stay`: Krita stays open when all went well. `seconds`: how long the
    edit may take.
    """

    folder: Path
    out: Path
    image: Path
    instruction: str
    own_display: bool
    stay: bool
    seconds: float

    @classmethod
    def read(cls, file: Path) -> Task:
        """Read a task that `write` wrote."""
        data = json.loads(file.read_text(encoding="utf-8"))
        for key in ("folder", "out", "image"):
            data[key] = Path(data[key])
        return cls(**data)

    def write(self, file: Path) -> None:
        """Write the task as JSON."""
        file.write_text(json.dumps(self.__dict__, default=str), encoding="utf-8")


@dataclass
class Report:
    """Tells the installer how far the trial is; every line goes to the disk at once."""

    folder: Path
    start: float = field(default_factory=time.monotonic)

    def progress(self, line: str) -> None:
        """One line for the user, with the seconds since the plugin was started."""
        with (self.folder / PROGRESS).open("a", encoding="utf-8") as stream:
            stream.write(f"{line} ({time.monotonic() - self.start:.1f} s)\n")

    def done(self, layer: str, seconds: float) -> None:
        """The edit happened; it took that long from the click to the new layer."""
        self._write({"outcome": "done", "layer": layer, "edit_seconds": seconds})

    def failed(self, outcome: str, message: str) -> None:
        """It did not happen. `outcome` is 'refused' (by the docker) or 'failed'."""
        self._write({"outcome": outcome, "message": message})

    def _write(self, data: dict[str, object]) -> None:
        if (self.folder / REPORT).exists():  # what was reported first is the reason
            return
        scratch = self.folder / (REPORT + ".part")
        scratch.write_text(json.dumps(data), encoding="utf-8")
        scratch.replace(self.folder / REPORT)
