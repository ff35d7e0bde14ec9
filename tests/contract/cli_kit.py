"""The command line in processes of its own, with a data folder and a picture, and its journal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from layer_edit.backends.wavespeed import MemoryUploads, WaveSpeedBackend, WaveSpeedOptions
from layer_edit.jobs.job import JobRecord
from layer_edit.jobs.journal import Journal
from layer_edit.jobs.runner import JobUpdate, Runner
from tests.contract.comfyui_kit import until
from tests.contract.wavespeed_kit import QUICK, table
from tests.double import KEY, WaveSpeedDouble

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"


class CommandLine:
    """`folder` gets the picture, what is written, and the data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = Journal(folder / "data" / "jobs")
        self.picture = folder / "in.png"
        Image.effect_noise((80, 60), 90).convert("RGB").save(self.picture)

    def start(self, double: WaveSpeedDouble, *arguments: object) -> subprocess.Popen[str]:
        """A process that works on one command."""
        return subprocess.Popen(
            [sys.executable, "-m", "layer_edit", *map(str, arguments), "--base-url", double.url],
            env={
                **os.environ,
                "PYTHONPATH": str(PLUGIN),
                "LAYER_EDIT_DATA": str(self.folder / "data"),
                "WAVESPEED_API_KEY": KEY,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, double: WaveSpeedDouble, *arguments: object) -> tuple[int, str, str]:
        """One command to its end: exit code, output, errors."""
        return ended(self.start(double, *arguments))

    def start_edit(self, double: WaveSpeedDouble, output: str = "out.png") -> subprocess.Popen[str]:
        """A process that edits the picture."""
        return self.start(double, *self._edit(output))

    def edit(self, double: WaveSpeedDouble, output: str = "out.png") -> tuple[int, str, str]:
        """An edit to its end."""
        return self.run(double, *self._edit(output))

    def _edit(self, output: str) -> tuple[object, ...]:
        return (
            *("edit", self.picture, "make it old", "-o", self.folder / output),
            *("--backend", "wavespeed"),
        )

    @property
    def records(self) -> list[JobRecord]:
        """All jobs, oldest first."""
        return self.journal.records()

    def start_krita(self, double: WaveSpeedDouble) -> list[JobUpdate]:
        """What Krita does at its start, until nothing of it is left to do; what it heard."""
        options = WaveSpeedOptions(base_url=double.url, timeouts=QUICK)
        backend = WaveSpeedBackend(KEY, table(), options, uploads=MemoryUploads())
        heard: list[JobUpdate] = []
        runner = Runner(self.journal, lambda _key: backend, heard.append)
        runner.resume(lambda _records: None)
        until(lambda: not runner._tasks, "all jobs have ended")
        runner.close()
        backend.close()
        return heard


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of a process."""
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors
